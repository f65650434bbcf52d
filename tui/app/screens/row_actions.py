"""What the keys do with rows, and with what they come from: copy, save, send again, pause.

What a person is asked before is in ``again``, ``export``, ``saving`` and ``share``, imported when
it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING

from textual import work
from textual.events import Key as KeyPressed

from tui.app.bindings import key_of
from tui.app.clipboard import MOST_BYTES
from tui.app.screens import nothing
from tui.app.screens.working import ASKING, WorkingScreen
from tui.app.signing_in import has_way
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.download_line import DownloadLine
from tui.app.widgets.table import InvocationTable
from tui.engine.contexts import Contexts
from tui.model.facts import failure_of
from tui.model.invocation import Invocation, Key, Status
from tui.model.problem import Problem
from tui.model.view import unseen

if TYPE_CHECKING:
    from tui.app.screens.again import Doing
    from tui.engine.session import Engine
    from tui.model.outputs import OutputObject

SAVING = "download"
"""The group of the workers that save outputs."""

FOR_ROWS = frozenset(
    {"again", "copy", "copy_as", "download", "forget", "open", "retry", "share", "tab", "view"}
    | {"mark", "mark_range", "mark_all"}
)
"""The actions that want a row."""


class RowActions(WorkingScreen[None]):
    """A screen over a table of invocations: what is done to the marked, or to the chosen one."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__()
        self._contexts = contexts
        self._folder = contexts.settings.download.folder
        self._saving: list[Engine] = []
        self._unseen: Problem | None = None
        self._log_in_offered = (False, False)

    @property
    def _table(self) -> InvocationTable:
        return self.query_one(InvocationTable)

    @property
    def chosen(self) -> Invocation | None:
        """The invocation under the cursor."""
        return self._contexts.board.get(self._table.cursor)

    @property
    def trouble(self) -> Problem | None:
        """What was told and not looked at, what stands on the screen, or why the row failed."""
        failure = failure_of(self.chosen) if self.chosen else None
        is_at_row = failure is not None and self.focused is not self._table
        shown = failure if is_at_row else super().trouble
        return self._unseen or (failure if shown in (None, self.told) else None) or shown

    def show_in_full(self, problem: Problem) -> None:
        """Show all that is known of a problem; it is looked at then."""
        self._unseen = None
        if self._contexts.is_one:
            super().show_in_full(problem)
            return
        from tui.app.screens.problem import ProblemScreen

        found = self._contexts.in_trouble
        held = [(each, each.dispatch.trouble) for each in self._contexts.open_ones]
        found += [(each, why) for each, why in held if why and (each, why) not in found]
        told = [(engine.context.title, each) for engine, each in found]
        at = next((at for at, (_, each) in enumerate(told) if each == problem), None)
        self.app.push_screen(ProblemScreen(problem) if at is None else ProblemScreen(*told, at=at))

    @property
    def _meant(self) -> Iterator[Invocation]:
        """What an action is for: the marked rows or, where none is, the one under the cursor."""
        keys = self._table.marked or {self._table.cursor}
        return (row for key in keys if (row := self._contexts.board.get(key)))

    @property
    def _targets(self) -> list[Invocation]:
        """The same, the newest first."""
        return sorted(self._meant, key=lambda row: row.submit_time, reverse=True)

    @property
    def unkept_answers(self) -> int:
        """How many answers are waited for, or are not in the ledger although they should be."""
        return self._contexts.unkept_answers

    @property
    def is_saving(self) -> bool:
        """Whether outputs are being saved."""
        return self.query_one(DownloadLine).is_saving

    def saves_for(self, engine: Engine) -> bool:
        """Whether outputs of one of the contexts are being saved."""
        return engine in self._saving

    def go_to(self, key: Key | None) -> None:
        """Put the cursor on an invocation, if there is one to go to."""
        raise NotImplementedError

    def recount(self) -> None:
        """See anew how many rows there are of what."""
        raise NotImplementedError

    def chosen_output(self, key: Key) -> OutputObject | None:
        """The object of an invocation under the detail's cursor, where that is in sight."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is something for."""
        if action == "stop_saving":
            return self.is_saving
        if action in ("log_in", "way_in"):
            return (action == "way_in") is self._is_only_told_how
        if action == "export":
            return bool(self._table.marked or len(self._table.listing))
        return self.chosen is not None or action not in FOR_ROWS

    def why_not(self, action: str) -> str:
        """What an action lacks."""
        lacks_row = action in FOR_ROWS and self.chosen is None
        return nothing.no_row(self._contexts) if lacks_row else nothing.why_not(action)

    def explains(self, action: str) -> bool:
        """See ``WorkingScreen``."""
        if action == "log_in":
            return self._contexts.signed_out is None
        if action == "retry":
            return not any(each.status is Status.FAILED for each in self._meant)
        if action == "view":
            return self.chosen is None or self.chosen_output(self.chosen.key) is None
        return super().explains(action)

    def complain(self, problem: Problem, words: str = "") -> None:
        """See ``WorkingScreen``; until it is looked at, it goes before what else went wrong."""
        self._unseen = problem
        super().complain(problem, words)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_log_in(self) -> None:
        """Renew the credentials with the command for their kind, or say what does."""
        from tui.app.signing_in import sign_in

        if (engine := self._contexts.signed_out) is None:
            self.say("signed in")
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
            self.say(
                f"{key_of('detail.view')} reads one object: put the cursor on it, in the Output tab"
            )

    async def on_object_tree_object_opened(self) -> None:
        """Read it on the whole screen."""
        await self.action_view()

    # Taking out ------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy the ARNs or, where there are none, the output locations or the client tokens."""
        rows = self._targets
        if not rows:
            return
        names = [_name_of(row) for row in rows]
        text = "\n".join(name for _, name in names)
        self.app.copy_to_clipboard(text)
        if len(text) > MOST_BYTES:
            return
        what = " and ".join(sorted({what for what, _ in names}))
        if len(rows) > 1:
            plural = f"{what}s" if " and " not in what else f"names ({what})"
            count = f"{len(rows):,} {plural}{unseen(rows, self._table.listing)}"
            self.say(f"{count}: sent to the terminal's clipboard")
        else:
            self.say(f"{what} of {rows[0].id} sent to the terminal's clipboard")

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_copy_as(self) -> None:
        """Copy the request as a command, as JSON or as code."""
        from tui.app.screens import again

        if row := self.chosen:
            with self.complaining():
                if done := await again.copy_as(self.app, self._contexts.of(row), row):
                    self.say(done)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_share(self) -> None:
        """Share the chosen object, or all outputs: by URI, presigned URL or command."""
        from tui.app.screens import share

        if row := self.chosen:
            thing = self.chosen_output(row.key)
            with self.complaining():
                if done := await share.ask(self.app, self._contexts.of(row), row, thing):
                    self.say(done)

    async def action_export(self) -> None:
        """Write what is marked or shown to a file or the clipboard."""
        from tui.app.screens.export import ExportScreen

        board, table = self._contexts.board, self._table
        rows = self._targets if table.marked else [board[key] for key in table.listing]

        def told(done: str | None) -> None:
            if done:
                self.say(done)

        await self.app.push_screen(ExportScreen(rows, unseen(rows, table.listing)), told)

    def action_download(self) -> None:
        """Save the chosen object, or all outputs, into a folder that is asked for."""
        rows = self._targets
        self._ask_to_save(rows, self.chosen_output(rows[0].key) if len(rows) == 1 else None)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def _ask_to_save(self, rows: list[Invocation], one: OutputObject | None) -> None:
        from tui.app.screens import saving

        shown = self._table.listing
        layout = self._contexts.settings.download.layout
        if rows and (folder := await saving.ask(self.app, rows, one, self._folder, shown, layout)):
            before, self._folder = self._folder, folder
            with self.complaining():
                for engine, group in self._contexts.grouped(rows):
                    self._save(engine, group, one, before)

    @work(group=SAVING, exit_on_error=False)
    async def _save(
        self, engine: Engine, rows: list[Invocation], one: OutputObject | None, before: str
    ) -> None:
        from tui.app.screens import saving

        folder = self._folder
        self._saving.append(engine)
        try:
            report = await saving.save(engine, rows, one, folder, self.query_one(DownloadLine))
        finally:
            self._saving.remove(engine)
        if report.done:
            self.say(report.done)
        if report.problem:
            self.complain(report.problem, report.failed)
        if report.is_folder_bad and self._folder == folder:
            self._folder = before

    def on_key(self, event: KeyPressed) -> None:
        """Somebody is there: what was not saved need not stand there any more."""
        self.query_one(DownloadLine).let_go()

    def action_stop_saving(self) -> None:
        """Stop all downloads; what has come stays on the disk."""
        self.workers.cancel_group(self, SAVING)
        how = f"{key_of('table.download')} into the same folder goes on with what is not whole"
        self.say(f"stopped saving; {how}")

    # What the contexts do --------------------------------------------------------------------

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

    # Sending again, forgetting ---------------------------------------------------------------

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

        await self._ask(again.retry(self.app, self._contexts, self._targets, self._table.listing))

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_forget(self) -> None:
        """Drop what has ended from the table and the ledger, once that is confirmed."""
        from tui.app.screens import again

        await self._ask(again.forget(self.app, self._contexts, self._targets, self._table.listing))

    async def _ask(self, question: Awaitable[Doing | None]) -> None:
        """Do what was agreed to, in a worker of its own: another question does not stop it."""
        with self.complaining():
            if (doing := await question) is not None:
                self._do(doing)

    @work(group="doing", exit_on_error=False)
    async def _do(self, doing: Doing) -> None:
        """Do it, and go to what was sent, or say why it was not."""
        with self.complaining():
            self.go_to(await doing())
            self._table.action_unmark()  # done to them: the same key again is not meant for them


def _name_of(row: Invocation) -> tuple[str, str]:
    """By what others know it, and what that is called."""
    if row.invocation_arn:
        return "ARN", row.invocation_arn
    if row.witness:
        return "output location", row.witness.output_location
    if row.is_at_endpoint:
        return "inference id", row.client_request_token
    return "client token", row.client_request_token
