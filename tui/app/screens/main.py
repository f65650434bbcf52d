"""The main screen: the table of invocations, and the detail of the one under the cursor.

The other screens are imported when they are opened: the first frame should not wait for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Set
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.notifications import SeverityLevel
from textual.timer import Timer

from tui.app.bindings import DETAIL, EVERYWHERE, TABLE, bindings
from tui.app.clipboard import MOST_BYTES
from tui.app.screens.working import ASKING, WorkingScreen
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.download_line import DownloadLine
from tui.app.widgets.filter_line import FilterLine
from tui.app.widgets.keys import Keys
from tui.app.widgets.line import Line
from tui.app.widgets.status_tabs import StatusTabs
from tui.app.widgets.table import InvocationTable
from tui.engine.polling import Heard, Missed
from tui.engine.session import Engine
from tui.model.board import Changes
from tui.model.columns import Layout, following
from tui.model.filter import Filter
from tui.model.invocation import Invocation, Key, Status
from tui.model.problem import Problem, ProblemError
from tui.model.text import printable
from tui.model.view import View

if TYPE_CHECKING:
    from tui.app.screens.again import Doing
    from tui.app.screens.detail_feed import DetailFeed
    from tui.app.widgets.outputs import OutputsPane
    from tui.model.outputs import OutputObject

AGES_SECONDS = 5.0
"""How often relative times are looked at; what reads the same is not painted again."""

SETTLE_SECONDS = 0.15
"""How long the cursor must rest before the detail, and with it AWS, is asked about its row."""

FOR_ROWS = frozenset({"again", "copy", "copy_as", "download", "forget", "retry"})
"""The actions that want a row."""

LAYOUT = "table"
"""The name that the table's layout is remembered under."""


class MainScreen(WorkingScreen[None]):
    """The board on the left or above, the chosen invocation beside, below or over it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TABLE, DETAIL, EVERYWHERE)
    AUTO_FOCUS = "#table"
    HELP_NAME = "main"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._layout = engine.choices.load(LAYOUT, Layout()).known
        self._filter = Filter()
        self._offered: set[Key] = set()
        self._settling: Timer | None = None
        self._feed: DetailFeed | None = None
        self._folder = engine.settings.download.folder

    def compose(self) -> ComposeResult:
        """Context, tabs, filter, table, detail, trouble, keys."""
        engine = self._engine
        yield ContextBar(engine, "asyncinvoke")
        yield StatusTabs()
        yield FilterLine(engine.board, engine.clock, engine.settings.filters)
        with Container(id="body"):
            yield InvocationTable(engine.board, self._layout, engine.clock, id="table")
        yield DownloadLine()
        yield Line(id="trouble", hides_when_empty=True)
        yield Keys(show_command_palette=False)

    def on_mount(self) -> None:
        """Show the known rows at once; then listen."""
        self._count()
        self._engine.subscribe(self._on_news)
        self.set_interval(AGES_SECONDS, self._on_age)
        self.call_after_refresh(self._on_first_frame)

    async def _on_first_frame(self) -> None:
        """Bring what the first frame did not wait for: the detail, and AWS."""
        from tui.app.screens.detail_feed import DetailFeed

        feed = DetailFeed(self, self._engine, self.complain)
        await feed.mount(self.query_one("#body", Container))
        self._feed = feed
        self._show_detail()
        self._engine.start(sends_queued=True)
        if aside := self._engine.set_aside:
            self.say(f"the ledger was damaged: it is now {aside}, and a new one begun", "warning")

    @property
    def _table(self) -> InvocationTable:
        return self.query_one(InvocationTable)

    @property
    def chosen(self) -> Invocation | None:
        """The invocation under the cursor."""
        return self._engine.board.get(self._table.cursor)

    @property
    def _targets(self) -> list[Invocation]:
        """What an action is for: the marked rows or, where none is, the one under the cursor."""
        keys = self._table.marked or {self._table.cursor}
        rows = [row for key in keys if (row := self._engine.board.get(key))]
        return sorted(rows, key=lambda row: row.submit_time, reverse=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer in the footer just what the keys do now."""
        if not self.is_mounted or not self.query("#filter"):
            return True
        if self.query_one(FilterLine).input.has_focus:
            return action in ("back", "help")
        if action == "back":
            return self._is_detail_opened or self._is_narrowed or bool(self._table.marked)
        if action == "open":
            return not self._is_detail_opened
        return self.chosen is not None or action not in FOR_ROWS

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say something in passing."""
        self.app.notify(printable(text), severity=severity, markup=False)

    def complain(self, problem: Problem) -> None:
        """Say what went wrong, and what to do."""
        self.say(problem.one_line, "error")

    # News ------------------------------------------------------------------------------------

    def _on_news(self, news: Heard | Missed) -> None:
        if not self.is_attached:
            return
        problem = self._engine.problem
        held = self._engine.trouble
        told = f"the queue waits: {held.one_line}; P twice tries at once" if held else ""
        self.query_one("#trouble", Line).say(problem.one_line if problem else told)
        self._table.set_class(problem is not None, "-stale")
        self._table.lay_out(self._layout.with_heard if problem else self._layout)
        if isinstance(news, Heard):
            self._on_changes(news.changes)
            self._offer(self._engine.missing.keys() - self._offered)
        self._say_when_empty()

    def _offer(self, missing: Set[Key]) -> None:
        """Say once that there are submissions which may be sent again."""
        if missing:
            self._offered |= missing
            count = "a submission" if len(missing) == 1 else f"{len(missing)} submissions"
            text = f"AWS does not list {count} without an answer: R on the row sends it again"
            self.say(text, "warning")

    def _on_changes(self, changes: Changes) -> None:
        if not changes:
            return
        self._table.follow(changes)
        self._count()
        chosen = self.chosen
        if chosen and chosen.key in changes.updated | changes.added:
            self._show_detail()
            self.refresh_bindings()

    def _on_age(self) -> None:
        self.query_one(ContextBar).update_bar()
        self._table.repaint_ages()
        self.query_one(FilterLine).read_again()
        if self._layout.sort == "heard":
            self._show()  # what was heard of changes nothing else
        chosen = self.chosen
        if chosen and self._feed and self._is_detail_shown:
            self._feed.show_facts(chosen)

    # What is shown ---------------------------------------------------------------------------

    def _show(self) -> None:
        """Show what filter, tab and order ask for."""
        layout, tab = self._layout, self.query_one(StatusTabs).active
        self._table.show(View(self._filter, tab, layout.sort, layout.is_descending))
        self._count()

    def _count(self) -> None:
        board, table, tabs = self._engine.board, self._table, self.query_one(StatusTabs)
        tabs.count(board.counts)
        tabs.is_queue_paused = self._engine.queue.is_paused
        tabs.note = f"{len(table.marked):,} marked" if table.marked else ""
        self.query_one(FilterLine).count(len(table.listing), len(board))
        self._say_when_empty()

    def _say_when_empty(self) -> None:
        engine = self._engine
        if self._is_narrowed and len(engine.board):
            text = "Nothing matches.\n\nesc clears the filter, [ and ] go through the tabs."
        elif engine.heard:
            days = (engine.clock() - engine.poller.horizon).total_seconds() / 86_400
            text = (
                f"No invocation in the last {days:.3g} days.\n\n"
                "Press n to submit one, o to look further back, ? for help."
            )
        elif engine.problem:
            text = "AWS did not answer.\n\nThe last line says why. r tries again, ? shows help."
        else:
            text = "Asking AWS for the invocations of this region…"
        self._table.placeholder = text

    @property
    def _is_narrowed(self) -> bool:
        return bool(self._table.listing.view) or self.query_one(FilterLine).display

    @on(FilterLine.FilterChanged)
    def _filter_changed(self, message: FilterLine.FilterChanged) -> None:
        self._filter = message.filter
        self._show()

    @on(FilterLine.FilterAccepted)
    def _filter_accepted(self) -> None:
        self._table.focus()

    @on(StatusTabs.TabChosen)
    def _tab_chosen(self, message: StatusTabs.TabChosen) -> None:
        self._choose_tab(message.tab)

    @on(InvocationTable.ColumnChosen)
    def _column_chosen(self, message: InvocationTable.ColumnChosen) -> None:
        self._arrange(self._layout.sorted_by(message.id))

    @on(InvocationTable.InvocationsMarked)
    def _marked(self) -> None:
        self._count()
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Type what the rows must hold."""
        self.remove_class("-detail")
        self.query_one(FilterLine).open()

    def action_tab_by(self, by: int) -> None:
        """Show the rows of the next status."""
        self._choose_tab(self.query_one(StatusTabs).following(by))

    def _choose_tab(self, tab: Status | None) -> None:
        self.query_one(StatusTabs).active = tab
        self._show()
        self.refresh_bindings()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._arrange(self._layout.sorted_by(following(self._layout.sort, self._layout.columns)))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._arrange(self._layout.sorted_by(self._layout.sort))

    async def action_columns(self) -> None:
        """Choose, order and size the columns."""
        from tui.app.screens.columns import ColumnsScreen

        await self.app.push_screen(ColumnsScreen(self._layout, self._arrange))

    def _arrange(self, layout: Layout) -> None:
        """Take other columns or another order, now and at the next start."""
        is_other_order = (layout.sort, layout.is_descending) != (
            self._layout.sort,
            self._layout.is_descending,
        )
        self._layout = layout
        self._table.lay_out(layout.with_heard if self._engine.problem else layout)
        if is_other_order:
            self._show()
        self._remember(layout)

    @work(exclusive=True, group="remember", exit_on_error=False)
    async def _remember(self, layout: Layout) -> None:
        try:
            await self._engine.choices.save(LAYOUT, layout)
        except ProblemError as error:
            self.complain(error.problem)

    # The detail ------------------------------------------------------------------------------

    @property
    def _is_detail_opened(self) -> bool:
        return self.has_class("-detail")

    @property
    def _is_detail_shown(self) -> bool:
        return self._feed is not None and (self.has_class("-wide") or self._is_detail_opened)

    @on(InvocationTable.InvocationHighlighted)
    def _highlighted(self) -> None:
        self.refresh_bindings()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE_SECONDS, self._show_detail)

    def on_resize(self) -> None:
        """A detail that comes into sight is filled."""
        self.call_after_refresh(self._show_detail)

    def on_tabbed_content_tab_activated(self) -> None:
        """Fill the tab that was opened."""
        self._show_detail()

    def _show_detail(self) -> None:
        if self._feed is None:
            return
        row = self.chosen
        self._feed.detail.display = row is not None and self._is_detail_shown
        if row is not None and self._is_detail_shown:
            self._feed.show(row)

    def on_outputs_pane_object_highlighted(self, message: OutputsPane.ObjectHighlighted) -> None:
        """Preview the object under the cursor."""
        if self._feed:
            self._feed.preview(message.thing)

    @on(InvocationTable.InvocationChosen)
    def action_open(self) -> None:
        """Open the invocation under the cursor: over the table where there is no room beside it."""
        if self.chosen is None or self._feed is None:
            return
        self.add_class("-detail")
        self.refresh_bindings()
        self._show_detail()
        self.call_after_refresh(self._feed.detail.focus_content)

    def action_tab(self, name: str) -> None:
        """Show one of the detail's tabs."""
        if self.chosen is not None and self._feed is not None:
            self._feed.detail.active = name
            self.action_open()

    def action_back(self) -> None:
        """Step back: from the filter's field, the detail, the marks, and from what is filtered."""
        line = self.query_one(FilterLine)
        if line.input.has_focus and self._filter:
            self._table.focus()
        elif self._is_detail_opened:
            self.remove_class("-detail")
            self._show_detail()
            self._table.focus()
        elif self._table.marked:
            self._table.action_unmark()
        elif line.display:
            line.clear()
            self._table.focus()
        elif self.query_one(StatusTabs).active:
            self._choose_tab(None)
        self.refresh_bindings()

    # What the keys do ------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask AWS now, also while it is not asked by itself."""
        if self._engine.poller.is_paused:
            self._poll_once()
        else:
            self._engine.poller.wake()
        self._show_detail()

    @work(exclusive=True, group="poll", exit_on_error=False)
    async def _poll_once(self) -> None:
        await self._engine.poll()

    def action_pause(self) -> None:
        """Ask AWS no more by itself, or go on."""
        poller = self._engine.poller
        if poller.is_paused:
            poller.resume()
        else:
            poller.pause()
        self.query_one(ContextBar).update_bar()

    @work(exclusive=True, group="queue", exit_on_error=False)
    async def action_pause_queue(self) -> None:
        """Send nothing more of what waits, or go on."""
        queue = self._engine.queue
        try:
            await self._engine.pause_queue(not queue.is_paused)
        except ProblemError as error:
            self.complain(error.problem)
        waiting = self._engine.board.counts[Status.QUEUED]
        self.say(f"the queue {'stops' if queue.is_paused else 'goes on'}: {waiting:,} waiting")
        self._count()

    @work(group="older", exit_on_error=False)
    async def action_older(self) -> None:
        """List what is older than what has been looked at."""
        try:
            older = await self._engine.load_older()
        except ProblemError as error:
            self.complain(error.problem)
            return
        back = f"{older.horizon:%Y-%m-%d}"
        end = "AWS has nothing older" if older.is_all else f"looked back to {back}"
        self.say(f"{older.added:,} older ones: {end}")
        self._say_when_empty()

    def action_copy(self) -> None:
        """Copy the ARNs, or the client tokens where there are none."""
        rows = self._targets
        if not rows:
            return
        text = "\n".join(row.invocation_arn or row.client_request_token for row in rows)
        self.app.copy_to_clipboard(text)
        if len(text) > MOST_BYTES:
            return
        if len(rows) > 1:
            self.say(f"{len(rows):,} ARNs sent to the terminal's clipboard")
        else:
            what = "ARN" if rows[0].invocation_arn else "client token"
            self.say(f"{what} of {rows[0].id} sent to the terminal's clipboard")

    async def action_export(self) -> None:
        """Write what is marked or shown to a file or the clipboard."""
        from tui.app.screens.export import ExportScreen

        board, table = self._engine.board, self._table
        rows = self._targets if table.marked else [board[key] for key in table.listing]

        def told(done: str | None) -> None:
            if done:
                self.say(done)

        await self.app.push_screen(ExportScreen(rows), told)

    async def action_new(self) -> None:
        """Type a new invocation; the cursor then stands on it."""
        from tui.app.screens.form import FormScreen

        # Awaited, so that keys typed ahead wait for the form and do not act on the table.
        await self.app.push_screen(FormScreen(self._engine), self._go_to_new)

    async def action_many(self) -> None:
        """Send many, out of files; the cursor then stands on the first of them."""
        from tui.app.screens.many import ManyScreen

        await self.app.push_screen(ManyScreen(self._engine), self._go_to)

    def _go_to_new(self, key: Key | None) -> None:
        """Go to what was submitted; where its answer is here already, open it."""
        self._go_to(key)
        row = self.chosen
        if row and row.key == key and row.is_waited_for and row.status.is_terminal:
            self.action_tab("output")

    def _go_to(self, key: Key | None) -> None:
        """Put the cursor on an invocation, whatever the filter."""
        if key is None:
            return
        if key not in self._table.listing:
            self.query_one(FilterLine).clear()
            self._filter = Filter()
            self._choose_tab(None)
        self._table.move_to(key)
        self._table.focus()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_again(self) -> None:
        """Open the form on what was asked then; offer an unanswered one to be sent again."""
        from tui.app.screens import again

        row = self.chosen
        if row and row.status is Status.UNKNOWN and not (row.invocation_arn or row.is_waited_for):
            await self._ask(again.send_unanswered(self.app, self._engine, row))
        elif row:
            await self._ask(again.run_again(self.app, self._engine, row))

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_retry(self) -> None:
        """Send the requests of failed ones again, with new tokens, once that is confirmed."""
        from tui.app.screens import again

        await self._ask(again.retry(self.app, self._engine, self._targets))

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_forget(self) -> None:
        """Drop what has ended from the table and the ledger, once that is confirmed."""
        from tui.app.screens import again

        await self._ask(again.forget(self.app, self._engine, self._targets))

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_copy_as(self) -> None:
        """Copy the request as a command, as JSON or as code."""
        from tui.app.screens import again

        if row := self.chosen:
            try:
                done = await again.copy_as(self.app, self._engine, row)
            except ProblemError as error:
                self.complain(error.problem)
                return
            if done:
                self.say(done)

    async def _ask(self, question: Awaitable[Doing | None]) -> None:
        """Do what was agreed to, in a worker of its own: another question does not stop it."""
        try:
            doing = await question
        except ProblemError as error:
            self.complain(error.problem)
            return
        if doing is not None:
            self._do(doing)

    @work(group="doing", exit_on_error=False)
    async def _do(self, doing: Doing) -> None:
        """Do it, and go to what was sent, or say why it was not."""
        try:
            self._go_to(await doing())
        except ProblemError as error:
            self.complain(error.problem)
            return
        self._table.action_unmark()  # done to them: the same key again is not meant for them

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_download(self) -> None:
        """Save the chosen object, or all outputs, into a folder that is asked for."""
        from tui.app.screens import saving

        rows, one = self._targets, None
        if len(rows) == 1 and self._feed and self._feed.detail.active == "output":
            pane = self._feed.detail.outputs
            one = pane.chosen if self._is_detail_shown and pane.is_for == rows[0].key else None
        if rows and (folder := await saving.ask(self.app, rows, one, self._folder)):
            self._folder = folder
            self._save(rows, one, folder)

    @work(group="download", exit_on_error=False)
    async def _save(self, rows: list[Invocation], one: OutputObject | None, folder: str) -> None:
        from tui.app.screens import saving

        line = self.query_one(DownloadLine)
        try:
            self.say(await saving.save(self._engine, rows, one, folder, line))
        except ProblemError as error:
            self.complain(error.problem)
