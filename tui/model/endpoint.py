"""A SageMaker endpoint, as far as the account tells of it: its kind, its state, its queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SCALED_TO_ZERO = (
    "it is scaled to zero: without a scaling policy on HasBacklogWithoutCapacity "
    "it wakes up only when its queue outgrows its target"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint; what is not known is None or empty.

    Attributes:
        name: Its name.
        status: In AWS's words: ``InService``.
        is_async: Whether it has an AsyncInferenceConfig, and so takes InvokeEndpointAsync.
        instances: How many run now, of all its variants.
        failure_reason: Why it is not in service.
        output_path: URI of the folder that its outputs go to.
        failure_path: URI of the folder that its failures go to.
        backlog: How many requests queue or run, a moment ago.
    """

    name: str
    status: str = ""
    is_async: bool | None = None
    instances: int | None = None
    failure_reason: str = ""
    output_path: str = ""
    failure_path: str = ""
    backlog: int | None = None

    @property
    def state(self) -> str:
        """Its state in one line: ``InService · 1 instance · 12 queued or running``."""
        told = [self.status]
        if self.instances is not None:
            told.append("1 instance" if self.instances == 1 else f"{self.instances:,} instances")
        if self.backlog is not None:
            told.append(f"{self.backlog:,} queued or running")
        if self.is_async is False:
            told.append("not asynchronous")
        return " · ".join(filter(None, [*told, self.failure_reason]))

    @property
    def hint(self) -> str:
        """Why it may not come to a request for long; empty where nothing keeps it."""
        return SCALED_TO_ZERO if self.is_async and self.instances == 0 else ""


def async_first(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """The endpoints with the asynchronous ones first, those of another kind last."""
    return sorted(endpoints, key=lambda endpoint: (True, None, False).index(endpoint.is_async))
