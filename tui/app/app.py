"""The screen's wiring: engine, theme, first screen, help and quitting. It decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.theme import Theme

from tui.app.bindings import SCREENS
from tui.app.screens.main import MainScreen
from tui.app.screens.working import WorkingScreen
from tui.config import Settings
from tui.engine.session import Engine
from tui.model.context import Context

THEME = Theme(
    name="asyncinvoke",
    primary="#5f87af",
    secondary="#87afaf",
    accent="#87afd7",
    success="#87af5f",
    warning="#d7af5f",
    error="#d7875f",
    background="#121418",
    surface="#181b20",
    panel="#20242b",
    foreground="#d0d4da",
    dark=True,
)


class AsyncInvokeApp(App[int]):
    """The program on a terminal."""

    TITLE = "asyncinvoke"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self.animation_level = "none"  # over SSH every frame costs kilobytes
        self.register_theme(THEME)
        wanted = engine.settings.theme
        self.theme = wanted if wanted in self.available_themes else THEME.name

    @classmethod
    def open(cls, settings: Settings, context: Context, ledger: Path) -> int:
        """Run the program until it is left, and return its exit code.

        Raises:
            LedgerError: The ledger cannot be used.
        """

        async def work() -> int:
            engine = Engine(settings, context, ledger)
            app = cls(engine)
            try:
                await app.run_async()
                return app.return_code or 0
            finally:
                await engine.close()

        return asyncio.run(work())

    def get_default_screen(self) -> MainScreen:
        """Open on the table."""
        return MainScreen(self._engine)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the actions of the screen that it was opened on, out of the registry."""
        if not isinstance(screen, WorkingScreen):
            return
        for _, actions in SCREENS[screen.HELP_NAME]:
            for action in actions:
                if "." in action.action and action.action != "app.command_palette":
                    yield SystemCommand(
                        action.label, action.help, lambda a=action.action: screen.run_action(a)
                    )
