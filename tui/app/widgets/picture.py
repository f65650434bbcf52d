"""An image, or frames of a video, drawn on the terminal as large as they fit. It reads nothing."""

from __future__ import annotations

import asyncio

from rich.control import Control
from rich.segment import ControlType, Segment
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.app.hearing import Hears
from tui.app.painting import USUAL_CELL, Painted, load, paint
from tui.app.pictures import Protocol, protocol_of, terminal_of
from tui.config import Pictures
from tui.engine.drawing import NOT_INSTALLED
from tui.model.drawn import Drawn
from tui.model.problem import ProblemError

_AS_IT_IS = ((ControlType.CURSOR_FORWARD, 0),)
"""Marks what takes no room and is sent as it stands."""

_NARROWEST = 8
"""Columns of what may lie over a picture, at least."""

PAINTING = "painting"
"""The workers that fit a picture to another size."""


class Picture(Hears, Widget):
    """Shows what was drawn of an object. It takes the room that it is given, or none."""

    ALLOW_SELECT = False

    def __init__(self, wanted: Pictures = Pictures.AUTO, *, id: str | None = None) -> None:  # noqa: A002
        """Begin with nothing to show, and hidden.

        Args:
            wanted: What to draw with.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._wanted = wanted
        self._drawn: Drawn | None = None
        self._painted = Painted()
        self._is_covered = False
        self.display = False

    @property
    def refusal(self) -> str:
        """Why nothing can be drawn on this terminal, for one line; empty if something can."""
        found = protocol_of(self._wanted, terminal_of(self.app))
        return found if isinstance(found, str) else ""

    @property
    def is_filled(self) -> bool:
        """Whether there is something that it shows, or would if it were displayed."""
        return self._drawn is not None

    async def show(self, drawn: Drawn) -> None:
        """Draw this in place of what was there, off the event loop; not where that is refused.

        Raises:
            ProblemError: textual-image is not installed.
        """
        self._drawn = drawn
        if self.refusal:
            return
        try:
            await asyncio.to_thread(load)
        except ImportError as error:
            raise ProblemError(NOT_INSTALLED) from error
        if drawn is self._drawn:
            self.display = True
            await self._paint()

    def clear(self) -> None:
        """Draw nothing, and take no room."""
        self._drawn = None
        self.display = False
        self._take(Painted())

    def on_mount(self) -> None:
        """Send again what the terminal may have lost."""
        self.app.app_resume_signal.subscribe(self, lambda _: self._tell(self._painted.sent))
        self.screen.screen_layout_refresh_signal.subscribe(self, self._send_again)

    def on_resize(self) -> None:
        """Fit the picture to another size."""
        self.run_worker(self._paint(), exclusive=True, group=PAINTING, exit_on_error=False)

    def on_unmount(self) -> None:
        """Free what the terminal keeps of it."""
        self._tell(self._painted.taken_back)

    async def _paint(self) -> None:
        drawn, size = self._drawn, self.size
        terminal = terminal_of(self.app)
        protocol = protocol_of(self._wanted, terminal)
        if drawn is None or not size or not isinstance(protocol, Protocol):
            return
        cell = terminal.cell or USUAL_CELL
        painted = await asyncio.to_thread(paint, drawn, *size, protocol, cell)
        if drawn is self._drawn and size == self.size and self.is_attached:
            self._take(painted)

    def _take(self, painted: Painted) -> None:
        self._tell(self._painted.taken_back + painted.sent)
        self._painted = painted
        self.refresh()

    def _tell(self, commands: str) -> None:
        """Have the terminal told, in its turn among what is written."""
        if commands and self.app._driver:
            self.app._driver.write(commands)

    def render_line(self, y: int) -> Strip:
        """A row of the picture, or of what is beside it."""
        style = self.rich_style
        rows = self._painted.rows
        strip = rows[y] if y < len(rows) else Strip([])
        return strip.apply_style(style).adjust_cell_length(self.size.width, style)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows, with their sixels behind them: these are written over the cells."""
        strips = super().render_lines(crop)
        if not self._painted.sixels:
            return strips
        left, top = self.region.offset
        self._is_covered = False
        for index, y in enumerate(range(crop.y, crop.bottom)):
            sixels = self._painted.sixels.get(y, ())
            if sixels and crop.width == self.size.width and self._is_bare(y):
                end = Control.move_to(left + crop.right, top + y).segment.text
                text = "".join(
                    f"{Control.move_to(left + column, top + y).segment.text}{sixel}"
                    for column, sixel in sixels
                )
                behind = Segment(text + end, None, _AS_IT_IS)
                strips[index] = Strip([*strips[index], behind], strips[index].cell_length)
            elif sixels:
                self._is_covered = True
        return strips

    def _is_bare(self, y: int) -> bool:
        """Whether nothing lies over a row, as a message does, or the palette."""
        screen, region = self.screen, self.region
        if not screen.is_active or not screen.region.contains_region(region):
            return False
        places = (*range(region.x, region.right, _NARROWEST), region.right - 1)
        return all(screen.get_widget_at(x, region.y + y)[0] is self for x in places)

    def _send_again(self, _: Screen[object]) -> None:
        if self._is_covered:
            self.refresh()
