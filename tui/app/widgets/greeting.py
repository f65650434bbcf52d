"""What a newcomer is told: the few keys that matter, until the first of any is pressed."""

from __future__ import annotations

from textual import work

from tui.app.bindings import keyed
from tui.app.hearing import Hears
from tui.app.widgets.line import Line
from tui.engine.contexts import Contexts
from tui.model.problem import ProblemError
from tui.model.text import printable

GREETED = "greeted"
"""The name that this is remembered under."""

WORDS = (
    "{table.new} types a new invocation\n"
    "{table.context} chooses a profile and a region\n"
    "{app.palette} finds by name what can be done\n"
    "{app.help} lists all keys"
)
"""In an empty table."""

LINE = (
    "{table.open} opens one · {table.new} types a new one · {app.palette} finds more · "
    "{app.help} lists all keys"
)
"""Below the rows."""


class Greeting(Hears, Line):
    """A line below the rows, once in the life of a ledger; what it says in an empty table."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(id="greeting", classes="hint", hides_when_empty=True)
        self._contexts = contexts
        is_first = not len(contexts.board)
        self.is_shown = is_first and not contexts.ledger.choices.load(GREETED, False)

    @property
    def words(self) -> str:
        """What an empty table says of the keys; empty for those who were greeted."""
        return keyed(WORDS) if self.is_shown else ""

    def update_line(self) -> None:
        """Say it below the rows, once there are some."""
        has_rows = self.is_shown and len(self._contexts.board) > 0
        self.say(keyed(LINE) if has_rows else "")

    def goes_with(self, key: str) -> bool:
        """Go, and never come again, with the first key that does something on the screen."""
        found = self.screen.active_bindings.get(key) if self.is_shown else None
        if found is None or found.node is not self.screen:
            return False
        self.is_shown = False
        self._remember()
        return True

    @work(exit_on_error=False)
    async def _remember(self) -> None:
        try:
            await self._contexts.ledger.choices.save(GREETED, True)
        except ProblemError as error:
            text = f"this greeting will come again: {error.problem.one_line}"
            self.app.notify(printable(text), severity="warning", markup=False)
