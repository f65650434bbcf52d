"""CloudWatch as far as the backlog of an endpoint: GetMetricStatistics and GetMetricData.

Only ``ApproximateBacklogSize`` of ``AWS/SageMaker`` has values, one a minute, true to the moment;
any other metric has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import cast

from tui.sandbox.checks import json_object, refuse_faults
from tui.sandbox.http import Request, Response, ServiceError, json_response
from tui.sandbox.inferences import Inferences

_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(days=1)
"""How far back there are values."""

_STATISTICS: Mapping[str, Callable[[list[int]], float]] = {
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
    "Sum": sum,
    "Minimum": min,
    "Maximum": max,
}


def metric_operation(target: str) -> str:
    """The operation that an ``x-amz-target`` header means, if it is answered here."""
    service, _, operation = target.rpartition(".")
    is_ours = operation in ("GetMetricStatistics", "GetMetricData")
    return operation if is_ours and service.startswith("GraniteService") else ""


class Metrics:
    """The two operations, over the queues of the endpoints."""

    def __init__(self, inferences: Inferences, now: Callable[[], datetime]) -> None:
        self._inferences = inferences
        self._now = now

    def answer(self, operation: str, request: Request, _: str) -> Response:
        """Carry out one operation."""
        try:
            params = json_object(request.body)
            refuse_faults(operation, params, service="cloudwatch")
            if operation == "GetMetricStatistics":
                return json_response(self._statistics(request.region, params))
            return json_response(self._data(request.region, params))
        except ServiceError as error:
            return error.response("monitoring")

    def _statistics(self, region: str, params: Mapping[str, object]) -> dict[str, object]:
        names = cast("list[str]", params.get("Statistics", []))
        points = self._points(region, params, params, cast(int, params["Period"]))
        return {
            "Label": params["MetricName"],
            "Datapoints": [
                {
                    "Timestamp": time.timestamp(),
                    "Unit": "Count",
                    **{name: float(_STATISTICS[name](values)) for name in names},
                }
                for time, values in points.items()
            ],
        }

    def _data(self, region: str, params: Mapping[str, object]) -> dict[str, object]:
        results = []
        for query in cast("list[Mapping[str, object]]", params["MetricDataQueries"]):
            stat = cast("Mapping[str, object]", query.get("MetricStat", {}))
            metric = cast("Mapping[str, object]", stat.get("Metric", {}))
            points = self._points(region, metric, params, cast(int, stat.get("Period", 60)))
            reduce = _STATISTICS.get(str(stat.get("Stat")), max)
            is_ascending = params.get("ScanBy") == "TimestampAscending"
            times = sorted(points, reverse=not is_ascending)
            results.append(
                {
                    "Id": query["Id"],
                    "Label": metric.get("MetricName", ""),
                    "Timestamps": [time.timestamp() for time in times],
                    "Values": [float(reduce(points[time])) for time in times],
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": results, "Messages": []}

    def _points(
        self, region: str, metric: Mapping[str, object], window: Mapping[str, object], period: int
    ) -> dict[datetime, list[int]]:
        """The values of each period that begins in the window, by its beginning."""
        dimensions = {
            dimension["Name"]: dimension["Value"]
            for dimension in cast("list[Mapping[str, str]]", metric.get("Dimensions", []))
        }
        named = metric.get("Namespace"), metric.get("MetricName")
        if named != ("AWS/SageMaker", "ApproximateBacklogSize") or "EndpointName" not in dimensions:
            return {}
        now, endpoint = self._now(), dimensions["EndpointName"]
        start = max(_time(window["StartTime"]), now - _LONGEST).replace(second=0, microsecond=0)
        points: dict[datetime, list[int]] = {}
        while start < min(_time(window["EndTime"]), now):
            value = self._inferences.backlog(region, endpoint, min(start + _MINUTE, now))
            begin = start - timedelta(seconds=start.timestamp() % max(period, 60))
            points.setdefault(begin, []).append(value)
            start += _MINUTE
        return points


def _time(seconds: object) -> datetime:
    return datetime.fromtimestamp(cast(float, seconds), timezone.utc)
