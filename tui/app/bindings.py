"""The registry of actions as Textual binds them, and the keys that stand for them now."""

from __future__ import annotations

import re
from contextvars import ContextVar

from textual.binding import Binding, BindingType

from tui.model.action import Action
from tui.model.keymap import UNBOUND, Keymap

_KEYMAP: ContextVar[Keymap] = ContextVar("keymap", default=Keymap())  # noqa: B039 - it is frozen


def use(keymap: Keymap) -> None:
    """Have ``key_of`` tell the keys of a keymap, in this context and the tasks begun in it."""
    _KEYMAP.set(keymap)


def current() -> Keymap:
    """The keymap that is in use."""
    return _KEYMAP.get()


def key_of(name: str, *where: Action) -> str:
    """The key that does an action now, as prose writes it: ``n``, ``ctrl+s``, ``F3``.

    Args:
        name: The action's id; where no key does it, the way to it through the palette is told.
        where: The screen's actions, where its keys are others than elsewhere.
    """
    return _KEYMAP.get().prose(name, where)


def keyed(text: str) -> str:
    """A text of ours whose ``{table.new}`` is the key that does it now."""
    return re.sub(r"\{([\w-]+\.[\w-]+)\}", lambda found: key_of(found[1]), text)


def bindings(*groups: tuple[Action, ...]) -> list[BindingType]:
    """The actions as a screen's or widget's BINDINGS, by whose ids Textual's keymap knows them."""
    return [_binding(action) for group in groups for action in group]


def _binding(action: Action) -> Binding:
    return Binding(
        action.keys or UNBOUND,
        action.action,
        action.label,
        show=action.in_footer,
        key_display=action.key_display,
        priority=action.is_first,
        id=action.id,
    )
