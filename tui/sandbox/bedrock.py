"""Bedrock as the sandbox plays it: six operations, checked and refused like the real ones.

A bucket that does not exist is created when a job writes to it, so that any sample request works
as it is; only one with ``missing`` in its name is refused (every missing one is, with
``create_buckets=False``). With ``elsewhere`` in its name it counts as a bucket of another
region: the job fails and writes nothing. Without maxResults a page holds 100 summaries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, MutableSequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import unquote

from tui.model.catalogue import doomed
from tui.sandbox.checks import (
    async_model,
    error_of,
    json_object,
    refuse_faults,
    time_in,
    token_faults,
    whole_number,
)
from tui.sandbox.headers import members_in
from tui.sandbox.http import Request, Response, ServiceError, json_response
from tui.sandbox.inference import invoke_model
from tui.sandbox.jobs import (
    ACCOUNT,
    DEFAULT_PAGE,
    BadPageTokenError,
    Job,
    Jobs,
    Query,
    ReusedTokenError,
)
from tui.sandbox.models import foundation_models
from tui.sandbox.outputs import Output, outputs_at_end, outputs_at_start
from tui.sandbox.storage import Storage
from tui.sandbox.triggers import WRITE_FAILURE, Trigger, trigger_in

_ARN = re.compile(r"arn:aws(?:-[^:]+)?:bedrock:([a-z0-9-]+):(\d{12}):async-invoke/([a-z0-9]{12})")


_ROUTES = (
    ("POST", re.compile(r"/async-invoke/?"), "StartAsyncInvoke"),
    ("GET", re.compile(r"/async-invoke/?"), "ListAsyncInvokes"),
    ("GET", re.compile(r"/async-invoke/(.+)"), "GetAsyncInvoke"),
    ("POST", re.compile(r"/model/(.+)/invoke"), "InvokeModel"),
    ("GET", re.compile(r"/foundation-models/?"), "ListFoundationModels"),
    ("POST", re.compile(r"/listTagsForResource/?"), "ListTagsForResource"),
)


def operation_of(method: str, raw_path: str) -> tuple[str, str] | None:
    """The operation that a method and path mean, and the decoded parameter in its path."""
    for verb, pattern, operation in _ROUTES:
        match = pattern.fullmatch(raw_path)
        if match and verb == method:
            return operation, unquote(match[1]) if pattern.groups else ""
    return None


def timestamp(time: datetime) -> str:
    """ISO 8601 in UTC; milliseconds only where there are some, as the service writes it."""
    spec = "milliseconds" if time.microsecond else "seconds"
    return time.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


@dataclass(frozen=True)
class Settings:
    """How the sandbox's Bedrock behaves.

    Attributes:
        job_seconds: How long a job runs.
        quota: How many jobs of one model may run at a time; None for any number.
        create_buckets: Whether an output bucket that does not exist is created.
    """

    job_seconds: float = 8.0
    quota: int | None = None
    create_buckets: bool = True


class Bedrock:
    """The operations, over the jobs and the storage that they work on."""

    def __init__(
        self,
        jobs: Jobs,
        storage: Storage,
        settings: Settings,
        requests: MutableSequence[Mapping[str, object]],
        now: Callable[[], datetime],
    ) -> None:
        self._requests = requests
        self._jobs = jobs
        self._storage = storage
        self._settings = settings
        self._now = now
        self._operations: dict[str, Callable[[Request, str], Response]] = {
            "StartAsyncInvoke": self._start,
            "GetAsyncInvoke": self._get,
            "ListAsyncInvokes": self._list,
            "InvokeModel": self._invoke_model,
            "ListFoundationModels": self._list_models,
            "ListTagsForResource": self._list_tags,
        }

    def answer(self, operation: str, request: Request, parameter: str) -> Response:
        """Carry out one operation; ``parameter`` is the decoded part of its path."""
        self.settle()
        try:
            return self._operations[operation](request, parameter)
        except ServiceError as error:
            return error.response()

    def settle(self) -> None:
        """Write the outputs of every job that has ended meanwhile."""
        self._jobs.settle(self.write_end)

    def write_end(self, job: Job) -> None:
        """Write what the job leaves when it is over."""
        if job.failure_type != WRITE_FAILURE.code:
            self._write(job, *outputs_at_end(job))

    def write_start(self, job: Job) -> None:
        """Write what the job leaves when it begins."""
        if job.failure_type != WRITE_FAILURE.code:
            self._write(job, *outputs_at_start(job))

    def _write(self, job: Job, *outputs: Output) -> None:
        if not self._storage.has_bucket(job.bucket):
            if not self._settings.create_buckets:
                return
            self._storage.create_bucket(job.bucket, job.region)
        for output in outputs:
            key = job.folder + output.name
            self._storage.put(job.bucket, key, output.body, output.content_type, job.kms_key_id)

    def _start(self, request: Request, _: str) -> Response:
        params = json_object(request.body)
        self._requests.append(params)
        refuse_faults("StartAsyncInvoke", params, token_faults(params))
        token = str(params.get("clientRequestToken") or "")
        fingerprint = json.dumps({**params, "clientRequestToken": ""}, sort_keys=True)
        if token:
            try:
                known = self._jobs.with_token(request.region, token, fingerprint)
            except ReusedTokenError as error:
                raise error_of(
                    "ConflictException",
                    "The client request token was already used with different parameters.",
                ) from error
            if known is not None:
                return json_response({"invocationArn": known.arn})
        job = self._new_job(params, request.region, token)
        self._jobs.add(job, fingerprint)
        self.write_start(job)
        return json_response({"invocationArn": job.arn})

    def _new_job(self, params: Mapping[str, object], region: str, token: str) -> Job:
        document = params["modelInput"]
        model_id = async_model(str(params["modelId"]), region, document)
        trigger = trigger_in(document)
        if trigger is not None and trigger.effect == "refused":
            raise error_of(trigger.code, trigger.message)
        config = _mapping(_mapping(params["outputDataConfig"])["s3OutputDataConfig"])
        bucket, _, prefix = str(config["s3Uri"]).removeprefix("s3://").partition("/")
        self._refuse_bucket(bucket)
        quota = self._settings.quota
        if quota is not None and self._jobs.in_progress(region, model_id) >= quota:
            raise error_of(
                "ServiceQuotaExceededException",
                f"Your account has reached the number of concurrent asynchronous invocations of "
                f"this model ({quota}).",
            )
        now = self._now()
        job = Job(
            id=self._jobs.new_id(),
            region=region,
            model_id=model_id,
            model_input=document,
            bucket=bucket,
            prefix=prefix.strip("/"),
            submitted=now,
            ends=now + timedelta(seconds=self._settings.job_seconds),
            token=token,
            kms_key_id=str(config.get("kmsKeyId") or ""),
            bucket_owner=str(config.get("bucketOwner") or ""),
            tags=_tags(params.get("tags")),
        )
        return _with_fate(job, trigger, self._settings.job_seconds)

    def _refuse_bucket(self, bucket: str) -> None:
        is_refused = "missing" in bucket or not self._settings.create_buckets
        if is_refused and not self._storage.has_bucket(bucket):
            raise error_of("ValidationException", f"The S3 bucket {bucket} does not exist.")

    def _get(self, request: Request, arn: str) -> Response:
        refuse_faults("GetAsyncInvoke", {"invocationArn": arn})
        return json_response(self._summary(self._job_with(arn, request.region)))

    def _job_with(self, arn: str, region: str) -> Job:
        match = _ARN.fullmatch(arn)
        if match is None:
            raise error_of("ValidationException", "The provided ARN is invalid.")
        if match[2] != ACCOUNT:
            raise error_of(
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
                f"bedrock:GetAsyncInvoke on resource: {arn}",
            )
        job = self._jobs.get(region, match[3]) if match[1] == region else None
        if job is None:
            raise error_of("ValidationException", f"Could not find an invocation with ARN {arn}.")
        return job

    def _list(self, request: Request, _: str) -> Response:
        params: dict[str, object] = dict(request.query)
        if "maxResults" in params:
            params["maxResults"] = whole_number(request.query["maxResults"])
        refuse_faults("ListAsyncInvokes", params)
        query = Query(
            after=time_in(request.query, "submitTimeAfter"),
            before=time_in(request.query, "submitTimeBefore"),
            status=request.query.get("statusEquals"),
            is_ascending=request.query.get("sortOrder") == "Ascending",
            limit=cast(int, params.get("maxResults", DEFAULT_PAGE)),
            page_token=request.query.get("nextToken"),
        )
        try:
            jobs, next_token = self._jobs.page(request.region, query)
        except BadPageTokenError as error:
            raise error_of("ValidationException", "The provided nextToken is invalid.") from error
        page: dict[str, object] = {"asyncInvokeSummaries": [self._summary(job) for job in jobs]}
        if next_token is not None:
            page["nextToken"] = next_token
        return json_response(page)

    def _summary(self, job: Job) -> dict[str, object]:
        status = job.status(self._now())
        is_over = status != "InProgress"
        folder = f"{job.prefix}/{job.id}" if job.prefix else job.id
        s3 = {
            "s3Uri": f"s3://{job.bucket}/{folder}",
            "kmsKeyId": job.kms_key_id,
            "bucketOwner": job.bucket_owner,
        }
        summary: dict[str, object] = {
            "invocationArn": job.arn,
            "modelArn": f"arn:aws:bedrock:{job.region}::foundation-model/{job.model_id}",
            "status": status,
            "submitTime": timestamp(job.submitted),
            "lastModifiedTime": timestamp(job.ends if is_over else job.submitted),
            "outputDataConfig": {"s3OutputDataConfig": {k: v for k, v in s3.items() if v}},
        }
        if job.token:
            summary["clientRequestToken"] = job.token
        if is_over:
            summary["endTime"] = timestamp(job.ends)
        if is_over and job.failure:
            summary["failureMessage"] = job.failure
        return summary

    def _invoke_model(self, request: Request, model_id: str) -> Response:
        members = members_in("InvokeModel", request.headers)
        members.update(modelId=model_id, body=request.body)
        self._requests.append(members)
        return invoke_model(members)

    def _list_models(self, request: Request, _: str) -> Response:
        refuse_faults("ListFoundationModels", request.query, service="bedrock")
        wanted = {
            "providerName": request.query.get("byProvider"),
            "outputModalities": request.query.get("byOutputModality"),
            "inferenceTypesSupported": request.query.get("byInferenceType"),
            "customizationsSupported": request.query.get("byCustomizationType"),
        }
        rows = [
            row
            for row in foundation_models(request.region)
            if all(
                value is None or value == row[name] or value in cast("list[str]", row[name])
                for name, value in wanted.items()
            )
        ]
        return json_response({"modelSummaries": rows})

    def _list_tags(self, request: Request, _: str) -> Response:
        params = json_object(request.body)
        refuse_faults("ListTagsForResource", params, service="bedrock")
        match = _ARN.fullmatch(str(params["resourceARN"]))
        job = self._jobs.get(match[1], match[3]) if match and match[2] == ACCOUNT else None
        if job is None:
            raise error_of("ResourceNotFoundException", "The resource was not found.")
        return json_response({"tags": [{"key": key, "value": value} for key, value in job.tags]})


def _with_fate(job: Job, trigger: Trigger | None, job_seconds: float) -> Job:
    """The job with what will become of it."""
    if "elsewhere" in job.bucket:
        trigger = WRITE_FAILURE
    if doomed(job.model_id, job.model_input) and trigger is None:
        ends = job.submitted + timedelta(seconds=min(1.0, job_seconds))
        return replace(job, ends=ends, failure="prompt is required", failure_type="INVALID_INPUT")
    if trigger is None:
        return job
    if trigger.effect == "part":
        return replace(job, has_failed_part=True)
    return replace(job, failure=trigger.message, failure_type=trigger.code)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    tags = value if isinstance(value, list) else []
    return tuple((str(tag["key"]), str(tag["value"])) for tag in tags)
