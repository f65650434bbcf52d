"""safe(): the only way that foreign text reaches a widget."""

from __future__ import annotations

from textual.content import Content

from tui.config.charset import is_unicode
from tui.model.invocation import Status
from tui.model.text import printable

_GLYPHS = {
    Status.IN_PROGRESS: ("◐", "~"),
    Status.PENDING: ("◐", "~"),
    Status.OVERDUE: ("!", "!"),
    Status.COMPLETED: ("✓", "+"),
    Status.FAILED: ("✗", "x"),
    Status.UNKNOWN: ("?", "?"),
    Status.QUEUED: ("○", "o"),
}
_PARTIAL = ("±", "%")


def safe(text: str, style: str = "", *, keep_lines: bool = True) -> Content:
    """Foreign text as content that is never parsed as markup and holds no control character.

    Args:
        text: Anything.
        style: A style for all of it, in Textual's words: ``bold $error``.
        keep_lines: Whether line feeds stay; otherwise they become spaces.
    """
    return Content.styled(printable(text, keep_lines=keep_lines), style)


def glyph(status: Status, *, is_partial: bool = False) -> str:
    """A status's sign: a glyph, or one ASCII character where the locale has no more.

    Args:
        status: The status.
        is_partial: Whether parts of it failed, although it completed.
    """
    return (_PARTIAL if is_partial else _GLYPHS[status])[0 if is_unicode() else 1]


def gutter(is_cursor: bool, is_marked: bool) -> str:
    """The sign before a row: where the cursor is, and what is marked."""
    return (" ▸●◉" if is_unicode() else " >*#")[is_cursor + 2 * is_marked]


def status_style(status: Status, *, is_partial: bool = False) -> str:
    """A status's colour, as a theme variable; see ``glyph``."""
    if is_partial:
        return "$text-warning"
    return {
        Status.IN_PROGRESS: "$text-accent",
        Status.PENDING: "$text-accent",
        Status.OVERDUE: "$text-warning",
        Status.COMPLETED: "$text-success",
        Status.FAILED: "$text-error",
        Status.UNKNOWN: "$text-warning",
        Status.QUEUED: "$foreground-muted",
    }[status]
