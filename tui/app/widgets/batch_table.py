"""The table of a batch: a line-API widget that makes only the lines that are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.app.text import glyph, gutter
from tui.app.widgets.row_table import RowTable
from tui.model import document
from tui.model.batch import BatchLine
from tui.model.document import size_text
from tui.model.invocation import Status
from tui.model.text import cell_width, fit, printable

ROOMY = 70
"""Cells from which on model and output have columns of their own."""

WIDE = 110
"""Cells from which on there is room for what is wrong with a line beside them, too."""


class BatchTable(RowTable):
    """Shows the lines of a batch in their order; what is wrong with one stands in its row.

    Attributes:
        lines: What it shows.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "batch-table--header",
        "batch-table--cursor",
        "batch-table--muted",
        "batch-table--ready",
        "batch-table--fault",
        "batch-table--warning",
    }

    cursor: reactive[int] = reactive(0)
    """The index of the line that the keys are for."""

    @dataclass
    class LineChosen(Message):
        """A line was clicked while the cursor was on it."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: Sequence[BatchLine] = ()

    @property
    def row_count(self) -> int:
        """How many rows there are, seen or not."""
        return len(self.lines)

    @property
    def chosen(self) -> BatchLine | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    def show(self, lines: Sequence[BatchLine]) -> None:
        """Show other lines; the cursor stays where it is, if there is a line."""
        self.lines = lines
        self.cursor = clamp(self.cursor, 0, max(0, len(lines) - 1))
        self._measure()
        self.refresh()

    def _measure(self) -> None:
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self.lines) + 1)
        self.reveal(self.cursor)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._measure()

    # Painting --------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the heading, a row, or the words of an empty table."""
        width, line = self.size.width, self.scroll_offset.y + y - 1
        if y == 0:
            style = self.get_component_rich_style("batch-table--header")
            cells = [fit(title, size) for title, size in self._columns()]
            text = " " + " ".join(cells)
            return Strip([Segment(fit(text, width), style)])
        if not self.lines:
            style = self.rich_style + self.get_component_rich_style("batch-table--muted")
            return Strip([Segment(fit(self.words_at(y), width), style)])
        if line >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        return self._row(self.lines[line], is_cursor=line == self.cursor)

    def _columns(self) -> list[tuple[str, int]]:
        """Headings and widths; the last column takes what is left."""
        width = self.scrollable_content_region.width - 1
        source = clamp(width // 4, 12, 30)
        fixed = [("STATE", 9), ("SOURCE", source)]
        if width >= ROOMY:
            fixed += [("MODEL", width // 6), ("OUTPUT", width // 6)]
        return [*fixed, ("WHAT", width - sum(cells + 1 for _, cells in fixed))]

    def _row(self, line: BatchLine, *, is_cursor: bool) -> Strip:
        style = self.rich_style
        if is_cursor:
            style += self.get_component_rich_style("batch-table--cursor")
        kind, sign, word = _state(line)
        state_style = self.get_component_rich_style(f"batch-table--{kind}", partial=True)
        sizes = [size for _, size in self._columns()]
        source = fit(_end(printable(line.source), sizes[1]), sizes[1])
        segments = [
            Segment(gutter(is_cursor, False), style),
            Segment(fit(f"{sign} {word}", sizes[0]), style + state_style),
            Segment(f" {source} ", style),
        ]
        middle = sizes[2:-1]
        if line.request is None or (line.problems and self.size.width < WIDE):
            middle, sizes[-1] = [], sum(middle) + len(middle) + sizes[-1]
        if line.request is not None and middle:
            places = (line.request.model_id, line.request.s3_uri.removeprefix("s3://"))
            cells = [fit(printable(text), size) for text, size in zip(places, middle, strict=True)]
            segments.append(Segment(f"{' '.join(cells)} ", style))
        last = style + state_style if line.problems else style
        segments.append(Segment(fit(printable(_what(line)), max(0, sizes[-1])), last))
        return Strip(segments).adjust_cell_length(self.size.width, style)

    # Moving ----------------------------------------------------------------------------------

    def watch_cursor(self) -> None:
        """Paint the cursor where it is now, and bring it into sight."""
        self.reveal(self.cursor)
        self.refresh()

    def move_by(self, lines: int) -> None:
        """Move the cursor so many lines down, or up, as far as there are rows."""
        self.cursor = clamp(self.cursor + lines, 0, max(0, len(self.lines) - 1))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; open the line it is on."""
        line = self.scroll_offset.y + event.y - 1
        if event.y == 0 or line >= len(self.lines):
            return
        if line == self.cursor:
            self.post_message(self.LineChosen())
        self.cursor = line

    def action_next_problem(self) -> None:
        """To the next line that something is wrong with; behind the last one, from the top."""
        count = len(self.lines)
        following = ((self.cursor + step) % count for step in range(1, count + 1))
        self.cursor = next((at for at in following if self.lines[at].problems), self.cursor)


def _state(line: BatchLine) -> tuple[str, str, str]:
    """The style's name, the sign and the word for how a line stands."""
    if line.faults:
        return "fault", glyph(Status.FAILED), "fault"
    if line.warnings:
        return "warning", "!", "warning"
    return "ready", glyph(Status.COMPLETED), "ready"


def _what(line: BatchLine) -> str:
    """What is wrong or, where nothing is, what is asked for."""
    if line.problems:
        more = len(line.problems) - 1
        return line.problems[0] + (f" (and {more} more)" if more else "")
    words = document.words(line.request.model_input) if line.request else ""
    return words or size_text(line.size)


def _end(text: str, width: int) -> str:
    """The end of a text, for a name tells more there: ``…deos/batch.jsonl:12``."""
    while cell_width(text) > width:
        text = f"…{text[2:]}"
    return text
