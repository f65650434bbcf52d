"""The end of invocations, told to whoever is not looking at them: bell, desktop, toast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui.config import Desktop
from tui.model.invocation import Invocation, Status, duration
from tui.model.text import printable


def summary(ended: Sequence[Invocation]) -> str:
    """One line on what has ended: the one, or how many of each kind."""
    if len(ended) == 1:
        (row,) = ended
        what = (
            row.failure_message
            if row.status is Status.FAILED
            else duration(row.took(row.submit_time))
        )
        how = f"{row.status.value} {row.parts.in_brief}" if row.parts else row.status.value
        return printable(f"{how}: {row.model_id} {row.id} · {what}".rstrip(" ·"))
    counts = Counter(row.status for row in ended)
    partial = sum(row.parts is not None for row in ended)
    notes = {Status.COMPLETED: f" ({partial:,} with failed parts)" if partial else ""}
    kinds = [
        f"{count:,} {status.value.lower()}{notes.get(status, '')}"
        for status, count in counts.most_common()
    ]
    return f"{len(ended):,} ended: {', '.join(kinds)}"


def overdue(rows: Sequence[Invocation]) -> str:
    """One line on inferences whose time is up: the one, or how many."""
    if len(rows) == 1:
        (row,) = rows
        return printable(f"Overdue: {row.model_id} {row.id} · its time is up, and S3 shows nothing")
    return f"{len(rows):,} are overdue: their time is up, and S3 shows nothing of them"


def sequence(text: str, desktop: Desktop, *, is_tmux: bool) -> str:
    """What asks the terminal for a desktop notification; empty where none is wanted.

    OSC 9 is iTerm2's and Windows Terminal's way, OSC 777 rxvt's, foot's and Ghostty's. tmux lets
    either through in an envelope, if its ``allow-passthrough`` is on.
    """
    if desktop is Desktop.OFF:
        return ""
    text = printable(text).replace(";", ",")
    body = f"9;{text}" if desktop is Desktop.OSC_9 else f"777;notify;asyncinvoke;{text}"
    plain = f"\x1b]{body}\x07"
    return f"\x1bPtmux;{plain.replace(chr(27), chr(27) * 2)}\x1b\\" if is_tmux else plain
