"""The registry of actions as Textual binds them, and the keys that stand for them now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextvars import ContextVar

from textual.binding import Binding, BindingType

from tui.config.charset import is_unicode
from tui.model.action import Action
from tui.model.key_names import NAMED, prose
from tui.model.keymap import BY_ID, UNBOUND, Keymap

_KEYMAP: ContextVar[Keymap] = ContextVar("keymap", default=Keymap())  # noqa: B039 - it is frozen


def use(keymap: Keymap) -> None:
    """Have ``key_of`` tell the keys of a keymap, in this context and the tasks begun in it."""
    _KEYMAP.set(keymap)


def current() -> Keymap:
    """The keymap that is in use."""
    return _KEYMAP.get()


def key_of(name: str, *where: Action) -> str:
    """The key that does an action now, as it is written: ``n``, ``^s``, ``F3``.

    Args:
        name: The action's id; where no key does it, the way to it through the palette is told.
        where: The screen's actions, where its keys are others than elsewhere.
    """
    return _KEYMAP.get().prose(name, where, in_words=not is_unicode())


def written(*keys: str) -> str:
    """Keys as the footer, the help, the palette and every text write them on this terminal."""
    return " ".join(prose(key, in_words=not is_unicode()) for key in keys)


def keyed(text: str) -> str:
    """A text of ours whose ``{table.new}`` is the key that does it now, and ``{enter}`` is ⏎."""
    return re.sub(r"\{([\w-]+(?:\.[\w-]+)?)\}", _named, text)


def _named(found: re.Match[str]) -> str:
    name = found[1]
    if "." in name:
        return key_of(name)
    return written(name) if name in NAMED else found[0]


def bindings(*groups: tuple[Action, ...]) -> list[BindingType]:
    """The actions as a screen's or widget's BINDINGS, by whose ids Textual's keymap knows them."""
    return [_binding(action) for group in groups for action in group]


def keys_now(binding: Binding) -> Sequence[str]:
    """The keys that a binding of ``bindings`` has now, where it stands."""
    found = (each for each in BY_ID.get(binding.id or "", ()) if _binding(each) == binding)
    return next(map(current().keys, found), ())


def _binding(action: Action) -> Binding:
    return Binding(
        action.keys or UNBOUND,
        action.action,
        action.label,
        show=action.in_footer,
        priority=action.is_first,
        id=action.id,
    )
