from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from botocore import exceptions
from botocore.configloader import raw_config_parse
from botocore.exceptions import ClientError

from tui.aws.errors import LONGEST_WAIT, problems
from tui.aws.session import Session
from tui.model.context import Context
from tui.model.problem import Problem, ProblemError


def problem_of(error: BaseException) -> Problem:
    with pytest.raises(ProblemError) as caught, problems("StartAsyncInvoke"):
        raise error
    return caught.value.problem


def refusal(code: str, status: int = 400, **headers: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": f"about {code}"},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "r-1",
                "HTTPHeaders": headers,
                "RetryAttempts": 0,
                "HostId": "",
            },
        },
        "StartAsyncInvoke",
    )


def test_a_refusal_keeps_code_message_and_request_id() -> None:
    problem = problem_of(refusal("ThrottlingException", 429, **{"retry-after": "7"}))

    assert problem.kind == "ThrottlingException"
    assert problem.message == "about ThrottlingException"
    assert problem.request_id == "r-1"
    assert problem.operation == "StartAsyncInvoke"
    assert problem.retry_after == 7
    assert problem.is_retryable
    assert not problem.is_ambiguous


@pytest.mark.parametrize(
    ("wait", "seconds"), [("99999999999", LONGEST_WAIT), ("9" * 400, LONGEST_WAIT), ("²", 0)]
)
def test_a_wait_without_an_end_is_not_asked_for(wait: str, seconds: float) -> None:
    refused = refusal("ThrottlingException", 429, **{"retry-after": wait})

    assert problem_of(refused).retry_after == seconds


def test_an_unknown_refusal_is_shown_as_it_came() -> None:
    problem = problem_of(refusal("NeverSeenException"))

    assert str(problem) == "NeverSeenException: about NeverSeenException"
    assert problem.cause == problem.remedy == ""


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failure_of_the_service_may_have_created_the_invocation(status: int) -> None:
    assert problem_of(refusal("InternalServerException", status)).is_ambiguous


@pytest.mark.parametrize(
    "error",
    [
        exceptions.NoCredentialsError(),
        exceptions.NoRegionError(),
        exceptions.ProfileNotFound(profile="x"),
        exceptions.EndpointConnectionError(endpoint_url="https://x", error=socket.gaierror()),
        exceptions.ConnectTimeoutError(endpoint_url="https://x"),
        exceptions.SSLError(endpoint_url="https://x", error=OSError("self-signed")),
        exceptions.UnauthorizedSSOTokenError(),
        exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_what_was_never_sent_is_not_ambiguous_and_has_a_remedy(error: Exception) -> None:
    problem = problem_of(error)

    assert problem.kind == type(error).__name__
    assert problem.remedy
    assert not problem.is_ambiguous


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ReadTimeoutError(endpoint_url="https://x"),
        exceptions.ConnectionClosedError(endpoint_url="https://x"),
        ConnectionResetError("reset"),
        asyncio.TimeoutError(),
        exceptions.EndpointConnectionError(endpoint_url="https://x", error=OSError("reset")),
    ],
)
def test_a_line_that_broke_is_ambiguous(error: Exception) -> None:
    assert problem_of(error).is_ambiguous


def test_a_url_s_query_is_not_shown() -> None:
    error = exceptions.EndpointConnectionError(endpoint_url="https://x/y?X-Amz-Signature=secret")

    assert "secret" not in problem_of(error).message


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[default]\naws_access_key_id = A\naws_secret_access_key s3cret\n", "line 3"),
        ("aws_secret_access_key = s3cret\n", "line 1"),
        ("[default]\na = s3cret\na = s3cret\n", "line 3"),
    ],
)
def test_a_file_that_is_no_configuration_is_not_quoted(
    tmp_path: Path, content: str, line: str
) -> None:
    file = tmp_path / "credentials"
    file.write_text(content)

    with pytest.raises(ProblemError) as caught, problems("ListAsyncInvokes"):
        raw_config_parse(str(file))

    assert str(file) in caught.value.problem.message
    assert line in caught.value.problem.message
    assert "s3cret" not in caught.value.problem.in_full


async def test_a_proxy_that_wants_a_password_is_not_shown_the_one_that_it_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:s3cret@127.0.0.1:{port}")
    session = Session(Context(region="us-west-2", sign_requests=False))
    client = await session.client("bedrock-runtime", retries=False)

    with pytest.raises(ProblemError) as caught, problems("ListAsyncInvokes"):
        await client.list_async_invokes()
    await session.close()
    proxy.close()

    assert "407" in caught.value.problem.message
    assert f"127.0.0.1:{port}" in caught.value.problem.message
    assert "s3cret" not in caught.value.problem.in_full


@pytest.mark.parametrize(
    "quoted",
    [
        "should have been 'GET\n/\n\nx-amz-security-token:{}\n'",
        "'{}' not a valid key=value pair in Authorization header: 'Bearer {}'.",
    ],
)
def test_what_a_service_quotes_of_a_request_is_shown_without_its_token(quoted: str) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.s3cret"
    error = refusal("IncompleteSignatureException", 403)
    error.response["Error"]["Message"] = quoted.format(token, token)

    message = problem_of(error).message

    assert "s3cret" not in message
    assert "***" in message


def test_a_fault_of_our_own_is_not_made_a_problem() -> None:
    with pytest.raises(KeyError), problems("StartAsyncInvoke"):
        raise KeyError("ours")


def test_what_no_client_is_made_for_is_no_verdict_on_the_request() -> None:
    with pytest.raises(ProblemError) as caught, problems("StartAsyncInvoke", is_sent=False):
        raise ValueError("Invalid IPv6 URL")

    problem = caught.value.problem
    assert (problem.kind, problem.is_verdict) == ("InvalidEndpointURL", False)
    assert "endpoint URL" in problem.cause


def test_a_proxy_or_an_endpoint_that_is_none_had_nothing_sent() -> None:
    inner = exceptions.InvalidProxiesConfigError()

    for error in (exceptions.HTTPClientError(error=inner), ValueError("Invalid endpoint: htp:/x")):
        problem = problem_of(error)

        assert not problem.is_ambiguous
        assert not problem.is_retryable
        assert not problem.is_verdict
        assert problem.cause
