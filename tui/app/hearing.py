"""No failure of a worker goes unheard: Textual tells it to the node alone that runs the worker."""

from __future__ import annotations

from textual.worker import Worker, WorkerState

from tui import log
from tui.model.text import printable


class Hears:
    """A node whose workers may fail without taking the program, and what is typed, with them."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show an error that no worker should have."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            error = event.worker.error
            log.fault(error)
            told = f"a fault in asyncinvoke: {type(error).__name__}: {error}"
            event.worker.node.app.notify(printable(told), severity="error", markup=False)
