"""Whatever the SDK, its HTTP client or the services name an error by is known to the catalogue."""

from __future__ import annotations

import errno
import inspect
import os
import socket

import aiohttp.client_exceptions
import botocore.exceptions
import botocore.session
import pytest

from tui.aws.errors import problems
from tui.model.context import Context
from tui.model.explanation import explained
from tui.model.local_errors import AS_IT_CAME
from tui.model.problem import Problem, ProblemError

OPERATIONS = {
    "bedrock-runtime": ["StartAsyncInvoke", "GetAsyncInvoke", "ListAsyncInvokes", "InvokeModel"],
    "bedrock": ["ListFoundationModels", "ListTagsForResource"],
    "sagemaker-runtime": ["InvokeEndpointAsync"],
    "s3": ["GetObject", "HeadObject", "ListObjectsV2", "HeadBucket", "PutObject", "UploadPart"],
    "sts": ["GetCallerIdentity", "AssumeRole"],
}


def modelled() -> list[tuple[str, str]]:
    """Each operation that is called, with each error that its service model names."""
    session = botocore.session.get_session()
    models = {service: session.get_service_model(service) for service in OPERATIONS}
    return [
        (operation, shape.metadata.get("error", {}).get("code") or shape.name)
        for service, operations in OPERATIONS.items()
        for operation in operations
        for shape in models[service].operation_model(operation).error_shapes
    ]


def classes(module: object) -> list[str]:
    """The names of a module's exceptions, without its warnings."""
    found = inspect.getmembers(module, inspect.isclass)
    return [
        name
        for name, each in found
        if issubclass(each, Exception) and not issubclass(each, Warning)
    ]


def problem_of(error: BaseException, *, is_sent: bool = True) -> Problem:
    context = Context(profile="staff", region="us-west-2")
    with (
        pytest.raises(ProblemError) as caught,
        problems("ListAsyncInvokes", context, is_sent=is_sent),
    ):
        raise error
    return caught.value.problem


@pytest.mark.parametrize(("operation", "code"), modelled())
def test_every_modelled_error_has_cause_and_remedy(operation: str, code: str) -> None:
    problem = explained(Problem(kind=code, message="?", operation=operation))

    assert problem.cause
    assert problem.remedy


def test_start_async_invoke_s_eight_errors_are_among_them() -> None:
    assert len([code for operation, code in modelled() if operation == "StartAsyncInvoke"]) == 8


@pytest.mark.parametrize("kind", sorted({*classes(botocore.exceptions)} - {"ClientError"}))
def test_every_error_of_botocore_is_explained_or_shown_as_it_came(kind: str) -> None:
    message = getattr(getattr(botocore.exceptions, kind), "fmt", kind)
    problem = Problem(kind=kind, message=message)

    assert bool(explained(problem).remedy) is (kind not in AS_IT_CAME)
    assert kind not in AS_IT_CAME or explained(problem) == problem


@pytest.mark.parametrize(
    "kind",
    sorted(
        name
        for name in classes(aiohttp.client_exceptions)
        if name not in ("ClientError", "WSMessageTypeError", "WSServerHandshakeError")
        and getattr(aiohttp.client_exceptions, name).__module__ == "aiohttp.client_exceptions"
    ),
)
def test_every_error_of_the_http_client_is_explained_and_judges_no_request(kind: str) -> None:
    problem = explained(Problem(kind=kind, message="redirect" if "edirect" in kind else kind))

    assert problem.cause
    assert problem.remedy
    assert not problem.is_verdict


@pytest.mark.parametrize(
    ("error", "cause", "is_retryable"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "the disk is full", True),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "too many files", True),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "does not let this user", False),
        (OSError(errno.ENOENT, os.strerror(errno.ENOENT)), "no such file", False),
        (OSError(errno.ECONNREFUSED, "Connection refused"), "nothing listens", True),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no way leads there", True),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no way leads there", True),
        (OSError(errno.ECONNRESET, "Connection reset by peer"), "the line to AWS broke", True),
        (OSError(errno.ETIMEDOUT, "Connection timed out"), "did not come in time", True),
        (socket.gaierror(-2, "Name or service not known"), "no such host", True),
    ],
)
def test_errors_of_the_system_are_explained_and_judge_no_request(
    error: OSError, cause: str, is_retryable: bool
) -> None:
    problem = problem_of(error, is_sent=False)

    assert cause in problem.cause
    assert problem.remedy
    assert problem.is_retryable is is_retryable
    assert not problem.is_verdict


@pytest.mark.parametrize(
    ("reason", "cause", "remedy"),
    [
        ("self-signed certificate", "not trusted", "--ca-bundle"),
        ("unable to get local issuer certificate", "not trusted", "--ca-bundle"),
        ("Hostname mismatch, certificate is not valid for 'x'", "another host", "endpoint URL"),
        ("certificate has expired", "has expired, or this machine's clock", "look at the clock"),
        ("certificate is not yet valid", "clock is behind", "set the clock"),
    ],
)
def test_a_certificate_s_fault_is_told_apart(reason: str, cause: str, remedy: str) -> None:
    inner = OSError(f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}")
    problem = problem_of(botocore.exceptions.SSLError(endpoint_url="https://x", error=inner))

    assert cause in problem.cause
    assert remedy in problem.remedy
    assert not problem.is_retryable
    assert not problem.is_ambiguous


def test_what_the_sdk_hides_of_a_broken_line_is_told() -> None:
    inner = socket.gaierror(-2, "Name or service not known")
    error = botocore.exceptions.EndpointConnectionError(endpoint_url="https://x", error=inner)
    problem = problem_of(error)

    assert problem.message.endswith("(gaierror: Name or service not known)")
    assert "no such host" in problem.cause


def test_a_remedy_names_the_profile() -> None:
    problem = problem_of(botocore.exceptions.UnauthorizedSSOTokenError())

    assert problem.remedy == "aws sso login --profile staff"
