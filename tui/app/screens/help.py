"""The keys of a screen, out of the registry."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from tui.app.bindings import OVERLAY, SCREENS, Action, bindings

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

    def __init__(self, screen: str, heading: str = "") -> None:
        """Show the keys.

        Args:
            screen: Of which screen.
            heading: Which of its headings to begin at, if it has it.
        """
        super().__init__()
        self._groups = SCREENS[screen]
        self._heading = heading

    def compose(self) -> ComposeResult:
        """A heading and a table of keys for each group."""
        with Vertical(id="help"):
            with VerticalScroll(can_focus=True):
                for heading, actions in self._groups:
                    yield Static(self._text(heading, actions), markup=False, name=heading)
            yield Label("esc close", markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin at the heading that is wanted."""
        for group in self.query(Static):
            if group.name and group.name == self._heading:
                to_it = self.query_one(VerticalScroll).scroll_to_widget
                self.call_after_refresh(to_it, group, animate=False, top=True)

    def _text(self, heading: str, actions: tuple[Action, ...]) -> Content:
        lines = [Content.styled(heading, "bold $text-accent")]
        for action in actions:
            keys = " ".join(
                _NAMES.get(key, key.replace("ctrl+", "^")) for key in action.keys.split(",")
            )
            lines.append(Content(f"  {keys:<14} {action.help}"))
        if heading != self._groups[-1][0]:
            lines.append(Content(""))
        return Content("\n").join(lines)
