"""How far downloads have come, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.engine.downloading import Progress
from tui.model.document import size_text
from tui.model.invocation import duration
from tui.model.pace import Pace


def together(downloads: Sequence[Progress]) -> Progress:
    """Several downloads as if they were one."""
    return Progress(
        size=sum(download.size for download in downloads),
        there=sum(download.there for download in downloads),
        fetched=sum(download.fetched for download in downloads),
        objects=sum(download.objects for download in downloads),
        settled=sum(download.settled for download in downloads),
        checking=sum(download.checking for download in downloads),
        is_whole=all(download.is_whole for download in downloads),
        failed=sum(download.failed for download in downloads),
    )


def words(progress: Progress, pace: Pace) -> list[str]:
    """Bytes, rate, time left and objects, as far as they are known; each is a part of a line."""
    size, there, is_whole = progress.size, progress.there, progress.is_whole
    if not progress.objects:
        return ["saving: looking for the outputs"]
    is_checking = bool(progress.checking) and there >= size
    if is_checking and is_whole:
        parts = [f"saving: {size_text(size)} came · checking it"]
    elif is_whole:
        parts = [f"saving: {100 * there // max(1, size)} % of {size_text(size)}"]
    else:
        parts = [f"saving: {size_text(there)} of {size_text(size)}+"]
    if pace.rate and not is_checking:
        parts.append(f"{size_text(int(pace.rate))}/s")
    left = pace.left(size - there)
    if left is not None and is_whole and not is_checking:
        parts.append(f"{duration(left)} left")
    if progress.objects > 1:
        more = "" if is_whole else "+"
        parts.append(f"{progress.settled:,} of {progress.objects:,}{more} objects")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return parts
