"""What the keys do with rows: view, send again, forget; the rest is in what it is made of.

What a person is asked before is in ``again``, imported when it is.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual import work

from tui.app import passing
from tui.app.bindings import keyed
from tui.app.screens.context_actions import ContextActions
from tui.app.screens.taking_out import TakingOut
from tui.app.screens.working import ASKING
from tui.model.invocation import Status

if TYPE_CHECKING:
    from tui.app.screens.again import Doing

ONE_OBJECT = (
    "{detail.view} reads one object: put the cursor on it, in the Output tab ({detail.output})"
)

RETRIED_UNSEEN = "retried, and not among the rows that the filter, or the tab, keeps"


class RowActions(TakingOut, ContextActions):
    """A screen over a table of invocations, with all that is done from there."""

    def explains(self, action: str) -> bool:
        """See ``WorkingScreen``."""
        if action == "retry":
            return not any(each.status is Status.FAILED for each in self._meant)
        if action == "view":
            return self.chosen is None or self.chosen_output(self.chosen.key) is None
        return super().explains(action)

    def action_more(self) -> None:
        """Read more of the object that is previewed."""
        from tui.app.widgets.outputs import OutputsPane

        self.query_one(OutputsPane).read_more()

    async def action_view(self) -> None:
        """Read the object under the detail's cursor on the whole screen."""
        from tui.app.screens.viewer import ViewerScreen

        row = self.chosen
        if row and (thing := self.chosen_output(row.key)):
            with self.complaining():
                engine = self._contexts.of(row)
                await self.app.push_screen(ViewerScreen(engine, row, thing, self._ask_to_save))
        elif row:
            passing.tell(self.app, keyed(ONE_OBJECT))

    async def on_object_tree_object_opened(self) -> None:
        """Read it on the whole screen."""
        await self.action_view()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_again(self) -> None:
        """Open the form on what was asked then; offer an unanswered one to be sent again."""
        from tui.app.screens import again

        row = self.chosen
        if row and row.status is Status.UNKNOWN and row.is_listed and not row.invocation_arn:
            await self._ask(again.send_unanswered(self.app, self._contexts, row))
        elif row:
            await self._ask(again.run_again(self.app, self._contexts, row))

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_retry(self) -> None:
        """Send the requests of failed ones again, with new tokens, once that is confirmed."""
        from tui.app.screens import again

        retrying = again.retry(self.app, self._contexts, self._targets, self._table.listing)
        await self._ask(retrying, keeps_filter=True)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_forget(self) -> None:
        """Drop what has ended from the table and the ledger, once that is confirmed."""
        from tui.app.screens import again

        await self._ask(again.forget(self.app, self._contexts, self._targets, self._table.listing))

    async def _ask(self, question: Awaitable[Doing | None], *, keeps_filter: bool = False) -> None:
        """Do what was agreed to, in a worker of its own: another question does not stop it."""
        with self.complaining():
            if (doing := await question) is not None:
                self._do(doing, keeps_filter=keeps_filter)

    @work(group="doing", exit_on_error=False)
    async def _do(self, doing: Doing, *, keeps_filter: bool) -> None:
        """Do it, and go to what was sent, or say why it was not."""
        with self.complaining():
            key = await doing()
            if keeps_filter and key is not None and key not in self._table.listing:
                self.say(RETRIED_UNSEEN)
            else:
                self.go_to(key)
            self._table.action_unmark()  # done to them: the same key again is not meant for them
