"""What the contexts of the table do: ask AWS, or send what waits, or not; log in; look back."""

from __future__ import annotations

from textual import work

from tui.app import passing
from tui.app.screens.rows import RowsScreen
from tui.app.screens.working import ASKING
from tui.app.signing_in import has_way
from tui.app.widgets.context_bar import ContextBar
from tui.engine.contexts import Contexts
from tui.model.invocation import Status


class ContextActions(RowsScreen):
    """The part of the table's screen that its contexts are told from."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._log_in_offered = (False, False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to log in, or to say what does."""
        if action in ("log_in", "way_in"):
            return (action == "way_in") is self._is_only_told_how
        return super().check_action(action, parameters)

    def explains(self, action: str) -> bool:
        """See ``WorkingScreen``."""
        if action == "log_in":
            return self._contexts.signed_out is None
        return super().explains(action)

    def action_pause(self) -> None:
        """Ask AWS no more by itself, or go on."""
        self._contexts.pause(not self._contexts.is_paused)
        self.query_one(ContextBar).update_bar()

    @work(exclusive=True, group="queue", exit_on_error=False)
    async def action_pause_queue(self) -> None:
        """Send nothing more of what waits, or go on."""
        contexts = self._contexts
        with self.complaining():
            await contexts.pause_queue(not contexts.is_queue_paused)
        how = "stops" if contexts.is_queue_paused else "goes on"
        self.say(f"the queue {how}: {contexts.board.counts[Status.QUEUED]:,} waiting")
        self.recount()

    @work(group="older", exit_on_error=False)
    async def action_older(self) -> None:
        """List what is older than what has been looked at."""
        with self.complaining():
            older = await self._contexts.load_older()
            back = f"{older.horizon:%Y-%m-%d}"
            end = "AWS has nothing older" if older.is_all else f"looked back to {back}"
            self.say(f"{older.added:,} older ones: {end}")
            self.recount()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_context(self) -> None:
        """Choose the context where what is new goes; open another, or close one."""
        from tui.app.screens import contexts

        with self.complaining():
            await contexts.choose(self.app, self._contexts)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_log_in(self) -> None:
        """Renew the credentials with the command for their kind, or say what does."""
        from tui.app.signing_in import sign_in

        if (engine := self._contexts.signed_out) is None:
            passing.tell(self.app, "signed in")
            return
        with self.complaining():
            if done := await sign_in(self.app, engine):
                self.say(done)

    def offer_log_in(self) -> None:
        """Have the footer offer to log in while signed out, and no more once that is over."""
        now = self._contexts.signed_out is not None, self._is_only_told_how
        if now != self._log_in_offered:
            self._log_in_offered = now
            self.refresh_bindings()

    @property
    def _is_only_told_how(self) -> bool:
        """Whether no key logs in to what is signed out, so that it only says what does."""
        engine = self._contexts.signed_out
        return engine is not None and not has_way(engine)

    def action_way_in(self) -> None:
        """Say what brings new credentials."""
        self.action_log_in()
