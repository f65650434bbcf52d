"""What the screens that start workers share: no failure of a worker goes unseen."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tui.model.text import printable

Result = TypeVar("Result")


class WorkingScreen(Screen[Result]):
    """A screen whose workers may fail without taking the program, and what is typed, with them."""

    HELP_NAME = ""
    """The screen's name in the registry of actions."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show an error that no worker should have."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            error = event.worker.error
            self.log.error(error)
            text = printable(f"{type(error).__name__}: {error}")
            self.app.notify(f"a fault in asyncinvoke: {text}", severity="error", markup=False)
