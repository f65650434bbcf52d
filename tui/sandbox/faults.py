"""Faults on demand: what goes wrong with the next calls of an operation.

Kinds: ``latency`` only waits; ``throttle``, ``server-error``, ``unavailable``, ``expired`` and
``denied`` answer with that error; ``drop-before`` closes the connection with nothing done, and
``drop-after`` does what was asked, then closes it without an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

KINDS = (
    "latency",
    "throttle",
    "server-error",
    "unavailable",
    "expired",
    "denied",
    "drop-before",
    "drop-after",
)


@dataclass(frozen=True)
class Planned:
    """One planned fault.

    Attributes:
        operation: Such as ``StartAsyncInvoke`` or ``GetObject``; ``*`` stands for all.
        kind: One of ``KINDS``.
        times: For how many calls; None means until it is cleared.
        seconds: How long the call waits first, whatever the kind.
    """

    operation: str
    kind: str
    times: int | None = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or None, not {self.times}")


@dataclass(frozen=True)
class Refusal:
    """What an error kind answers, to S3's clients and to all others."""

    status: int
    code: str
    message: str
    s3_status: int
    s3_code: str
    s3_message: str


REFUSALS: Mapping[str, Refusal] = {
    "throttle": Refusal(
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
        503,
        "SlowDown",
        "Please reduce your request rate.",
    ),
    "server-error": Refusal(
        500,
        "InternalServerException",
        "The system encountered an unexpected error during processing. Try your request again.",
        500,
        "InternalError",
        "We encountered an internal error. Please try again.",
    ),
    "unavailable": Refusal(
        503,
        "ServiceUnavailableException",
        "The service is unable to process your request.",
        503,
        "ServiceUnavailable",
        "Service is unable to handle request.",
    ),
    "expired": Refusal(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
        400,
        "ExpiredToken",
        "The provided token has expired.",
    ),
    "denied": Refusal(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
        "{action} because no identity-based policy allows the {action} action",
        403,
        "AccessDenied",
        "Access Denied",
    ),
}


class Faults:
    """The planned faults, in the order in which they were planned. Safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Planned] = []

    def add(
        self, operation: str, kind: str, *, times: int | None = 1, seconds: float = 0.0
    ) -> None:
        """Plan a fault for the next ``times`` calls of the operation.

        Raises:
            ValueError: There is no such kind, or it is planned for no call.
        """
        planned = Planned(operation, kind, times, seconds)
        with self._lock:
            self._planned.append(planned)

    def clear(self) -> None:
        """Forget every planned fault."""
        with self._lock:
            self._planned.clear()

    def take(self, operation: str) -> Planned | None:
        """The fault for this call, if there is one; it is counted as used."""
        with self._lock:
            for index, planned in enumerate(self._planned):
                if planned.operation in (operation, "*"):
                    if planned.times == 1:
                        del self._planned[index]
                    elif planned.times is not None:
                        self._planned[index] = replace(planned, times=planned.times - 1)
                    return planned
        return None

    def describe(self) -> list[dict[str, object]]:
        """What is still planned, as JSON values."""
        with self._lock:
            return [asdict(planned) for planned in self._planned]
