"""The Overview tab: what is known of an invocation, as names and values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.app.text import glyph, safe, status_style
from tui.app.widgets.context_bar import FRESH_SECONDS
from tui.model.invocation import Invocation, Status, ago, duration
from tui.model.problem import Problem, explain_failure, explained
from tui.model.request import Tag

_NAME_WIDTH = 12


class Overview(VerticalScroll):
    """Status, times, places and tags; for a failure also its cause and remedy."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Content] = []
        self._shown = Content()

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        yield Static(markup=False)

    def show(self, row: Invocation, tags: Sequence[Tag] | None, now: datetime) -> None:
        """Show an invocation.

        Args:
            row: The invocation.
            tags: Its tags; None while they are not known.
            now: The moment that ages are counted from.
        """
        lines = [
            _line("status", f"{glyph(row.status)} {row.status.value}", status_style(row.status))
        ]
        lines += _verdict(row)
        facts = [
            ("model", row.model_id),
            ("operation", row.operation if row.is_waited_for else ""),
            ("submitted", f"{_local(row.submit_time)}  ({ago(row.submit_time, now)})"),
            ("ended", _ended(row)),
            ("output", row.s3_uri),
            ("KMS key", row.kms_key_id),
            ("owner", row.bucket_owner),
            ("tags", "  ".join(f"{tag.key}={tag.value}" for tag in tags or ())),
            ("ARN", row.invocation_arn),
            ("token", row.client_request_token),
            ("origin", "submitted here" if row.is_ours else "started elsewhere"),
            ("heard", _heard(row, now)),
        ]
        lines += [_line(name, value) for name, value in facts if value]
        self._lines = lines
        self._lay_out()

    def on_resize(self) -> None:
        """Wrap the values anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        room = self.scrollable_content_region.width
        content = Content("\n").join(_wrapped(line, room) for line in self._lines)
        if not content.is_same(self._shown):  # the same again would be painted again
            self._shown = content
            self.query_one(Static).update(content)


def _verdict(row: Invocation) -> list[Content]:
    if row.is_asked:
        return [_line("next", "the answer is waited for: x cancels")]
    if row.is_waited_for and row.status is Status.UNKNOWN:
        told = row.failure_message or "none: the program that asked ended, or still waits"
        advice = "AWS remembers no answer; R types it again, x forgets it"
        return [_line("answer", told), _line("next", advice)]
    if row.status is Status.UNKNOWN:
        advice = "it may have started: R looks its token up, and offers to send it again"
        return [_line("answer", row.failure_message or "none"), _line("next", advice)]
    if row.status is Status.QUEUED:
        return [
            _line("next", "it goes in its turn; P stops the queue or lets it go on, x drops it")
        ]
    if row.status is not Status.FAILED:
        return []
    problem = _failure(row)
    lines = [_line("failure", row.failure_message or "AWS gave no message", "$text-error")]
    if problem.cause:
        lines.append(_line("cause", problem.cause))
    if problem.remedy:
        lines.append(_line("remedy", problem.remedy, "bold"))
    return lines


def _failure(row: Invocation) -> Problem:
    """Why it failed; one without an ARN was refused, with an error's name before the message."""
    if row.invocation_arn:
        return explain_failure(row.failure_message)
    kind, _, message = row.failure_message.partition(": ")
    return explained(Problem(kind=kind, message=message))


def _line(name: str, value: str, style: str = "") -> Content:
    label = Content.styled(f"{name:<{_NAME_WIDTH}}", "$foreground-muted")
    return label + safe(value, style, keep_lines=False)


def _wrapped(line: Content, room: int) -> Content:
    """The line with its value below itself, and not below its name, where it is too long."""
    if line.cell_length <= room or room < 2 * _NAME_WIDTH:
        return line
    values = line[_NAME_WIDTH:].wrap(room - _NAME_WIDTH)
    return line[:_NAME_WIDTH] + Content("\n" + " " * _NAME_WIDTH).join(values)


def _heard(row: Invocation, now: datetime) -> str:
    """When AWS last spoke of it, unless that is just now or does not matter any more."""
    if row.is_waited_for:
        return ""
    if row.heard is None:
        return "AWS has not spoken of it yet"
    is_old = (now - row.heard).total_seconds() >= FRESH_SECONDS
    return ago(row.heard, now) if is_old and not row.status.is_terminal else ""


def _ended(row: Invocation) -> str:
    if not row.status.is_terminal or row.end_time is None:
        return ""
    return f"{_local(row.end_time)}  (took {duration(row.took(row.end_time))})"


def _local(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
