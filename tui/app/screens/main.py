"""The main screen: the table of invocations, and the detail of the one under the cursor.

The other screens are imported when they are opened: the first frame should not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.timer import Timer

from tui.app.bindings import bindings, keyed
from tui.app.screens import nothing, table_wording, trouble
from tui.app.screens.arranging import Arranging
from tui.app.screens.row_actions import RowActions
from tui.app.screens.telling import Telling
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.download_line import DownloadLine
from tui.app.widgets.filter_line import FilterLine
from tui.app.widgets.greeting import Greeting
from tui.app.widgets.keys import Keys
from tui.app.widgets.problem_line import ProblemLine
from tui.app.widgets.status_tabs import StatusTabs
from tui.app.widgets.table import InvocationTable
from tui.engine.contexts import Contexts
from tui.engine.ticking import Heard, Missed
from tui.model.actions import DETAIL, EVERYWHERE, TABLE
from tui.model.board import Changes
from tui.model.filter import Filter
from tui.model.invocation import Key, Status
from tui.model.view import View

if TYPE_CHECKING:
    from tui.app.screens.detail_feed import DetailFeed
    from tui.app.widgets.outputs import OutputsPane
    from tui.model.outputs import OutputObject

AGES_SECONDS = 5.0
"""How often relative times are looked at; what reads the same is not painted again."""

SETTLE_SECONDS = 0.15
"""How long the cursor must rest before the detail, and with it AWS, is asked about its row."""


class MainScreen(RowActions, Arranging):
    """The board on the left or above, the chosen invocation beside, below or over it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DETAIL, TABLE, EVERYWHERE)
    AUTO_FOCUS = "#table"
    HELP_NAME = "main"

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._filter = Filter()
        self._telling = Telling()
        self._settling: Timer | None = None
        self._feed: DetailFeed | None = None

    def compose(self) -> ComposeResult:
        """Context, tabs, filter, table, detail, trouble, keys."""
        contexts, board, clock = self._contexts, self._contexts.board, self._contexts.clock
        yield ContextBar(contexts.active, "asyncinvoke", contexts)
        yield StatusTabs()
        yield FilterLine(board, clock, contexts.settings.filters)
        with Container(id="body"):
            yield InvocationTable(board, self._fitted, clock, id="table")
        yield DownloadLine()
        yield ProblemLine(id="trouble", hides_when_empty=True)
        yield Greeting(contexts)
        yield Keys()

    def on_mount(self) -> None:
        """Show the known rows at once; then listen."""
        self.recount()
        self._contexts.subscribe(self._on_news)
        self._contexts.watch(self._on_contexts)
        self.set_interval(AGES_SECONDS, self._on_age)
        self.call_after_refresh(self._on_first_frame)

    async def _on_first_frame(self) -> None:
        """Bring what the first frame did not wait for: the detail, and AWS."""
        from tui.app.screens.detail_feed import DetailFeed

        feed = DetailFeed(self, self._contexts, self.complain)
        await feed.mount(self.query_one("#body", Container))
        self._feed = feed
        self._show_detail()
        self._contexts.start()
        if aside := self._contexts.ledger.set_aside:
            self.say(f"the ledger was damaged: it is now {aside}, and a new one begun", "warning")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer in the footer just what the keys do now."""
        try:
            is_typed = self.query_one("#filter").has_focus
        except NoMatches:
            return True  # it is not there yet, or no more
        if is_typed:
            return action in ("back", "help")
        if action == "back":
            return self._is_detail_opened or self._is_narrowed or bool(self._table.marked)
        if action == "open":
            return self.chosen is not None and not self._is_detail_opened
        if action == "more":
            return self._feed is not None and self._is_detail_shown and self._feed.has_more
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """What there is nothing for, or what must be over first."""
        if self.query_one("#filter").has_focus:
            return keyed(table_wording.FILTER_TYPED)
        return super().why_not(action)

    # News ------------------------------------------------------------------------------------

    def _on_news(self, news: Heard | Missed) -> None:
        if not self.is_attached:
            return
        self._say_trouble()
        if isinstance(news, Heard):
            self._on_changes(news.changes)
            missing = (each.unanswered.missing for each in self._contexts.open_ones)
            self._warn(self._telling.missing(set().union(*missing)))
        self._say_when_empty()

    def _say_trouble(self) -> None:
        """Say what fails, and mark the rows that may have changed unseen."""
        text, problem = trouble.words(self._contexts)
        self.query_one("#trouble", ProblemLine).say(text, problem=problem)
        self.offer_log_in()
        self._table.mark_stale(self._contexts.stale, is_all=self._contexts.is_all_stale)
        self._table.lay_out(self._fitted)

    def _on_contexts(self) -> None:
        """Show the rows of the contexts that are open now; what was chosen stays chosen."""
        if self.is_attached:
            self._table.show_anew()
            self._say_trouble()
            self.recount()
            self._show_detail()
            self.refresh_bindings()

    def _warn(self, text: str) -> None:
        if text:
            self.say(text, "warning")

    def _on_changes(self, changes: Changes) -> None:
        if not changes:
            return
        self._table.follow(changes)
        self.recount()
        board = self._contexts.board
        self._warn(self._telling.overdue(board[key] for key in changes.updated if key in board))
        chosen = self.chosen
        if chosen and chosen.key in changes.updated | changes.added:
            self._show_detail()
            self.refresh_bindings()

    def _on_age(self) -> None:
        self.query_one(ContextBar).update_bar()
        self._table.repaint_ages()
        self.query_one(FilterLine).read_again()
        if self._layout.sort == "heard":
            self.show_rows()  # what was heard of changes nothing else
        if (chosen := self.chosen) and self._feed and self._is_detail_shown:
            self._feed.show_facts(chosen)

    # What is shown ---------------------------------------------------------------------------

    def show_rows(self) -> None:
        """Show what filter, tab and order ask for."""
        layout, tab = self._layout, self.query_one(StatusTabs).active
        self._table.show(View(self._filter, tab, layout.sort, layout.is_descending))
        self.recount()

    def recount(self) -> None:
        """See anew how many rows there are of what."""
        board, table, tabs = self._contexts.board, self._table, self.query_one(StatusTabs)
        tabs.count(board.counts)
        tabs.is_queue_paused = self._contexts.is_queue_paused
        is_any_hidden = bool(table.marked and table.listing.view)
        hidden = sum(key not in table.listing for key in table.marked) if is_any_hidden else 0
        tabs.marked = len(table.marked), hidden
        self.query_one(FilterLine).count(len(table.listing), len(board))
        self._say_when_empty()

    def _say_when_empty(self) -> None:
        greeting, is_narrowed = self.query_one(Greeting), self._is_narrowed
        greeting.update_line()
        words = nothing.words(self._contexts, greeting.words, is_narrowed=is_narrowed)
        self._table.placeholder = words

    def on_key(self, event: events.Key) -> None:
        """Greet nobody who knows a key."""
        if self.query_one(Greeting).goes_with(event.key):
            self._say_when_empty()

    @property
    def _is_narrowed(self) -> bool:
        return bool(self._table.listing.view) or self.query_one(FilterLine).display

    @on(FilterLine.FilterChanged)
    def _filter_changed(self, message: FilterLine.FilterChanged) -> None:
        self._filter = message.filter
        self.show_rows()

    @on(FilterLine.FilterAccepted)
    def _filter_accepted(self) -> None:
        self._table.focus()

    @on(StatusTabs.TabChosen)
    def _tab_chosen(self, message: StatusTabs.TabChosen) -> None:
        self._choose_tab(message.tab)

    @on(InvocationTable.InvocationsMarked)
    def _marked(self) -> None:
        self.recount()
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
        self.show_rows()
        self.refresh_bindings()

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

    def on_outputs_pane_preview_wanted(self, message: OutputsPane.PreviewWanted) -> None:
        """Preview the object under the cursor, or more of it."""
        if self._feed:
            self._feed.preview(message.thing, message.before)

    def on_object_tree_more_wanted(self) -> None:
        """List the objects that follow."""
        if self._feed:
            self._feed.outputs.list_more()

    def chosen_output(self, key: Key) -> OutputObject | None:
        """The object of an invocation under the detail's cursor, where that is in sight."""
        return self._feed.output_of(key) if self._feed and self._is_detail_shown else None

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
        """Ask AWS now and for all, also while it is not asked by itself, or signed out."""
        contexts = self._contexts
        contexts.try_again()
        contexts.want_all()
        if contexts.is_paused:
            self.run_worker(contexts.poll(), exclusive=True, group="poll", exit_on_error=False)
        else:
            contexts.wake()
        self._show_detail()

    async def action_new(self) -> None:
        """Type a new invocation; the cursor then stands on it."""
        from tui.app.screens.form import FormScreen

        # Awaited, so that keys typed ahead wait for the form and do not act on the table.
        await self.app.push_screen(FormScreen(self._contexts.active), self._go_to_new)

    async def action_many(self) -> None:
        """Send many, out of files; the cursor then stands on the first of them."""
        from tui.app.screens.many import ManyScreen

        await self.app.push_screen(ManyScreen(self._contexts.active), self.go_to)

    def _go_to_new(self, key: Key | None) -> None:
        """Go to what was submitted; where its answer is here already, open it."""
        self.go_to(key)
        row = self.chosen
        if row and row.key == key and row.is_waited_for and row.status.is_terminal:
            self.action_tab("output")

    def go_to(self, key: Key | None) -> None:
        """Put the cursor on an invocation, whatever the filter."""
        if key is None:
            return
        if key not in self._table.listing:
            self.query_one(FilterLine).clear()
            self._filter = Filter()
            self._choose_tab(None)
        self._table.move_to(key)
        self._table.focus()
