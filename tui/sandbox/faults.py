"""Faults on demand: what goes wrong with the next calls of an operation.

Kinds: ``latency`` only waits; the names in ``refusals`` answer with that error, and ``error`` with
the one that the plan itself describes; ``drop-before`` closes the connection with nothing done, and
``drop-after`` does what was asked, then closes it without an answer.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace

from tui.sandbox.refusals import REFUSALS, Refusal

KINDS = ("latency", *REFUSALS, "error", "drop-before", "drop-after")


@dataclass(frozen=True)
class Planned:
    """One planned fault.

    Attributes:
        operation: Such as ``StartAsyncInvoke`` or ``GetObject``; ``*`` stands for all.
        kind: One of ``KINDS``.
        times: For how many calls; None means until it is cleared.
        seconds: How long the call waits first, whatever the kind.
        code: The error's code, for the kind ``error``.
        message: The service's words, for that kind.
        status: The HTTP status, for that kind.
    """

    operation: str
    kind: str
    times: int | None = 1
    seconds: float = 0.0
    code: str = ""
    message: str = ""
    status: int = 400

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or None, not {self.times}")
        if self.kind == "error" and not (self.code and 300 <= self.status < 600):
            raise ValueError("an error needs a code, and a status from 300 to 599")

    @property
    def refusal(self) -> Refusal | None:
        """What the call is answered with in place of its answer; None where that is no error."""
        if self.kind == "error":
            return Refusal(self.status, self.code, self.message)
        return REFUSALS.get(self.kind)


class Faults:
    """The planned faults, in the order in which they were planned. Safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Planned] = []

    def add(
        self,
        operation: str,
        kind: str,
        *,
        times: int | None = 1,
        seconds: float = 0.0,
        code: str = "",
        message: str = "",
        status: int = 400,
    ) -> None:
        """Plan a fault for the next ``times`` calls of the operation; see ``Planned``.

        Raises:
            ValueError: There is no such kind or no such error, or it is planned for no call.
        """
        planned = Planned(operation, kind, times, seconds, code, message, status)
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
            return [_described(planned) for planned in self._planned]


def _described(planned: Planned) -> dict[str, object]:
    """A plan as JSON values; what describes an error only where it is one of its own."""
    members = asdict(planned)
    of_error = () if planned.kind == "error" else ("code", "message", "status")
    return {name: value for name, value in members.items() if name not in of_error}
