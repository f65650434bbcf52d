"""Exceptions of botocore, aiohttp and the operating system → Problem. The only place that knows."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Iterator

from tui import log
from tui.model.problem import Problem, ProblemError, explained

# What botocore raises before anything was sent; every other failure without an answer is ambiguous.
_NOT_SENT = frozenset(
    {
        "ConnectTimeoutError",
        "InvalidEndpointDiscoveryConfigurationError",
        "InvalidRegionError",
        "LoginRefreshRequired",
        "NoCredentialsError",
        "NoRegionError",
        "ParamValidationError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "ProfileNotFound",
        "ProxyConnectionError",
        "SSLError",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
        "UnknownServiceError",
    }
)

LONGEST_WAIT = 3600.0
"""Seconds that a Retry-After is heeded for at most: a wrong one must not end the asking."""

_QUERY = re.compile(
    r"\?[^\s\"']*"
)  # a URL's query tells a person nothing, and may hold a signature


@contextlib.contextmanager
def problems(operation: str, *, is_sent: bool = True) -> Iterator[None]:
    """Turn whatever fails inside into a ProblemError; a fault of our own passes as it is.

    Args:
        operation: The API operation, for the message.
        is_sent: Whether anything may be sent inside; otherwise no failure is ambiguous.

    Raises:
        ProblemError: Something failed.
    """
    try:
        yield
    except ProblemError:
        raise
    except Exception as error:
        # Imported here, where it is loaded already, and not on the way to the first frame.
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            answered = _answered(error, operation)
            log.problem(answered, error)
            raise ProblemError(answered) from error
        known = (BotoCoreError, OSError, asyncio.TimeoutError, ValueError)
        if not (_is_theirs(error) or isinstance(error, known)):
            raise
        unanswered = _unanswered(error, operation, is_sent)
        log.problem(unanswered, error)
        raise ProblemError(unanswered) from error


def unreadable(operation: str) -> Problem:
    """The problem of an answer that is none of the operation's, although it says 200."""
    return Problem(
        kind="UnreadableAnswer",
        message=f"the answer to {operation} is not AWS's",
        cause="something between here and AWS answered in its place",
        remedy="check the endpoint URL, a proxy, or a captive portal",
        operation=operation,
        is_retryable=True,
        is_ambiguous=True,
    )


def _is_theirs(error: Exception) -> bool:
    """Whether the SDK or its HTTP client made the exception, or tripped over an answer."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_in = str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""
    return any(
        name.split(".")[0] in ("aiohttp", "aiobotocore", "botocore")
        for name in (type(error).__module__, raised_in)
    )


def _answered(error: Exception, operation: str) -> Problem:
    response: dict[str, dict[str, object]] = getattr(error, "response", {})
    body, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    status = meta.get("HTTPStatusCode")
    headers = meta.get("HTTPHeaders")
    wait = headers.get("retry-after", "") if isinstance(headers, dict) else ""
    return explained(
        Problem(
            kind=str(body.get("Code") or "Unknown"),
            message=str(body.get("Message") or "the service gave no message"),
            operation=operation,
            request_id=str(meta.get("RequestId") or ""),
            retry_after=min(float(wait), LONGEST_WAIT) if str(wait).isdecimal() else 0.0,
            is_ambiguous=isinstance(status, int) and status >= 500,
        )
    )


def _unanswered(error: Exception, operation: str, is_sent: bool) -> Problem:
    kind = type(error).__name__
    return explained(
        Problem(
            kind=kind,
            message=_QUERY.sub("", str(error)) or kind,
            operation=operation,
            is_ambiguous=is_sent and not _was_never_sent(error),
        )
    )


def _was_never_sent(error: Exception) -> bool:
    """Whether the request cannot have reached the service.

    aiobotocore makes an EndpointConnectionError of every broken connection; only one that was
    never made is named as such by aiohttp.
    """
    if type(error).__name__ != "EndpointConnectionError":
        return type(error).__name__ in _NOT_SENT
    from aiohttp import ClientConnectorError

    cause = getattr(error, "kwargs", {}).get("error")
    return isinstance(cause, (ClientConnectorError, socket.gaierror))
