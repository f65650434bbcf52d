"""The main screen: the table of invocations, and the detail of the one under the cursor.

The other screens are imported when they are opened: the first frame should not wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Set
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.notifications import SeverityLevel
from textual.timer import Timer
from textual.widgets import Footer, Input, Static

from tui.app.bindings import DETAIL, EVERYWHERE, TABLE, bindings
from tui.app.screens.working import ASKING, WorkingScreen
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.download_line import DownloadLine
from tui.app.widgets.line import Line
from tui.app.widgets.table import InvocationTable
from tui.engine import fetching
from tui.engine.polling import Heard, Missed
from tui.engine.session import Engine
from tui.model.board import Changes
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key, Status
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError
from tui.model.request import Tag
from tui.model.text import printable
from tui.model.view import COLUMNS, View

if TYPE_CHECKING:
    from tui.app.widgets.detail import Detail
    from tui.app.widgets.outputs import OutputsPane

AGES_SECONDS = 5.0
"""How often relative times are looked at; what reads the same is not painted again."""

SETTLE_SECONDS = 0.15
"""How long the cursor must rest before the detail, and with it AWS, is asked about its row."""


class MainScreen(WorkingScreen[None]):
    """The board on the left or above, the chosen invocation beside, below or over it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TABLE, DETAIL, EVERYWHERE)
    AUTO_FOCUS = "#table"
    HELP_NAME = "main"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._view = View()
        self._tags: dict[Key, tuple[Tag, ...]] = {}
        self._offered: set[Key] = set()
        self._settling: Timer | None = None
        self._folder = engine.settings.download.folder

    def compose(self) -> ComposeResult:
        """Context, filter, table, detail, trouble, keys."""
        yield ContextBar(self._engine, "asyncinvoke")
        with Horizontal(id="filter-line"):
            yield Static("/", id="slash", markup=False)
            yield Input(
                id="filter", compact=True, placeholder="words, status:failed, model:luma, !not"
            )
            yield Line(id="count")
        with Container(id="body"):
            yield InvocationTable(self._engine.board, self._engine.clock, id="table")
        yield DownloadLine()
        yield Line(id="trouble", hides_when_empty=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show the known rows at once; then listen."""
        self._show_rows()
        self._engine.subscribe(self._on_news)
        self.set_interval(AGES_SECONDS, self._on_age)
        self.call_after_refresh(self._on_first_frame)

    async def _on_first_frame(self) -> None:
        """Bring what the first frame did not wait for: the detail, and AWS."""
        from tui.app.widgets.detail import Detail

        await self.query_one("#body").mount(Detail(id="detail"))
        self._fill_detail()
        self._engine.start()
        if aside := self._engine.set_aside:
            self._say(f"the ledger was damaged: it is now {aside}, and a new one begun", "warning")

    @property
    def _table(self) -> InvocationTable:
        return self.query_one(InvocationTable)

    @property
    def _detail(self) -> Detail:
        detail: Detail = self.get_child_by_id("body").get_child_by_id("detail")  # type: ignore[assignment]
        return detail

    @property
    def chosen(self) -> Invocation | None:
        """The invocation under the cursor."""
        return self._engine.board.get(self._table.cursor)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer in the footer just what the keys do now."""
        if not self.is_mounted or not self.query("#filter"):
            return True
        if self.query_one("#filter", Input).has_focus:
            return action == "back"
        if action == "back":
            return self.has_class("-detail") or self.has_class("-filter")
        if action == "open":
            return not self.has_class("-detail")
        if action in ("again", "copy", "download", "open") and self.chosen is None:
            return False
        if action == "retry":
            return self.chosen is not None and self.chosen.status is Status.FAILED
        return True

    # News ------------------------------------------------------------------------------------

    def _on_news(self, news: Heard | Missed) -> None:
        if not self.is_attached:
            return
        problem = self._engine.problem
        self.query_one("#trouble", Line).say(problem.one_line if problem else "")
        self._table.set_class(problem is not None, "-stale")
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
            self._say(text, "warning")

    def _on_changes(self, changes: Changes) -> None:
        if changes.added or changes.renamed or changes.removed or changes.updated:
            self._show_rows(changes)
            self._table.repaint(changes.updated)
        chosen = self.chosen
        if chosen and chosen.key in changes.updated | changes.added:
            self._show_detail(chosen)

    def _on_age(self) -> None:
        self.query_one(ContextBar).update_bar()
        self._table.repaint_ages()
        if (chosen := self.chosen) and self._is_detail_shown and self._detail.active == "overview":
            self._detail.show_facts(chosen, self._tags.get(chosen.key), self._engine.clock())

    def _show_rows(self, changes: Changes | None = None) -> None:
        keys = self._view.keys(self._engine.board)
        self._table.show(keys, self._view, changes.renamed if changes else None)
        total = len(self._engine.board)
        count = f"{len(keys):,} of {total:,}" if self._view.words else f"{total:,}"
        self.query_one("#count", Line).say(count)
        self._say_when_empty()

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        self.app.notify(printable(text), severity=severity, markup=False)

    def _say_when_empty(self) -> None:
        engine = self._engine
        if self._view.words and len(engine.board):
            text = "Nothing matches the filter.\n\nesc clears it."
        elif engine.heard:
            days = engine.settings.polling.horizon_days
            text = f"No invocation in the last {days:g} days.\n\nPress n to submit one, ? for help."
        elif engine.problem:
            text = "AWS did not answer.\n\nThe last line says why. r tries again, ? shows help."
        else:
            text = "Asking AWS for the invocations of this region…"
        self._table.placeholder = text

    # The detail ------------------------------------------------------------------------------

    @property
    def _is_detail_shown(self) -> bool:
        is_wanted = self.has_class("-wide") or self.has_class("-detail")
        return is_wanted and bool(self.query("#detail"))

    @on(InvocationTable.InvocationHighlighted)
    def _highlighted(self) -> None:
        self.refresh_bindings()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE_SECONDS, self._fill_detail)

    def on_resize(self) -> None:
        """A detail that comes into sight is filled."""
        self.call_after_refresh(self._fill_detail)

    def _fill_detail(self) -> None:
        if self._is_detail_shown:
            self._show_detail(self.chosen)

    def _show_detail(self, row: Invocation | None) -> None:
        if not self.query("#detail"):
            return
        self._detail.display = row is not None and self._is_detail_shown
        if row is None or not self._is_detail_shown:
            return
        self._detail.show_facts(row, self._tags.get(row.key), self._engine.clock())
        self._load_request(row)
        if self._detail.active == "output":
            self._load_outputs(row)
        if self._detail.active == "overview" and row.invocation_arn and row.key not in self._tags:
            self._load_tags(row)

    def on_tabbed_content_tab_activated(self) -> None:
        """Fill the tab that was opened."""
        if self._is_detail_shown:
            self._show_detail(self.chosen)

    @work(exclusive=True, group="request", exit_on_error=False)
    async def _load_request(self, row: Invocation) -> None:
        try:
            request = await self._engine.request_of(row)
        except ProblemError as error:
            self._say(error.problem.one_line, "error")
            return
        self._detail.show_request(row, request, self._engine.context)

    @work(exclusive=True, group="tags", exit_on_error=False)
    async def _load_tags(self, row: Invocation) -> None:
        """Tags are a courtesy: without the right to read them, the line is left out."""
        try:
            self._tags[row.key] = await self._engine.tags_of(row)
        except ProblemError:
            self._tags[row.key] = ()
        if self.chosen and self.chosen.key == row.key:
            self._detail.show_facts(self.chosen, self._tags[row.key], self._engine.clock())

    @work(exclusive=True, group="outputs", exit_on_error=False)
    async def _load_outputs(self, row: Invocation) -> None:
        pane = self._detail.outputs
        if pane.is_for != row.key:
            pane.begin(row.key)
        try:
            outputs = await fetching.list_outputs(self._engine.aws, row)
        except ProblemError as error:
            pane.show_problem(error.problem)
            return
        pane.show(outputs, row.status, self._engine.clock())

    def on_outputs_pane_object_highlighted(self, message: OutputsPane.ObjectHighlighted) -> None:
        """Preview the object under the cursor."""
        self._preview(message.thing)

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview(self, thing: OutputObject) -> None:
        pane = self._detail.outputs
        try:
            content = await fetching.preview(self._engine.aws, thing)
        except ProblemError as error:
            pane.show_problem(error.problem)
            return
        await pane.show_content(thing, content)

    # What the keys do ------------------------------------------------------------------------

    @on(InvocationTable.InvocationChosen)
    def action_open(self) -> None:
        """Open the invocation under the cursor: over the table where there is no room beside it."""
        if self.chosen is None:
            return
        self.add_class("-detail")
        self.refresh_bindings()
        self._show_detail(self.chosen)
        if self._is_detail_shown:
            self.call_after_refresh(self._detail.focus_content)

    def action_tab(self, name: str) -> None:
        """Show one of the detail's tabs."""
        if self.chosen is None or not self.query("#detail"):
            return
        self._detail.active = name
        self.action_open()

    def action_back(self) -> None:
        """Step back: from the filter, from the detail, from what is filtered."""
        filter_box = self.query_one("#filter", Input)
        if filter_box.has_focus and self._view.words:
            self._table.focus()
        elif self.has_class("-detail"):
            self.remove_class("-detail")
            self._show_detail(self.chosen)
            self._table.focus()
            self.refresh_bindings()
        elif self._view.words or self.has_class("-filter"):
            filter_box.value = ""
            self._hide_filter()
            self._table.focus()
            self.refresh_bindings()
        else:
            self._table.focus()

    def action_filter(self) -> None:
        """Type what the rows must hold."""
        self.remove_class("-detail")
        self.add_class("-filter")
        self.query_one("#filter-line").display = True  # at once: what is typed next goes there
        self.set_focus(self.query_one("#filter", Input))

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._view = View(event.value, self._view.sort, self._view.is_descending)
        self._show_rows()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        if not self._view.words:
            self._hide_filter()
        self._table.focus()

    def _hide_filter(self) -> None:
        self.remove_class("-filter")
        self.query_one("#filter-line").display = False

    def action_sort(self) -> None:
        """Sort by the next column."""
        ids = [column.id for column in COLUMNS]
        following = ids[(ids.index(self._view.sort) + 1) % len(ids)]
        self._view = View(self._view.words, following, following == "submitted")
        self._show_rows()

    def action_reverse(self) -> None:
        """Turn the order round."""
        view = self._view
        self._view = View(view.words, view.sort, not view.is_descending)
        self._show_rows()

    def action_refresh(self) -> None:
        """Ask AWS now."""
        self._engine.poller.wake()
        if self.chosen and self._is_detail_shown:
            self._show_detail(self.chosen)

    def action_copy(self) -> None:
        """Copy the ARN, or the client token where there is none."""
        row = self.chosen
        if row is None:
            return
        self.app.copy_to_clipboard(row.invocation_arn or row.client_request_token)
        what = "ARN" if row.invocation_arn else "client token"
        self._say(f"{what} of {row.id} sent to the terminal's clipboard")

    async def action_new(self) -> None:
        """Type a new invocation; the cursor then stands on it."""
        from tui.app.screens.form import FormScreen

        # Awaited, so that keys typed ahead wait for the form and do not act on the table.
        await self.app.push_screen(FormScreen(self._engine), self._go_to)

    def _go_to(self, key: Key | None) -> None:
        """Put the cursor on an invocation, whatever the filter."""
        if key is None:
            return
        if key not in self._table.keys:
            self.query_one("#filter", Input).value = ""
            self._show_rows()
        self._table.move_to(key)
        self._table.focus()

    @work(group=ASKING, exit_on_error=False)
    async def action_again(self) -> None:
        """Open the form on what was asked then; offer an unanswered one to be sent again."""
        from tui.app.screens import again

        if row := self.chosen:
            ask = again.run_again if row.invocation_arn else again.send_unanswered
            await self._and_go(ask(self.app, self._engine, row))

    @work(group=ASKING, exit_on_error=False)
    async def action_retry(self) -> None:
        """Send a failed invocation's request again, with a new token, once that is confirmed."""
        from tui.app.screens import again

        row = self.chosen
        if row is not None and row.status is Status.FAILED:
            await self._and_go(again.retry(self.app, self._engine, row))

    async def _and_go(self, sending: Awaitable[Key | None]) -> None:
        """Go to what was sent, or say why it was not."""
        try:
            self._go_to(await sending)
        except ProblemError as error:
            self._say(error.problem.one_line, "error")

    async def action_download(self) -> None:
        """Save the chosen object, or all of them, into a folder that is asked for."""
        from tui.app.screens.prompt import PromptScreen

        row, one = self.chosen, None
        if row is None:
            return
        if self._is_detail_shown and self._detail.active == "output":
            pane = self._detail.outputs
            one = pane.chosen if pane.is_for == row.key else None
        what = one.name if one else f"all outputs of {row.id}"

        def save(chosen: str | None) -> None:
            if chosen:
                self._folder = chosen
                self._save(row, one, Path(chosen))

        await self.app.push_screen(
            PromptScreen(f"Save {what} below", self._folder, "a folder"), save
        )

    @work(group="download", exit_on_error=False)
    async def _save(self, row: Invocation, one: OutputObject | None, chosen: Path) -> None:
        """Save one object, or all that the invocation wrote, with progress that can be left."""
        aws, line = self._engine.aws, self.query_one(DownloadLine)
        try:
            objects = (one,) if one else (await fetching.list_outputs(aws, row)).objects
            if not objects:
                self._say(f"{row.id} has no outputs to save", "warning")
                return
            folder = fetching.folder_of(row, chosen)
            progress = line.begin(sum(thing.size for thing in objects))
            paths = await fetching.download_all(aws, objects, folder, progress)
        except ProblemError as error:
            self._say(error.problem.one_line, "error")
            return
        finally:
            line.end()
        where = paths[0] if len(paths) == 1 else folder
        size = size_text(sum(thing.size for thing in objects))
        self._say(f"saved {size} to {await asyncio.to_thread(where.resolve)}")
