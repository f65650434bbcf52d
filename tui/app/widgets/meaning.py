"""What a model made, in a few lines above its objects."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui.app.widgets.overview import fact_line, wrapped
from tui.config.charset import is_unicode
from tui.model.embeddings import BLOCKS
from tui.model.facts import ERROR, MUTED, Fact
from tui.model.meaning import Remarks

ROWS = 6
"""At most so many: below it, the objects and a preview want room as well."""

_ASCII = str.maketrans(BLOCKS, "_.,-~=*#")


class Meaning(Widget):
    """Remarks, each wrapped below itself; the rows beyond ``ROWS`` are only counted."""

    def __init__(self) -> None:
        super().__init__()
        self._remarks: Remarks = ()
        self.display = False

    def tell(self, remarks: Remarks) -> None:
        """Say this instead of what was said before; the same again costs nothing."""
        if remarks == self._remarks:
            return
        self._remarks = remarks
        self.display = bool(remarks)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the remarks take."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, room: int) -> list[Content]:
        rows = [
            row for line in map(fact_line, self._facts()) for row in wrapped(line, room).split()
        ]
        if len(rows) <= ROWS:
            return rows
        more = len(rows) - ROWS + 1
        said = Fact("", f"… {more} more lines: the objects themselves say all", MUTED)
        return [*rows[: ROWS - 1], fact_line(said)]

    def _facts(self) -> list[Fact]:
        return [
            Fact(
                remark.name,
                remark.text if is_unicode() else remark.text.translate(_ASCII),
                ERROR if remark.is_bad else "",
            )
            for remark in self._remarks
        ]
