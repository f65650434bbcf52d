"""The last line: what the keys do now; the way out and help have their place at the right end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.model.key_names import is_typed, prose
from tui.model.keymap import UNBOUND

FIRST = ("screen.log_in", "screen.way_in")
"""The actions that, while there is something for them, come before all others."""

LAST = ("screen.leave", "screen.back", "screen.help")
"""The actions that always have their place: the way out, and the way to all other keys."""


@runtime_checkable
class Explains(Protocol):
    """A screen on which, now and then, a key says why there is nothing to do."""

    def explains(self, action: str) -> bool:
        """Whether the key of an action does only that; it needs no place in the line then."""


class Keys(Widget):
    """The keys of a screen with their labels, as many as fit whole; a click presses one.

    Painted as one line: Textual's Footer makes a widget of every key anew whenever the focus moves,
    which is most of the work of a key press.
    """

    offered: reactive[tuple[tuple[Binding, bool], ...]] = reactive(())
    """Each action's first binding, and whether it may run now."""

    def on_mount(self) -> None:
        """Follow what the keys of the screen do."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Show what the keys do now.

        While another screen lies over this one they stay: Textual would ask that screen whether an
        action of this one may run.
        """
        if screen.is_active:
            first: dict[str, tuple[Binding, bool]] = {}
            field = screen.focused
            places = {each.id: place for place, each in enumerate(_own(screen))}
            for _, binding, is_enabled, _ in screen.active_bindings.values():
                key = binding.key
                is_taken = field and is_typed(key) and field.check_consume_key(key, prose(key))
                name = binding.action.removeprefix("screen.")
                if not binding.show or key == UNBOUND or is_taken:
                    continue
                if not (isinstance(screen, Explains) and screen.explains(name)):
                    first.setdefault(binding.action, (binding, is_enabled))
            # Textual has keys that were changed behind all others.
            offered = sorted(first.values(), key=lambda each: places.get(each[0].id, -1))
            self.offered = tuple(offered)

    def render(self) -> Content:
        """The keys from the left, the last ones at the right end."""
        return Content("").join(part for _, part in self._parts())

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        start = 0
        for key, part in self._parts():
            if key and start <= event.x < start + part.cell_length:
                self.app.simulate_key(key)
            start += part.cell_length

    def _parts(self) -> Iterator[tuple[str, Content]]:
        """What stands in the line from its left end, with the keys to press for it."""
        parts = [(binding, self._part(binding, is_on)) for binding, is_on in self.offered]
        parts.sort(key=lambda part: _place(part[0].action))
        last = [part for part in parts if part[0].action in LAST]
        room = self.size.width - sum(part.cell_length + 1 for _, part in last)
        gap = Content("")
        for binding, part in parts:
            if binding.action not in LAST and gap.cell_length + part.cell_length <= room:
                room -= gap.cell_length + part.cell_length
                yield binding.key, gap + part
                gap = Content(" ")
        margin = min(room, 1)
        yield "", Content(" " * (room - margin))
        for binding, part in last:
            yield "", Content(" ")
            yield binding.key, part
        yield "", Content(" " * margin)

    def _part(self, binding: Binding, is_enabled: bool) -> Content:
        dim = "" if is_enabled else "dim "
        return Content.assemble(
            (f" {self.app.get_key_display(binding)} ", f"{dim}bold $footer-key-foreground"),
            (binding.description, f"{dim}$footer-description-foreground"),
        )


def _own(screen: Screen[object]) -> Iterator[Binding]:
    """What a screen binds, in its order."""
    return (each for each in screen.BINDINGS if isinstance(each, Binding))


def _place(action: str) -> int:
    """Before the others, among them, or at the right end, in its order."""
    if action in LAST:
        return 1 + LAST.index(action)
    return -1 if action in FIRST else 0
