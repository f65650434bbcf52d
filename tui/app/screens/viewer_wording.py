"""What the viewer says of an object, and of how much of it is seen."""

from __future__ import annotations

from tui.app.bindings import key_of, keyed
from tui.engine.viewing import View
from tui.model.document import size_text
from tui.model.problem import Problem
from tui.model.sheet import Sheet

NO_JSON = "only JSON can be asked"
NO_JSON_AT_THE_END = (
    "its end cannot be asked; {move.first} shows the beginning, which can if it is JSON"
)
NO_JSON_THERE = "only JSON has paths"


def gone() -> Problem:
    """What is said of an object that is not there any more."""
    return Problem(
        kind="NoSuchKey",
        message="it is gone",
        cause="something deleted it since it was listed",
        remedy=keyed("{app.back} goes back; {table.refresh} there lists what there is now"),
    )


def why_not(action: str, view: View | None, *, is_typed: bool) -> str:
    """Why an action does nothing with what is read; empty where nobody wonders.

    Args:
        action: Its name.
        view: What is read; None while nothing is.
        is_typed: Whether what is looked for, or asked, is typed.
    """
    if is_typed:
        return keyed("the line below is typed: {enter} takes it, {app.back} leaves it")
    if view is None:
        return "it is not read yet"
    told = {
        "more": "all that is shown of it is read",
        "copy_path": NO_JSON_THERE,
        "copy_value": "there is no text to copy",
        "find": "there is no text to look for words in",
    }
    return told.get(action, "")


def not_asked(view: View | None) -> str:
    """Why no expression can be asked."""
    return keyed(NO_JSON_AT_THE_END if view is not None and view.is_end else NO_JSON)


def no_picture() -> str:
    """Why nothing is turned."""
    return keyed("{viewer.turn} turns a picture; there is none here")


def only_first(size: int) -> str:
    """That no more than so many bytes were shown."""
    return f"that was its first {size_text(size)}: {key_of('table.download')} saves all of it"


def about(view: View) -> str:
    """What it is, and how much of it is read."""
    size, read = size_text(view.thing.size), size_text(len(view.head))
    if view.is_end:
        return f"{view.preview.facts} · {size} · {key_of('move.first')} shows its beginning"
    if view.is_whole or not view.preview.grows:
        return f"{view.preview.facts} · {size}"
    return f"{view.preview.facts} · {read} of {size}, {key_of('move.last')} its end"


def laid_out(sheet: Sheet) -> str:
    """How many lines can be seen of what is read; empty where all of them can."""
    if not sheet.is_cut:
        return ""
    return f"{sheet.laid_out:,} of {sheet.count:,} lines laid out, {key_of('move.last')} its end"


def within(view: View | None, sheet: Sheet) -> str:
    """In what something is looked for; empty where it is all of the object."""
    if sheet.is_cut:
        return " in what is laid out"
    return "" if view is None or view.is_whole else " in what is read"
