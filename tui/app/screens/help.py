"""The keys of a screen, out of the registry."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from tui.app.bindings import OVERLAY, SCREENS, bindings

_NAMES = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "enter": "⏎",
    "escape": "esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "full_stop": ".",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
}


class HelpScreen(ModalScreen[None]):
    """Shows what the keys of one screen do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(OVERLAY)

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._groups = SCREENS[screen]

    def compose(self) -> ComposeResult:
        """A heading and a table of keys for each group."""
        with Vertical(id="help"):
            with VerticalScroll(can_focus=True):
                yield Static(self._text(), markup=False)
            yield Label("esc close", markup=False, classes="hint")

    def _text(self) -> Content:
        lines = []
        for heading, actions in self._groups:
            lines.append(Content.styled(heading, "bold $text-accent"))
            for action in actions:
                keys = " ".join(
                    _NAMES.get(key, key.replace("ctrl+", "^")) for key in action.keys.split(",")
                )
                lines.append(Content(f"  {keys:<14} {action.help}"))
            lines.append(Content(""))
        return Content("\n").join(lines[:-1])
