"""Why a key of the table does nothing."""

from __future__ import annotations

from tui.app.bindings import keyed
from tui.engine.contexts import Contexts

FILTER_TYPED = "the filter is typed: {app.back} leaves it"

_WHY_NOT = {
    "export": "there is no row to export",
    "stop_saving": "nothing is being saved",
    "back": "there is nothing to go back from; {table.quit} quits",
    "more": "there is no more to read on here",
    "open": "it is open; {app.back} closes it",
}


def no_row(contexts: Contexts) -> str:
    """Why nothing is done with a row."""
    if len(contexts.board):
        return "no invocation is chosen: the filter, or the tab, hides all"
    return keyed("there is no invocation yet: {table.new} types one")


def why_not(action: str) -> str:
    """Why an action does nothing, where that is not for lack of a row; empty if nobody wonders."""
    return keyed(_WHY_NOT.get(action, ""))
