"""Taking out what the rows hold: copied, shared, exported, saved to the disk.

What a person is asked before is in ``copy_as``, ``share``, ``export`` and ``saving``, imported when
it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.events import Key as KeyPressed

from tui.app.bindings import keyed
from tui.app.clipboard import MOST_BYTES
from tui.app.screens.rows import RowsScreen
from tui.app.screens.working import ASKING, GOES_ON
from tui.app.widgets.download_line import DownloadLine
from tui.engine.contexts import Contexts
from tui.model.invocation import Invocation
from tui.model.layout import Below
from tui.model.view import unseen

if TYPE_CHECKING:
    from tui.engine.session import Engine
    from tui.model.outputs import OutputObject

SAVING = "download"
"""The group of the workers that save outputs."""


class TakingOut(RowsScreen):
    """The part of the table's screen that takes out what rows hold."""

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._folder = contexts.settings.download.folder
        self._saving: list[Engine] = []

    @property
    def is_saving(self) -> bool:
        """Whether outputs are being saved."""
        return self.query_one(DownloadLine).is_saving

    def saves_for(self, engine: Engine) -> bool:
        """Whether outputs of one of the contexts are being saved."""
        return engine in self._saving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop what is saved, and to export what there is."""
        if action == "stop_saving":
            return self.is_saving
        if action == "export":
            return bool(self._table.marked or len(self._table.listing))
        return super().check_action(action, parameters)

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

    @property
    def _below(self) -> Below:
        """Where outputs go, as it was chosen last."""
        return Below(self._folder, self._contexts.settings.download.layout)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def _ask_to_save(self, rows: list[Invocation], one: OutputObject | None) -> None:
        from tui.app.screens import saving

        shown = self._table.listing
        if rows and (folder := await saving.ask(self.app, rows, one, self._below, shown)):
            before, self._folder = self._folder, folder
            with self.complaining():
                for engine, group in self._contexts.grouped(rows):
                    self._save(engine, group, one, before)

    @work(group=SAVING, exit_on_error=False)
    async def _save(
        self, engine: Engine, rows: list[Invocation], one: OutputObject | None, before: str
    ) -> None:
        from tui.app.screens import saving

        below = self._below
        self._saving.append(engine)
        try:
            report = await saving.save(engine, rows, one, below, self.query_one(DownloadLine))
        finally:
            self._saving.remove(engine)
        if report.done:
            self.say(report.done)
        if report.problem:
            self.complain(report.problem, report.failed)
        if report.is_folder_bad and self._folder == below.folder:
            self._folder = before

    def on_key(self, event: KeyPressed) -> None:
        """Somebody is there: what was not saved need not stand there any more."""
        self.query_one(DownloadLine).let_go()

    def action_stop_saving(self) -> None:
        """Stop all downloads; what has come stays on the disk."""
        self.workers.cancel_group(self, SAVING)
        self.say(keyed(f"stopped saving; {GOES_ON}"))


def _name_of(row: Invocation) -> tuple[str, str]:
    """By what others know it, and what that is called."""
    if row.invocation_arn:
        return "ARN", row.invocation_arn
    if row.witness:
        return "output location", row.witness.output_location
    if row.is_at_endpoint:
        return "inference id", row.client_request_token
    return "client token", row.client_request_token
