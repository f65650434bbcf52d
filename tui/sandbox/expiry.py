"""Credentials that end: an access key that is refused from some moment on, and roles' own keys."""

from __future__ import annotations

import re
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import parse_qs

from tui.sandbox.http import Request, Response, ServiceError

Message = MutableMapping[str, object]
Send = Callable[[Message], Awaitable[None]]

WRONG_CODE = "000000"
"""The code of an MFA device that is never right."""

_ROLES_HOUR = 3600
_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")
_SIGNED = re.compile(r"Credential=([^/,\s]+)/")
_BEARER = re.compile(r"Bearer\s+(\S+)")


class Expiry:
    """When access keys, and API keys of Bedrock, end. Safe in several threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._ends: dict[str, datetime] = {}

    def set(self, key: str, seconds: float) -> None:
        """Have a key end in so many seconds of the sandbox's time; 0 ends it now."""
        with self._lock:
            self._ends[key] = self._now() + timedelta(seconds=seconds)

    def clear(self) -> None:
        """Have no key end."""
        with self._lock:
            self._ends.clear()

    def describe(self) -> dict[str, str]:
        """When each key ends, as JSON values."""
        with self._lock:
            return {key: end.isoformat() for key, end in self._ends.items()}

    def refusal(self, request: Request) -> Response | None:
        """What a request is refused with whose key has ended; None when it may go on."""
        with self._lock:
            end = self._ends.get(key_of(request))
        if end is None or self._now() < end:
            return None
        if request.service == "s3":
            return ServiceError("ExpiredToken", "The provided token has expired.", 400).response(
                "s3"
            )
        code = "ExpiredToken" if request.service == "sts" else "ExpiredTokenException"
        words = "The security token included in the request is expired"
        return ServiceError(code, words, 403).response(request.service)

    def noting(self, body: bytes, send: Send) -> Send:
        """A ``send`` that learns from the answer to an AssumeRole when the role's key ends."""
        asked = parse_qs(body.decode("latin-1"))
        seconds = int(asked.get("DurationSeconds", [str(_ROLES_HOUR)])[0])

        async def note(message: Message) -> None:
            for found in _KEY.findall(cast(bytes, message.get("body", b""))):
                self.set(found.decode(), seconds)
            await send(message)

        return note


def key_of(request: Request) -> str:
    """The access key, or API key, that a request is signed with; empty where there is none."""
    authorization = request.headers.get("authorization", "")
    if found := _SIGNED.search(authorization) or _BEARER.match(authorization):
        return found[1]
    scope = request.query.get("X-Amz-Credential", request.query.get("AWSAccessKeyId", ""))
    return scope.partition("/")[0]


def wrong_code(body: bytes) -> Response | None:
    """What an AssumeRole is refused with that brings the wrong code of an MFA device."""
    asked = parse_qs(body.decode("latin-1"))
    if "SerialNumber" not in asked or asked.get("TokenCode", [WRONG_CODE])[0] != WRONG_CODE:
        return None
    words = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    return ServiceError("AccessDenied", words, 403).response("sts")
