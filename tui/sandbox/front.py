"""The sandbox's front door, as an ASGI application: some is answered here, the rest by moto.

Every call is counted and every planned fault takes effect here, whoever answers. Three paths are
for people, without a signature: ``/sandbox/faults`` (GET, POST a planned fault, DELETE),
``/sandbox/clock`` (GET, POST ``{"advance": seconds}``) and ``/sandbox/credentials`` (GET, POST
``{"access_key": "sandbox", "seconds": 60}``, DELETE), which says when credentials end.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import replace
from email.utils import format_datetime
from typing import Protocol, cast
from urllib.parse import parse_qs

from tui.sandbox import expiry, rights
from tui.sandbox.bedrock import Bedrock, operation_of, timestamp
from tui.sandbox.expiry import Expiry
from tui.sandbox.faults import Faults
from tui.sandbox.http import Request, Response, ServiceError, json_response, parse_request
from tui.sandbox.jobs import Clock
from tui.sandbox.metrics import Metrics, metric_operation
from tui.sandbox.refusals import REFUSALS, Refusal
from tui.sandbox.sagemaker import OPERATION, SageMaker, endpoint_in
from tui.sandbox.storage import Storage

Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

RAW_PATH = b"x-sandbox-raw-path"
"""The header that carries the undecoded path on to moto, which needs it for odd S3 keys."""

_SAGEMAKER_CODES = {
    "InternalServerException": "InternalFailure",
    "ServiceUnavailableException": "ServiceUnavailable",
}

_RIGHTS = {"StartAsyncInvoke": "InvokeModel"}
"""The rights that are not called as the operation is."""

_log = logging.getLogger(__name__)


class Answers(Protocol):
    """A service whose operations are answered here."""

    def answer(self, operation: str, request: Request, parameter: str) -> Response:
        """The answer to a request; ``parameter`` is the decoded part of its path."""
        ...


class Front:
    """One request after another: count, go wrong if planned, answer or pass on."""

    def __init__(
        self,
        bedrock: Bedrock,
        sagemaker: SageMaker,
        metrics: Metrics,
        storage: Storage,
        moto: App,
        faults: Faults,
        expiry: Expiry,
        clock: Clock,
        *,
        region: str,
        write_named: Callable[[str], None],
        drop: Callable[[tuple[str, int]], None],
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.signers: Counter[tuple[str, str]] = Counter()
        self.stopping = asyncio.Event()
        self._bedrock = bedrock
        self._sagemaker = sagemaker
        self._metrics = metrics
        self._storage = storage
        self._moto = moto
        self._faults = faults
        self._expiry = expiry
        self._clock = clock
        self._region = region
        self._write_named = write_named
        self._drop = drop

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http":
            return
        send = self._dated(send)
        raw = cast("list[tuple[bytes, bytes]]", scope["headers"])
        headers = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in raw}
        request = parse_request(
            str(scope["method"]),
            cast(bytes, scope["raw_path"]),
            cast(bytes, scope["query_string"]),
            headers,
            self._region,
        )
        if not request.service and request.raw_path.startswith("/sandbox/"):
            response = self._control(replace(request, body=await _body(receive)))
            await _send(send, request, response)
            return
        if request.service:
            self.signers[request.access_key, request.region] += 1
        ours = self._ours(request)
        if ours is not None:
            await self._serve_here(ours, request, scope, receive, send)
        else:
            await self._serve_rest(request, scope, receive, send)

    def _dated(self, send: Send) -> Send:
        """The same, with the time by the sandbox's clock, as AWS tells its own in each answer."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = cast("Iterable[tuple[bytes, bytes]]", message.get("headers", ()))
                kept = [(name, text) for name, text in headers if name.lower() != b"date"]
                now = format_datetime(self._clock.now(), usegmt=True).encode()
                message = {**message, "headers": [*kept, (b"date", now)]}
            await send(message)

        return send_dated

    def _ours(self, request: Request) -> tuple[Answers, str, str] | None:
        """Who answers here, which operation, and the parameter in its path; None for moto."""
        known = operation_of(request.method, request.raw_path)
        if request.service == "bedrock" or (known and not request.service):
            return self._bedrock, *(known or ("", ""))
        endpoint = endpoint_in(request.method, request.raw_path)
        if endpoint is not None and request.service in ("", "sagemaker"):
            return self._sagemaker, OPERATION, endpoint
        operation = metric_operation(request.headers.get("x-amz-target", ""))
        return (self._metrics, operation, "") if operation else None

    async def _serve_here(
        self,
        ours: tuple[Answers, str, str],
        request: Request,
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        request = replace(request, body=await _body(receive))
        receive = _lasting(receive)
        service, operation, parameter = ours
        if not operation:
            error = ServiceError("UnknownOperationException", "The operation is not known.", 404)
            await _send(send, request, error.response())
            return
        if not request.service:
            name = "MissingAuthenticationTokenException"
            error = ServiceError(name, "Missing Authentication Token", 403)
            await _send(send, request, error.response())
            return

        async def answer(send_answer: Send) -> None:
            try:
                response = service.answer(operation, request, parameter)
            except Exception:
                _log.exception("the sandbox could not answer %s", operation)
                response = _refusal(request, operation, REFUSALS["server-error"])
            if response.seconds and not await self._passes(response.seconds, receive):
                if self.stopping.is_set():
                    await self._hang_up(scope, receive)
            elif response.is_lost:
                await self._hang_up(scope, receive)
            else:
                await _send(send_answer, request, response)

        await self._with_faults(operation, request, answer, scope, receive, send)

    async def _serve_rest(
        self, request: Request, scope: Message, receive: Receive, send: Send
    ) -> None:
        body = b""
        if request.service in ("", "s3"):
            request = replace(request, service="s3")
            operation = s3_operation(request)
            self._bedrock.settle()
            self._sagemaker.settle()
            self._storage.furnish(request.raw_path.lstrip("/").partition("/")[0], request.region)
            self._write_named(request.raw_path + "&" + "&".join(request.query.values()))
        else:
            body = await _body(receive) if request.service == "sts" else b""
            operation = _other_operation(request, body)
            if request.service == "sts":
                receive = _replayed(body, receive)
            if request.service == "sagemaker":
                self._sagemaker.endpoints.furnish(request.region)
        raw = cast("list[tuple[bytes, bytes]]", scope["headers"])
        path = cast(bytes, scope["raw_path"])
        inner = {**scope, "headers": [*raw, (RAW_PATH, path)]}

        async def answer(send_answer: Send) -> None:
            refused = rights.refusal(request, operation, self._storage)
            if operation == "AssumeRole" and refused is None:
                refused = expiry.wrong_code(body)
                send_answer = self._expiry.noting(body, send_answer)
            if refused is not None:
                await _send(send_answer, request, refused)
                return
            await self._moto(inner, receive, send_answer)

        await self._with_faults(operation, request, answer, scope, receive, send)

    async def _with_faults(
        self,
        operation: str,
        request: Request,
        answer: Callable[[Send], Awaitable[None]],
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        self.calls[operation] += 1
        planned = self._faults.take(operation)
        kind = planned.kind if planned else ""
        if planned and planned.seconds:
            await self._wait(planned.seconds)
        expired = self._expiry.refusal(request)
        if expired is not None:
            await _send(send, request, expired)
        elif planned and planned.refusal:
            await _send(send, request, _refusal(request, operation, planned.refusal))
        elif kind in ("drop-before", "drop-after"):
            if kind == "drop-after":
                await answer(_discard)
            await self._hang_up(scope, receive)
        else:
            await answer(send)

    async def _passes(self, seconds: float, receive: Receive) -> bool:
        """Whether the sandbox's clock gets so far before the client, or the sandbox, is gone."""
        passed = asyncio.ensure_future(self._clock.wait(seconds))
        tasks = {
            passed,
            asyncio.ensure_future(_gone(receive)),
            asyncio.ensure_future(self.stopping.wait()),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return passed.done()
        finally:
            for task in tasks:
                task.cancel()

    async def _hang_up(self, scope: Message, receive: Receive) -> None:
        self._drop(cast("tuple[str, int]", scope["client"]))
        await _gone(receive)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except asyncio.TimeoutError:
            return

    def _control(self, request: Request) -> Response:
        try:
            asked = json.loads(request.body or b"{}")
            if request.raw_path == "/sandbox/clock":
                if request.method == "POST":
                    self._clock.advance(float(asked["advance"]))
                return json_response({"now": timestamp(self._clock.now())})
            if request.raw_path == "/sandbox/credentials":
                if request.method == "POST":
                    self._expiry.set(str(asked["access_key"]), float(asked.get("seconds", 0)))
                elif request.method == "DELETE":
                    self._expiry.clear()
                return json_response(self._expiry.describe())
            if request.raw_path == "/sandbox/faults":
                if request.method == "POST":
                    self._faults.add(
                        str(asked["operation"]),
                        str(asked["kind"]),
                        times=None if asked.get("times", 1) is None else int(asked.get("times", 1)),
                        seconds=float(asked.get("seconds", 0)),
                        code=str(asked.get("code", "")),
                        message=str(asked.get("message", "")),
                        status=int(asked.get("status", 400)),
                    )
                elif request.method == "DELETE":
                    self._faults.clear()
                return json_response(self._faults.describe())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return ServiceError("ValidationException", f"not understood: {error!r}").response()
        return ServiceError("NotFound", "faults, clock or credentials", 404).response()


def s3_operation(request: Request) -> str:
    """The name of the S3 operation that a path-style request means."""
    _, _, key = request.raw_path.lstrip("/").partition("/")
    method, query = request.method, request.query
    if not request.raw_path.strip("/"):
        return "ListBuckets"
    if key:
        if "uploads" in query:
            return "CreateMultipartUpload"
        if "uploadId" in query:
            return {
                "PUT": "UploadPart",
                "POST": "CompleteMultipartUpload",
                "DELETE": "AbortMultipartUpload",
            }.get(method, "ListParts")
        if method == "PUT" and "x-amz-copy-source" in request.headers:
            return "CopyObject"
        names = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject"}
        return {**names, "DELETE": "DeleteObject"}.get(method, f"{method}Object")
    if method == "GET":
        if "list-type" in query:
            return "ListObjectsV2"
        settings = {"location": "GetBucketLocation", "versioning": "GetBucketVersioning"}
        return next((name for word, name in settings.items() if word in query), "ListObjects")
    if method == "POST":
        return "DeleteObjects"
    names = {"HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
    return names.get(method, f"{method}Bucket")


def _other_operation(request: Request, body: bytes) -> str:
    if request.service == "sts":
        return parse_qs(body.decode("latin-1")).get("Action", ["?"])[0]
    target = request.headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    return "InvokeEndpoint" if request.raw_path.endswith("/invocations") else request.service


def _refusal(request: Request, operation: str, refusal: Refusal) -> Response:
    if request.service == "s3":
        error = ServiceError(*refusal.as_s3)
    else:
        prefix = {"": "bedrock", "monitoring": "cloudwatch"}.get(request.service, request.service)
        right = _RIGHTS.get(operation, operation)
        message = refusal.message.replace("{action}", f"{prefix}:{right}")
        code = refusal.code
        if request.service == "sts":
            code = code.removesuffix("Exception")
        elif request.service == "sagemaker":
            code = _SAGEMAKER_CODES.get(code, code)
        error = ServiceError(code, message, refusal.status, refusal.details)
    response = error.response(request.service)
    return replace(response, headers={**response.headers, **refusal.headers})


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += cast(bytes, message.get("body", b""))
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives a body that was already read, then goes on as before."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _lasting(receive: Receive) -> Receive:
    """A receive that goes on saying that the client is gone, however often it is asked."""
    last: list[Message] = []

    async def receive_or_repeat() -> Message:
        if last:
            return last[0]
        message = await receive()
        if message["type"] == "http.disconnect":
            last.append(message)
        return message

    return receive_or_repeat


async def _gone(receive: Receive) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, request: Request, response: Response) -> None:
    headers = response.wire_headers()
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = b"" if request.method == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _discard(_: Message) -> None:
    """Take an answer that nobody gets to see."""
