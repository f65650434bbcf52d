"""The last line: what the keys do now; help always has its place at the right end."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class Keys(Footer):
    """Textual's footer, left as it is while another screen lies over its own.

    Textual asks the screen on top whether an action may run, also for the keys of those below it.
    """

    def compose(self) -> ComposeResult:
        """The keys; the one for help stays where there is no room for all of them."""
        for key in super().compose():
            if isinstance(key, FooterKey) and key.action == "screen.help":
                key.add_class("-help")
            yield key

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show what the keys do now."""
        if screen.is_current:
            super().bindings_changed(screen)
