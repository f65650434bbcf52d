"""The parts of an invocation, such as shots: how many failed, and who reports it. Reads nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

_REEL = "amazon.nova-reel-"
_EMBEDDINGS = "amazon.nova-2-multimodal-embeddings-"
_REPORTING = (_REEL, _EMBEDDINGS)
_SILENT = ("luma.ray-", "twelvelabs.marengo-")
"""The models that write no report: one below their outputs is somebody else's."""

_REPORTS = {
    "video-generation-status.json": _REEL,
    "generation-status.json": _REEL,
    "segmented-embedding-result.json": _EMBEDDINGS,
}
"""What reports are called, and which models write them."""

_SEGMENTS = re.compile(r"embedding-(?:(?:text|video|audio)\.jsonl|image\.json)")
"""What has a line, or a value, for each segment."""

_ONE_CLIP = "amazon.nova-reel-v1:0"


class Parts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The parts of one kind that an invocation was to make.

    Attributes:
        noun: What one of them is called: ``shot``, ``segment``.
        failed: How many failed; where they are not counted, 1 if any did.
        total: How many there are; 0 where they are not counted.
        why: The first failure in the service's words, or empty.
    """

    noun: str
    failed: int = 0
    total: int = 0
    why: str = ""

    def __str__(self) -> str:
        if not self.total:
            return f"some {self.noun}s failed"
        if self.total == 1:
            return f"the {self.noun} failed"
        return f"{self.failed:,} of {self.total:,} {self.noun}s failed"

    @property
    def one_line(self) -> str:
        """How many failed, and why."""
        return ": ".join(filter(None, (str(self), self.why)))

    @property
    def in_brief(self) -> str:
        """How many failed, to follow on a status: ``with 2 failed shots``."""
        if not self.total:
            return f"with failed {self.noun}s"
        return f"with {self.failed:,} failed {self.noun}{'s' * (self.failed > 1)}"


def is_reporting(model_id: str) -> bool:
    """Whether the model says in a report of its own what became of each part.

    TwelveLabs Marengo writes embeddings alone, and the first Nova Reel makes one clip.
    """
    return model_id.startswith(_REPORTING) and model_id != _ONE_CLIP


def is_report(model_id: str, file: str) -> bool:
    """Whether an object of this name is the model's report on all that it made.

    A model that is not known here may write any of them.
    """
    return file in _REPORTS and _may_write(model_id, _REPORTS[file])


def counts_parts(model_id: str, file: str) -> bool:
    """Whether an object of this name tells, all of it together, which parts failed."""
    is_of_segments = bool(_SEGMENTS.fullmatch(file)) and _may_write(model_id, _EMBEDDINGS)
    return is_of_segments or is_report(model_id, file)


def _may_write(model_id: str, family: str) -> bool:
    return model_id.startswith(family) or not model_id.startswith((*_REPORTING, *_SILENT))


def worst(found: Iterable[Parts]) -> Parts | None:
    """Those of one kind of which the largest share failed; None where none failed.

    Args:
        found: What each object tells of its own parts. One may count what another only mentions.
    """
    kinds: dict[str, list[Parts]] = {}
    for parts in found:
        kinds.setdefault(parts.noun, []).append(parts)
    sums = [_sum(several) for several in kinds.values()]
    bad = [parts for parts in sums if parts.failed]
    return max(bad, key=_share, default=None)


def _share(parts: Parts) -> float:
    return parts.failed / parts.total if parts.total else 0.0


def _sum(several: list[Parts]) -> Parts:
    counted = [parts for parts in several if parts.total]
    if not any(parts.failed for parts in counted):
        counted = [parts for parts in several if parts.failed] or counted
    why = next((parts.why for parts in several if parts.failed and parts.why), "")
    return Parts(
        noun=several[0].noun,
        failed=sum(parts.failed for parts in counted),
        total=sum(parts.total for parts in counted),
        why=why,
    )
