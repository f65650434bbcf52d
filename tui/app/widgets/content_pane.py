"""What an object holds: its lines or, of an image or a video, a picture in their place."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.app.widgets.line_view import LineView
from tui.app.widgets.picture import Picture
from tui.config import Pictures
from tui.engine.viewing import View
from tui.model.drawn import Drawn


class ContentPane(Vertical):
    """Shows lines, or a picture. It reads nothing."""

    def __init__(self, pictures: Pictures, lines_id: str) -> None:
        """Begin empty.

        Args:
            pictures: What pictures are drawn with.
            lines_id: The id of the lines.
        """
        super().__init__()
        self._pictures, self._lines_id = pictures, lines_id

    def compose(self) -> ComposeResult:
        """The lines and the picture, of which one is seen."""
        yield LineView(id=self._lines_id)
        yield Picture(self._pictures)

    @property
    def lines(self) -> LineView:
        """The lines."""
        return self.query_one(LineView)

    @property
    def _picture(self) -> Picture:
        return self.query_one(Picture)

    @property
    def refusal(self) -> str:
        """Why this terminal shows no picture; empty if it does."""
        return self._picture.refusal

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture, seen or not."""
        return self._picture.is_filled

    def show_nothing(self) -> None:
        """Be empty, until there is something."""
        self._put_away()
        self.lines.show_nothing()

    async def show_lines(self, view: View, *, stays: bool = False) -> None:
        """Show what was read as lines.

        Args:
            view: What was read.
            stays: Whether cursor and folds stay, for there are only more lines.
        """
        self._put_away()
        preview = view.preview
        await self.lines.show_text(
            preview.text, wraps=preview.wraps, is_outlined=bool(preview.document), stays=stays
        )

    async def show_picture(self, drawn: Drawn) -> None:
        """Show a picture in place of the lines.

        Raises:
            ProblemError: The libraries that paint it are not installed.
        """
        await self._picture.show(drawn)
        self.lines.display = False

    def turn(self) -> None:
        """Show the lines in place of the picture, or the other way round."""
        self.lines.display = not self.lines.display
        self._picture.display = not self.lines.display

    def _put_away(self) -> None:
        self._picture.clear()
        self.lines.display = True
