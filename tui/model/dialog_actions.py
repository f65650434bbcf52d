"""The part of the registry that is for dialogs: what lies over a screen, and waits for a person."""

from __future__ import annotations

from dataclasses import replace

from tui.model.action import Action, group

CLOSE = Action("screen.dismiss(None)", "escape,q", "close", "close this", id="dialog.close")
CANCEL = replace(CLOSE, keys="escape", label="cancel")
"""Where letters are typed."""

ASKED = (CANCEL,)

CONFIRM = group(
    "dialog",
    Action("screen.dismiss(True)", "y,enter", "yes", "agree to it"),
    Action("screen.dismiss(False)", "n,escape,q", "no", "leave all as it is"),
)

CHOICE = (
    CANCEL,
    Action("screen.move('cursor_down')", "j", "down", "one line down", id="choice.down"),
    Action("screen.move('cursor_up')", "k", "up", "one line up", id="choice.up"),
)

PROBLEM = group(
    "error",
    Action("screen.copy", "y", "copy", "copy all of it as text"),
    Action("screen.copy_policy", "p", "policy", "copy the policy statement to grant"),
    Action("screen.next", "n", "next", "the next error"),
    replace(CLOSE, keys="escape,q,enter"),
)

COLUMN_KEYS = group(
    "columns",
    Action("screen.line('cursor_up')", "k", "up", "one line up", id="choice.up"),
    Action("screen.line('cursor_down')", "j", "down", "one line down", id="choice.down"),
    Action("screen.switch", "space", "show", "show the column, or hide it"),
    Action("screen.move(-1)", "K,shift+up", "left", "move it to the left"),
    Action("screen.move(1)", "J,shift+down", "right", "move it to the right"),
    Action("screen.widen(2)", "plus,right", "wider", "make it wider"),
    Action("screen.widen(-2)", "minus,left", "narrower", "make it narrower"),
    Action("screen.fit", "0", "own width", "let the table decide its width"),
    Action("screen.sort", "s", "sort", "sort by it, or turn the order round"),
    Action("screen.reset", "r", "as at first", "go back to the first columns"),
    CLOSE,
)

MODELS = group(
    "list",
    Action("screen.move('cursor_up')", "up", "up", "one line up"),
    Action("screen.move('cursor_down')", "down", "down", "one line down"),
    Action("screen.move('page_up')", "pageup", "page up", "one page up"),
    Action("screen.move('page_down')", "pagedown", "page down", "one page down"),
    CANCEL,
)

CONTEXTS = group(
    "contexts",
    *MODELS,
    Action("screen.region", "tab", "region", "open it in another region", is_first=True),
    Action("screen.close", "delete", "close", "close it; the ledger keeps its rows", is_first=True),
)

TEMPLATES = group(
    "templates",
    Action("screen.save", "s", "save", "save what is in the form as a template"),
    CLOSE,
)

DRAFTS = group(
    "drafts",
    Action("screen.delete", "d,delete", "delete", "delete the draft"),
    CLOSE,
)

OVERLAY = group(
    "dialog",
    CLOSE,
)

HELP_KEYS = group(
    "help",
    Action("screen.find", "slash", "find", "look for words in what the keys do"),
    CLOSE,
)
