"""Keys that do nothing just now say why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from tui.app.bindings import current
from tui.model.keymap import BY_ID

Result = TypeVar("Result")


class TellsWhyNot(Protocol):
    """A screen that knows why its keys do nothing."""

    def why_not(self, action: str) -> str:
        """Why an action, without its namespace, does nothing now; empty where nobody wonders."""


def why_not(screen: Screen[Result], told: TellsWhyNot, key: str) -> str:
    """Why a key of a screen does nothing; empty where it does something, or never did.

    Args:
        screen: Whose key it is.
        told: The same: says why.
        key: Was pressed, and went by all widgets.
    """
    refused = list(_refused(screen, key))
    if not refused or key in screen.active_bindings:
        return ""
    return next(filter(None, map(told.why_not, refused)), "")


def say(app: App[object], text: str) -> None:
    """Say it in passing."""
    if text:
        app.notify(text, markup=False)


def _refused(screen: Screen[Result], key: str) -> Iterator[str]:
    """The actions with a key that a screen has, and does not allow now."""
    keymap = current()
    bound = {each.action: each.id for each in screen.BINDINGS if isinstance(each, Binding)}
    for action, name in bound.items():
        own = [each for each in BY_ID.get(name or "", ()) if each.action == action]
        namespace, plain, parameters = parse(action)
        has_key = namespace == "screen" and any(key in keymap.keys(each) for each in own)
        if has_key and not screen.check_action(plain, parameters):
            yield plain
