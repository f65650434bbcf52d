"""Keys that do nothing just now say why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from textual.actions import parse
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import Key
from textual.screen import Screen

from tui.app import passing
from tui.app.bindings import keys_now

Result = TypeVar("Result")


class SaysWhyNot(Screen[Result]):
    """A screen that says why one of its keys does nothing."""

    def why_not(self, action: str) -> str:
        """Why an action, without its namespace, does nothing now; empty where nobody wonders."""
        return ""

    def on_key(self, event: Key) -> None:
        """Say so of a key that has gone by all widgets."""
        refused = list(_refused(self, event.key))
        if not refused or event.key in self.active_bindings:
            return
        if text := next(filter(None, map(self.why_not, refused)), ""):
            passing.tell(self.app, text)


def _refused(screen: Screen[Result], key: str) -> Iterator[str]:
    """The actions with a key that a screen, or what has the focus, does not allow now."""
    for node, binding in bound(screen):
        namespace, action, parameters = parse(binding.action)
        is_own = namespace in ("", "screen") and key in keys_now(binding)
        if is_own and not (screen if namespace else node).check_action(action, parameters):
            yield action


def bound(screen: Screen[Result]) -> Iterator[tuple[DOMNode, Binding]]:
    """What the widget with the focus binds, what it is in, and the screen, as it is declared."""
    nodes = screen.focused.ancestors_with_self if screen.focused else [screen]
    for node in nodes[: nodes.index(screen) + 1]:
        for kind in type(node).__mro__:
            bindings = kind.__dict__.get("BINDINGS", ())
            yield from ((node, each) for each in bindings if isinstance(each, Binding))
