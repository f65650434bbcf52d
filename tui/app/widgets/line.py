"""A text of ours or others' that is painted again only when it reads differently."""

from __future__ import annotations

from textual.widgets import Static

from tui.app.text import safe


class Line(Static):
    """Foreign or own text, always through ``safe()``."""

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
        hides_when_empty: bool = False,
    ) -> None:
        super().__init__(safe(text), id=id, classes=classes, markup=False)
        self._said = (text, "")
        self._hides = hides_when_empty
        if hides_when_empty:
            self.display = bool(text)

    def say(self, text: str, style: str = "", *, keep_lines: bool = False) -> None:
        """Say it; the same again costs nothing."""
        if (text, style) == self._said:
            return
        self._said = (text, style)
        self.update(safe(text, style, keep_lines=keep_lines))
        if self._hides:
            self.display = bool(text)
