"""No secret of a person reaches the log, wherever it stands: through the real calls and engine."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiobotocore.awsrequest import AioAWSResponse
from botocore.awsrequest import AWSResponse
from hypothesis import HealthCheck, given, settings

from tests.builders import a_question, a_request, an_inference
from tests.confidential import Secrets, secrets
from tui.aws import bedrock, sagemaker
from tui.aws.presigning import presign
from tui.aws.session import Session
from tui.aws.uploading import upload
from tui.log import open_log
from tui.model.context import Context
from tui.model.problem import ProblemError

REQUEST_ID = "7f00943d-a9f2-4906-99c1-3cb71708793d"


class Raw(io.BytesIO):
    """What a connection gives to the SDK's client for threads."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class AsyncRaw:
    """The same for the asynchronous one."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def read(self) -> bytes:
        return self._content


def refusal_of(secrets: Secrets) -> tuple[dict[str, str], bytes]:
    """Headers and body of a refusal that quotes all it was sent."""
    words = " ".join((*secrets.all, secrets.presigned_url))
    headers = {
        "x-amzn-requestid": REQUEST_ID,
        "x-amz-request-id": secrets.password,
        "x-amz-id-2": secrets.bearer,
        "set-cookie": secrets.sso_token,
        "location": secrets.presigned_url,
        "www-authenticate": secrets.authorization,
        "x-amzn-errortype": "ValidationException",
        "content-length": secrets.secret_key,
        "x-amz-security-token": secrets.session_token,
    }
    return headers, json.dumps({"message": f"Malformed input request: #/{words}"}).encode()


def answered(secrets: Secrets, is_async: bool, seen: list[object]) -> Any:
    """A handler that refuses each request before it is sent."""
    headers, body = refusal_of(secrets)

    def answer(request: Any, **_: object) -> object:
        seen.append((dict(request.headers), request.body))
        if is_async:
            return AioAWSResponse(request.url, 400, headers, AsyncRaw(body))
        return AWSResponse(request.url, 400, headers, Raw(body))

    return answer


async def walk(session: Session, secrets: Secrets, seen: list[object]) -> None:
    """Make each kind of call once, with secrets wherever a person can put something."""
    for service, retries, patience in (
        ("bedrock-runtime", False, 0.0),
        ("bedrock-runtime", False, bedrock.PATIENCE),
        ("sagemaker-runtime", False, 0.0),
    ):
        client = await session.client(service, retries=retries, patience=patience)
        client.meta.events.register_first("before-send", answered(secrets, True, seen))
    blocking = await session.blocking_client("s3")
    blocking.meta.events.register_first("before-send", answered(secrets, False, seen))
    tags = an_inference(custom_attributes=secrets.session_token, accept=secrets.prompt[:60])
    with suppress(ProblemError):
        await bedrock.start_async_invoke(
            session, a_request(secrets.prompt, model_input=secrets.model_input)
        )
    with suppress(ProblemError):
        await bedrock.invoke_model(session, a_question(secrets.prompt))
    with suppress(ProblemError):
        await sagemaker.invoke_endpoint_async(session, tags)
    with suppress(ProblemError):
        await upload(
            session, io.BytesIO(secrets.prompt.encode("utf-8", "replace")), "media", "in/a.json"
        )
    await presign(session, "media", "out/a.mp4", timedelta(hours=1), content_type="video/mp4")


def environment_of(secrets: Secrets, folder: Path) -> Mapping[str, str]:
    profile = f"me {secrets.secret_key}"
    (folder / "config").write_text(f"[profile {profile}]\nregion = us-west-2\n")
    (folder / "credentials").write_text(
        f"[{profile}]\naws_access_key_id = {secrets.access_key}\n"
        f"aws_secret_access_key = {secrets.secret_key}\n"
        f"aws_session_token = {secrets.session_token}\n"
    )
    return {
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "HTTP_PROXY": secrets.proxy,
        "TERM": secrets.password,
        "TERM_PROGRAM": secrets.sso_token,
    }


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(secrets=secrets)
def test_no_secret_of_a_call_is_in_the_log(aws_environment: None, secrets: Secrets) -> None:
    seen: list[object] = []
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.delenv(variable)
        for variable, value in environment_of(secrets, folder).items():
            patch.setenv(variable, value)
        context = Context(
            profile=f"me {secrets.secret_key}",
            region="us-west-2",
            endpoint_url=f"http://me:{quote(secrets.password)}@127.0.0.1:1",
        )

        async def work() -> None:
            session = Session(context)
            await walk(session, secrets, seen)
            await session.close()

        with open_log(folder / "a.log", is_debug=True):
            asyncio.run(work())
        text = (folder / "a.log").read_text()

    assert secrets.seen_in(text) == []
    sent = "".join(map(str, seen))
    assert secrets.access_key in sent
    assert secrets.marker in sent
    found = [json.loads(line) for line in text.splitlines()]
    calls = [line for line in found if line["event"] == "call"]
    assert {"StartAsyncInvoke", "InvokeModel", "InvokeEndpointAsync", "PutObject"} == {
        call["operation"] for call in calls
    }
    assert {(call["status"], call["request_id"]) for call in calls} == {(400, REQUEST_ID)}
    problems = [line for line in found if line["event"] == "problem"]
    assert len(problems) == 4
    assert [line["key"] for line in found if line["event"] == "presigned"] == ["out/a.mp4"]
