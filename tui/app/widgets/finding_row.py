"""One thing that the doctor looked at: how well it is, and all that is said about it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.app.text import safe
from tui.config.charset import is_unicode
from tui.model.finding import Finding, Verdict, more_lines, sign

_STYLES = {
    Verdict.OK: "$text-success",
    Verdict.WARNING: "$text-warning",
    Verdict.FAULT: "$text-error",
    Verdict.NOT_KNOWN: "$text-accent",
}


class FindingRow(Horizontal):
    """Sign and topic on the left; word, text, and what stands below it, on the right."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._finding = finding

    def compose(self) -> ComposeResult:
        """Both columns; long lines go on below."""
        finding, style = self._finding, _STYLES[self._finding.verdict]
        topic = f"{sign(finding.verdict, is_unicode=is_unicode())} {finding.topic}"
        yield Static(safe(topic, style), markup=False, classes="topic")
        word = Content.styled(f"{finding.verdict.value}: ", f"bold {style}")
        lines = [word + safe(finding.text, keep_lines=False)]
        is_bad = finding.verdict in (Verdict.FAULT, Verdict.WARNING)
        muted = "" if is_bad else "$foreground-muted"
        lines += [safe(line.strip(), muted, keep_lines=False) for line in more_lines(finding)]
        yield Static(Content("\n").join(lines), markup=False, classes="found")
