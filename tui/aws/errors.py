"""Exceptions of botocore, aiohttp and the operating system → Problem. The only place that knows."""

from __future__ import annotations

import asyncio
import configparser
import contextlib
import re
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from msgspec.structs import replace

from tui import log
from tui.model.context import Context
from tui.model.explanation import Circumstances, explained
from tui.model.problem import Problem, ProblemError
from tui.model.redaction import without_userinfo

# What botocore raises before anything was sent; every other failure without an answer is ambiguous.
_NOT_SENT = frozenset(
    {
        "AliasConflictParameterError",
        "ConfigNotFound",
        "ConfigParseError",
        "ConnectTimeoutError",
        "CredentialRetrievalError",
        "EndpointProviderError",
        "EndpointResolutionError",
        "EndpointVariantError",
        "InfiniteLoopConfigError",
        "InvalidConfigError",
        "InvalidDNSNameError",
        "InvalidEndpointConfigurationError",
        "InvalidEndpointDiscoveryConfigurationError",
        "InvalidHostLabelError",
        "InvalidProxiesConfigError",
        "InvalidRegionError",
        "LoginAuthorizationCodeError",
        "LoginError",
        "LoginInsufficientPermissions",
        "LoginRefreshRequired",
        "LoginTokenLoadError",
        "MetadataRetrievalError",
        "MissingDependencyException",
        "MissingParametersError",
        "NoAuthTokenError",
        "NoCredentialsError",
        "NoRegionError",
        "ParamValidationError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "ProxyConnectionError",
        "RangeError",
        "RefreshWithMFAUnsupportedError",
        "SSLError",
        "SSOError",
        "SSOTokenLoadError",
        "ServiceNotInRegionError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
        "UnknownCredentialError",
        "UnknownEndpointError",
        "UnknownFIPSEndpointError",
        "UnknownKeyError",
        "UnknownParameterError",
        "UnknownRegionError",
        "UnknownServiceError",
        "UnknownSignatureVersionError",
        "UnknownTokenProviderError",
        "UnsupportedSignatureVersionError",
        "ValidationError",
    }
)

CREDENTIALS = "credentials"
"""Stands for whatever call the credentials are brought by."""

NO_ENDPOINT = "Invalid endpoint: "
"""How botocore's ValueError begins that is about an endpoint URL."""

LONGEST_WAIT = 3600.0
"""Seconds that a Retry-After is heeded for at most: a wrong one must not end the asking."""

_QUERY = re.compile(
    r"\?[^\s\"']*"
)  # a URL's query tells a person nothing, and may hold a signature

# What a service quotes of a request whose signature it does not take.
_QUOTED_SECRET = re.compile(
    r"(x-amz-security-token['\"]?[:=]\s*|\bbearer\s+)[^\s'\",&]{16,}|"
    r"\b(?:ABSK[\w+/=-]{8,}|eyJ[\w-]{10,}[\w.=-]*|bedrock-api-key-[^\s'\"]+)",
    re.IGNORECASE,
)


@contextlib.contextmanager
def problems(
    operation: str, context: Context | None = None, resource: str = "", *, is_sent: bool = True
) -> Iterator[None]:
    """Turn whatever fails inside into a ProblemError; a fault of our own passes as it is.

    Args:
        operation: The API operation, for the message.
        context: What the call goes through, for the remedy; None where it does not matter.
        resource: The S3 URI that it is about, for the policy to grant; empty for other calls.
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

        known = Circumstances(
            profile=(context and context.profile) or "", region=(context and context.region) or ""
        )
        theirs = (BotoCoreError, OSError, asyncio.TimeoutError, ValueError)
        if isinstance(error, ClientError):
            problem, known = _answered(error), _told_besides(error, known)
        elif _is_theirs(error) or isinstance(error, theirs):
            problem = _unanswered(error, is_sent)
        else:
            raise
        if operation == CREDENTIALS:  # calls of their own bring them, which know their name
            operation = str(getattr(error, "operation_name", operation))
        problem = replace(problem, operation=operation, resource=resource)
        told = explained(problem, known)
        log.problem(told, error)
        raise ProblemError(told) from error


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


def _answered(error: Exception) -> Problem:
    response: dict[str, dict[str, object]] = getattr(error, "response", {})
    body, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    status = meta.get("HTTPStatusCode")
    wait = str(_headers(error).get("retry-after", ""))
    message = str(body.get("Message") or "the service gave no message")
    if original := response.get("originalMessage"):  # what the model itself said
        message = f"{message} ({original})"
    return Problem(
        kind=str(body.get("Code") or "Unknown"),
        message=_QUOTED_SECRET.sub(r"\1***", message),
        request_id=str(meta.get("RequestId") or ""),
        retry_after=min(float(wait), LONGEST_WAIT) if wait.isdecimal() else 0.0,
        is_ambiguous=isinstance(status, int) and status >= 500,
    )


def _told_besides(error: Exception, known: Circumstances) -> Circumstances:
    """What an answer's headers tell: where the bucket is, and what time it is at AWS."""
    headers = _headers(error)
    skew = None
    with contextlib.suppress(TypeError, ValueError):  # it has no date, or one that is none
        sent = parsedate_to_datetime(str(headers["date"])) if "date" in headers else None
        skew = (datetime.now(timezone.utc) - sent).total_seconds() if sent else None
    return replace(known, bucket_region=region_in(getattr(error, "response", {})), skew=skew)


def region_in(answer: Mapping[str, Mapping[str, object]]) -> str:
    """The region in an answer, be it an error; empty where it tells none."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders")
    region = headers.get("x-amz-bucket-region") if isinstance(headers, Mapping) else None
    return str(region or answer.get("Error", {}).get("Region") or "")


def _headers(error: Exception) -> Mapping[str, object]:
    headers = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPHeaders")
    return headers if isinstance(headers, Mapping) else {}


def _unanswered(error: Exception, is_sent: bool) -> Problem:
    # Before anything is sent, botocore and urllib have no other name for a wrong endpoint.
    is_no_endpoint = str(error).startswith(NO_ENDPOINT) or (
        type(error) is ValueError and not is_sent
    )
    kind = "InvalidEndpointURL" if is_no_endpoint else type(error).__name__
    return Problem(
        kind=kind,
        message=_QUERY.sub("", without_userinfo(_with_reason(error))) or kind,
        is_ambiguous=is_sent and not _was_never_sent(error),
    )


def _with_reason(error: Exception) -> str:
    """What the error says and, where it hides that, what made it."""
    said = str(error)
    inner = getattr(error, "kwargs", {}).get("error")
    inner = getattr(inner, "os_error", inner)  # aiohttp's say the host once more
    if not isinstance(inner, BaseException):
        return said
    if isinstance(inner, configparser.Error):
        return f"{said} ({_unparsed(inner)})"
    reason = str(getattr(inner, "strerror", None) or inner)
    name = type(inner).__name__
    if reason and reason in said:
        return said if name in said else f"{said} ({name})"
    return f"{said} ({name}: {reason})" if reason else f"{said} ({name})"


def _unparsed(error: configparser.Error) -> str:
    """Where a file is no configuration; not what stands there, which may be a secret key."""
    lines = [number for number, _ in getattr(error, "errors", ())]
    line = getattr(error, "lineno", None) or next(iter(lines), None)
    return type(error).__name__ + (f": line {line}" if line else "")


def _was_never_sent(error: Exception) -> bool:
    """Whether the request cannot have reached the service.

    aiobotocore makes an EndpointConnectionError of every broken connection; only one that was
    never made is named as such by aiohttp.
    """
    kind, cause = type(error).__name__, getattr(error, "kwargs", {}).get("error")
    if type(cause).__name__ == "InvalidProxiesConfigError":
        return True
    if kind != "EndpointConnectionError":
        return kind in _NOT_SENT or str(error).startswith(NO_ENDPOINT)
    from aiohttp import ClientConnectorError

    return isinstance(cause, (ClientConnectorError, socket.gaierror))
