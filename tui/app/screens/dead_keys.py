"""Keys that do nothing just now say why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
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
    """The actions with a key that a screen, or what has the focus, does not allow now."""
    keymap = current()
    for node, binding in _bound(screen):
        own = [each for each in BY_ID.get(binding.id or "", ()) if each.action == binding.action]
        namespace, action, parameters = parse(binding.action)
        is_own = namespace in ("", "screen") and any(key in keymap.keys(each) for each in own)
        if is_own and not (screen if namespace else node).check_action(action, parameters):
            yield action


def _bound(screen: Screen[Result]) -> Iterator[tuple[DOMNode, Binding]]:
    """What the widget with the focus binds, what it is in, and the screen."""
    nodes = screen.focused.ancestors_with_self if screen.focused else [screen]
    for node in nodes[: nodes.index(screen) + 1]:
        for kind in type(node).__mro__:
            bindings = kind.__dict__.get("BINDINGS", ())
            yield from ((node, each) for each in bindings if isinstance(each, Binding))
