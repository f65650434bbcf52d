"""What the viewer says of an object, and of how much of it is seen."""

from __future__ import annotations

from tui.engine.viewing import View
from tui.model.document import size_text
from tui.model.problem import Problem
from tui.model.sheet import Sheet

GONE = Problem(
    kind="NoSuchKey",
    message="it is gone",
    cause="something deleted it since it was listed",
    remedy="esc goes back; r there lists what there is now",
)

NO_JSON = "only JSON can be asked"
NO_JSON_AT_THE_END = "its end cannot be asked; g shows the beginning, which can if it is JSON"
NO_PICTURE = "t turns a picture; there is none here"


def about(view: View) -> str:
    """What it is, and how much of it is read."""
    size, read = size_text(view.thing.size), size_text(len(view.head))
    if view.is_end:
        return f"{view.preview.facts} · {size} · g shows its beginning"
    if view.is_whole or not view.preview.grows:
        return f"{view.preview.facts} · {size}"
    return f"{view.preview.facts} · {read} of {size}, G its end"


def laid_out(sheet: Sheet) -> str:
    """How many lines can be seen of what is read; empty where all of them can."""
    if not sheet.is_cut:
        return ""
    return f"{sheet.laid_out:,} of {sheet.count:,} lines laid out, G its end"


def within(view: View | None, sheet: Sheet) -> str:
    """In what something is looked for; empty where it is all of the object."""
    if sheet.is_cut:
        return " in what is laid out"
    return "" if view is None or view.is_whole else " in what is read"
