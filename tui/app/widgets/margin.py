"""What stands to the left of a row that is read: the mark of a fold, and the line's number."""

from __future__ import annotations

from collections.abc import Set

from tui.config.charset import is_unicode
from tui.model.sheet import Sheet


def cells(lines: int, *, is_numbered: bool) -> int:
    """How wide it is beside so many lines, in cells."""
    return 2 + (len(str(lines)) + 1) * is_numbered


def text(sheet: Sheet, row: int, folds: Set[int], *, is_numbered: bool) -> str:
    """What stands there beside one row.

    Args:
        sheet: Whose row it is.
        row: Its number among all.
        folds: The lines that are folded.
        is_numbered: Whether lines have numbers.
    """
    count, line = len(sheet.lines), sheet.line_of(row)
    if not sheet.is_first(row):
        return " " * cells(count, is_numbered=is_numbered)
    number = f"{line + 1:>{len(str(count))}} " if is_numbered else ""
    open_sign, folded_sign = "▾▸" if is_unicode() else "-+"
    if line in folds:
        return f"{number}{folded_sign} "
    is_block = sheet.outline is not None and sheet.outline.is_block(line)
    return f"{number}{open_sign if is_block else ' '} "
