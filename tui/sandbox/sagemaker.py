"""SageMaker's InvokeEndpointAsync as the sandbox plays it: checked, queued, then seen in S3.

A container echoes its input. Words in the input or in the custom attributes decide otherwise, see
``ENDPOINT_TRIGGERS``; ``[time:90]`` has it take 90 seconds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, MutableSequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from tui.model.request import LONGEST_TTL, USUAL_TIMEOUT, InvokeEndpointAsync
from tui.sandbox.checks import error_of, refuse_faults
from tui.sandbox.endpoints import Endpoint, Endpoints
from tui.sandbox.headers import headers_of, members_in
from tui.sandbox.http import Request, Response, ServiceError
from tui.sandbox.inference import SLOW_SECONDS
from tui.sandbox.inferences import Inference, Inferences
from tui.sandbox.jobs import ACCOUNT
from tui.sandbox.storage import Storage
from tui.sandbox.triggers import (
    CONTAINER_FAILURE,
    ENDPOINT_TRIGGERS,
    Trigger,
    seconds_in,
    trigger_in,
)

SERVICE = "sagemaker-runtime"
OPERATION = "InvokeEndpointAsync"

_PATH = re.compile(r"/endpoints/([^/]+)/async-invocations/?")
_PLACES = (
    re.compile(r"s3://([^/]+)/(.+)"),
    re.compile(r"https://s3[^/]*/([^/]+)/(.+)"),
    re.compile(r"https://([^/]+)\.s3[^/]*/(.+)"),
)
_SEARCHED = 65_536
"""Bytes of an input that are searched for words."""


def endpoint_in(method: str, raw_path: str) -> str | None:
    """The endpoint that an InvokeEndpointAsync goes to; None for any other request."""
    match = _PATH.fullmatch(raw_path) if method == "POST" else None
    return unquote(match[1]) if match else None


@dataclass(frozen=True)
class _Locations:
    output: str
    failure: str


@dataclass(frozen=True)
class _Input:
    """What the container is given, and what the words in it ask for.

    Attributes:
        body: None when it is not there.
        trigger: What becomes of it, other than an echo.
        seconds: How long the container takes.
    """

    body: bytes | None
    trigger: Trigger | None
    seconds: float

    @property
    def effect(self) -> str:
        """What its trigger does, or nothing."""
        return self.trigger.effect if self.trigger else ""


class SageMaker:
    """The one operation, over the endpoints, their queues and the storage that they write to."""

    def __init__(
        self,
        endpoints: Endpoints,
        inferences: Inferences,
        storage: Storage,
        requests: MutableSequence[Mapping[str, object]],
        job_seconds: float,
        now: Callable[[], datetime],
    ) -> None:
        self.endpoints = endpoints
        self._inferences = inferences
        self._storage = storage
        self._requests = requests
        self._job_seconds = job_seconds
        self._now = now

    def answer(self, operation: str, request: Request, parameter: str) -> Response:
        """Accept or refuse a request; ``parameter`` is the endpoint's name."""
        self.settle()
        try:
            return self._invoke(operation, request, parameter)
        except ServiceError as error:
            return error.response("sagemaker")

    def settle(self) -> None:
        """Write what every request leaves that has ended meanwhile."""
        self._inferences.settle(self._write)

    def _write(self, inference: Inference) -> None:
        place = _place(inference.location)
        if place is not None:
            bucket, key = place
            self._storage.create_bucket(bucket, inference.region)
            kind, ended = inference.content_type, inference.ends
            self._storage.put(bucket, key, inference.body, kind, modified=ended)

    def _invoke(self, operation: str, request: Request, name: str) -> Response:
        members = {**members_in(operation, request.headers, SERVICE), "EndpointName": name}
        if request.body:
            members["Body"] = request.body
        self._requests.append(members)
        refuse_faults(operation, members, service=SERVICE)
        endpoint = self._endpoint(request.region, name)
        asked = InvokeEndpointAsync.of(members)
        given = self._input(asked)
        if given.trigger is not None and given.effect == "refused":
            raise error_of(given.trigger.code, given.trigger.message, service=SERVICE)
        locations = self._locations(endpoint, asked)
        self._inferences.add(self._inference(request.region, endpoint, asked, given, locations))
        return self._accepted(asked, locations, given.effect)

    def _endpoint(self, region: str, name: str) -> Endpoint:
        endpoint = self.endpoints.find(region, name)
        if endpoint is None:
            raise _invalid(f"Endpoint {name} of account {ACCOUNT} not found.")
        if not endpoint.output_path:
            raise _invalid(f"Endpoint {name} of account {ACCOUNT} is not an asynchronous endpoint.")
        return endpoint

    def _input(self, asked: InvokeEndpointAsync) -> _Input:
        body = self._body(asked)
        start = (body or b"")[:_SEARCHED].decode("utf-8", "replace")
        text = f"{asked.custom_attributes}\n{start}"
        seconds = seconds_in(text)
        if body is None:
            seconds = min(1.0, self._job_seconds)
        elif seconds is None:
            seconds = self._job_seconds
        return _Input(body, trigger_in(text, ENDPOINT_TRIGGERS), seconds)

    def _body(self, asked: InvokeEndpointAsync) -> bytes | None:
        if asked.input_location and asked.model_input is not None:
            raise _invalid("Body and InputLocation are mutually exclusive: provide only one.")
        if isinstance(asked.model_input, bytes):
            return asked.model_input
        if not asked.input_location:
            raise _invalid("Either Body or InputLocation must be provided.")
        place = _place(asked.input_location)
        return self._storage.get(*place) if place else None

    def _locations(self, endpoint: Endpoint, asked: InvokeEndpointAsync) -> _Locations:
        name = self._inferences.new_id()
        folder = endpoint.output_path.rstrip("/")
        if asked.s3_output_path_extension:
            folder += "/" + asked.s3_output_path_extension.strip("/")
        failures = endpoint.failure_path.rstrip("/")
        return _Locations(
            f"{folder}/{asked.filename or f'{name}.out'}",
            f"{failures}/{name}-error.out" if failures else "",
        )

    def _inference(
        self,
        region: str,
        endpoint: Endpoint,
        asked: InvokeEndpointAsync,
        given: _Input,
        locations: _Locations,
    ) -> Inference:
        """What becomes of the request."""
        now = self._now()
        ttl = asked.request_ttl_seconds or LONGEST_TTL
        timeout = asked.invocation_timeout_seconds or USUAL_TIMEOUT
        seconds = min(given.seconds, timeout)
        begins = self._inferences.take_turn(region, endpoint.name, endpoint.slots, seconds, ttl)
        failure = ""
        if begins is None:
            failure = f"ClientError: The request expired in the queue after {ttl} seconds."
        elif given.body is None:
            failure = f"ClientError: The input was not found: {asked.input_location}"
        elif given.seconds > timeout:
            failure = f"ClientError: The model did not answer within {timeout} seconds."
        elif endpoint.fails or given.effect == "failed":
            failure = CONTAINER_FAILURE.message
        location = locations.failure if failure else locations.output
        is_unseen = given.trigger is not None and given.trigger.leaves_nothing
        return Inference(
            region,
            endpoint.name,
            submitted=now,
            ends=begins + timedelta(seconds=seconds) if begins else now + timedelta(seconds=ttl),
            location="" if is_unseen else location,
            body=failure.encode() if failure else given.body or b"",
            content_type="text/plain" if failure else _content_type(asked),
        )

    def _accepted(self, asked: InvokeEndpointAsync, locations: _Locations, effect: str) -> Response:
        members = {"OutputLocation": locations.output}
        if locations.failure:
            members["FailureLocation"] = locations.failure
        inference_id = asked.client_request_token or self._inferences.new_id()
        return Response(
            202,
            json.dumps({"InferenceId": inference_id}).encode(),
            headers_of(OPERATION, members, SERVICE),
            seconds={"slow": SLOW_SECONDS, "held": math.inf}.get(effect, 0.0),
            is_lost=effect == "lost",
        )


def _invalid(message: str) -> ServiceError:
    return error_of("ValidationError", message, service=SERVICE)


def _place(uri: str) -> tuple[str, str] | None:
    """Bucket and key of an object."""
    for pattern in _PLACES:
        if match := pattern.fullmatch(uri):
            return match[1], match[2]
    return None


def _content_type(asked: InvokeEndpointAsync) -> str:
    """What is accepted, if that is one kind, or else what the container was given."""
    wanted = asked.accept.partition(",")[0].strip()
    if wanted and "*" not in wanted:
        return wanted
    return asked.content_type or "application/octet-stream"
