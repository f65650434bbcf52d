"""A form that takes nothing while it is sent, edited elsewhere or filled; and says so."""

from __future__ import annotations

import asyncio

from textual import events

from tui.app.screens.dead_keys import Result
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.pasting import take
from tui.app.widgets.request_fields import RequestFields

NOT_NOW = "the form takes nothing just now"

NOT_TYPED = f"not typed: {NOT_NOW}"

_NOTHING_TO = {
    "cancel": "nothing is waited for: there is nothing to cancel",
    "look": "its outputs go to no folder: there is none to try",
}
"""Why an action of the form does nothing."""

NO_FIELD = "not pasted: no field has the keyboard"

NOT_TAKEN = "what was just read was not taken in"
"""Said of a paste, or a file, whose form is left before it is known what it says."""


class HeldScreen(WorkingScreen[Result]):
    """Holds its fields. While something is read, what is typed waits (see ``typed_ahead``).

    Attributes:
        reading: Whether what is typed behind it may be taken, once it is read; None before
            there was any.
    """

    _fields: RequestFields
    _is_told = False
    reading: asyncio.Future[bool] | None = None

    def why_not(self, action: str) -> str:
        """See ``WorkingScreen``."""
        told = _NOTHING_TO.get(action, "")
        return told if action == "cancel" or not self.is_held else NOT_NOW

    @property
    def is_held(self) -> bool:
        """Whether the form stays as it is: it is sent, edited elsewhere, or being filled."""
        return self._fields.is_frozen

    def hold(self) -> None:
        """Take nothing more."""
        self._is_told = False
        self._fields.freeze()

    def release(self) -> None:
        """Take what is typed again."""
        self._fields.thaw()

    @property
    def is_reading(self) -> bool:
        """Whether it is held because something is read."""
        return self.reading is not None and not self.reading.done()

    def take_input(self, text: str) -> bool:
        """See ``TakesRequests``."""
        return self._fields.take_input(text)

    def begin_reading(self) -> None:
        """Hold it while something is read, or go on holding it."""
        if not self.is_reading:
            self.reading = asyncio.get_running_loop().create_future()
            self.hold()

    def end_reading(self, *, is_taken: bool) -> None:
        """Release it.

        Args:
            is_taken: Whether what was read stands there; what was typed behind it was meant so.
        """
        self.release()
        if self.reading is not None and not self.reading.done():
            self.reading.set_result(is_taken)

    def on_key(self, event: events.Key) -> None:
        """Letters that a held form does not take are not lost unseen."""
        if event.is_printable:
            self._tell()

    def on_paste(self, event: events.Paste) -> None:
        """A request fills the form where no field has the keyboard, too; no text is lost unseen."""
        if self.is_held:
            event.stop()
            self._tell()
        else:
            take(self, event, self._refuse_text)

    def _refuse_text(self, _: str) -> None:
        self.notify(NO_FIELD, severity="warning", markup=False)

    def _tell(self) -> None:
        if self.is_held and not self._is_told:
            self._is_told = True
            self.notify(NOT_TYPED, severity="warning", markup=False)
