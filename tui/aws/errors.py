"""Exceptions of botocore, aiohttp and the operating system → Problem. The only place that knows."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterator

from tui.model.problem import Problem, ProblemError, explained

# What botocore raises before anything was sent; every other failure without an answer is ambiguous.
_NOT_SENT = frozenset(
    {
        "ConnectTimeoutError",
        "EndpointConnectionError",
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

_QUERY = re.compile(
    r"\?[^\s\"']*"
)  # a URL's query tells a person nothing, and may hold a signature


@contextlib.contextmanager
def problems(operation: str) -> Iterator[None]:
    """Turn whatever fails inside into a ProblemError.

    Args:
        operation: The API operation, for the message.

    Raises:
        ProblemError: Something failed.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise ProblemError(_answered(error, operation)) from error
    except BotoCoreError as error:
        raise ProblemError(_unanswered(error, operation)) from error
    except (OSError, asyncio.TimeoutError, ValueError) as error:
        raise ProblemError(_unanswered(error, operation)) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("aiohttp", "botocore", "aiobotocore"):
            raise
        raise ProblemError(_unanswered(error, operation)) from error


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
            retry_after=float(wait) if str(wait).isdigit() else 0.0,
            is_ambiguous=isinstance(status, int) and status >= 500,
        )
    )


def _unanswered(error: Exception, operation: str) -> Problem:
    kind = type(error).__name__
    return explained(
        Problem(
            kind=kind,
            message=_QUERY.sub("", str(error)) or kind,
            operation=operation,
            is_ambiguous=kind not in _NOT_SENT,
        )
    )
