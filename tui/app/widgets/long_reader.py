"""A long text to read: made printable, folded and measured off the event loop."""

from __future__ import annotations

import asyncio

from textual import work
from textual.widgets import TextArea
from textual.widgets.text_area import DocumentNavigator

from tui.app.widgets.long_text import LongDocument, LongWrapping
from tui.app.widgets.reader import Reader
from tui.model.folding import folded
from tui.model.text import printable


class LongReader(Reader):
    """Shows foreign text in lines that are folded to its width, or as they are."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id)
        self.set_reactive(TextArea.soft_wrap, False)
        self._shown = ("", False)
        self._width = 0

    def show_nothing(self) -> None:
        """Be empty, until there is a text."""
        self._shown = ("", False)
        self._put(LongDocument(""), 0)

    async def show_text(self, text: str, *, wraps: bool, stays: bool = False) -> None:
        """Show a text, unless another one is asked for meanwhile.

        Args:
            text: Anything.
            wraps: Whether lines that are too long go on in the next one.
            stays: Whether it is shown from where the one before is scrolled to.
        """
        self._shown = shown = (text, wraps)
        self._width = width = self._room if wraps else 0
        document = await asyncio.to_thread(_laid_out, text, width)
        if self._shown is shown:
            self._put(document, self.scroll_offset.y if stays else 0)

    @property
    def _room(self) -> int:
        """Cells of a line: beside it are the cursor's one and the scrollbar, there or not."""
        return max(20, self.content_region.width - 2)

    def _put(self, document: LongDocument, top: int) -> None:
        self.document = document
        self.wrapped_document = LongWrapping(document)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()
        self.scroll_to(x=0, y=top, animate=False, force=True)
        self.refresh()

    def _on_resize(self) -> None:
        super()._on_resize()
        if self._shown[1] and self._room != self._width:
            self._fold_again()

    @work(exclusive=True, group="fold", exit_on_error=False)
    async def _fold_again(self) -> None:
        text, wraps = self._shown
        await self.show_text(text, wraps=wraps)


def _laid_out(text: str, width: int) -> LongDocument:
    return LongDocument(folded(printable(text, keep_lines=True), width))
