"""Lists the objects of the Output tab: at once, page by page, and again while they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from textual.screen import Screen

from tui.app.widgets.outputs import OutputsPane
from tui.engine import summarising
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.engine.ticking import Heard, Missed, backoff, interval
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError

LISTING = "outputs"
"""The workers that list: one at a time, and what a person asks for wins."""

_MEANING = "meaning"

_RUNNING = (Status.IN_PROGRESS, Status.PENDING)


class OutputFeed:
    """Asks the engine for the objects of the invocation that the Output tab is open on.

    While it runs they are asked for again after a poll, at the pace of polling this one: so never
    while nothing is polled, or nobody sees it. One that ends is shown anew by the screen.
    """

    def __init__(self, screen: Screen[None], contexts: Contexts, pane: OutputsPane) -> None:
        self._screen = screen
        self._contexts = contexts
        self._pane = pane
        self._row: Invocation | None = None
        self._listed = Outputs("", ())
        self._following = ""
        self._told: tuple[Status, tuple[OutputObject, ...]] | None = None
        self._asked = contexts.clock()
        self._pause = 0.0
        self._failures = 0
        self._is_retryable = False
        contexts.subscribe(self._on_news)

    def show(self, row: Invocation) -> None:
        """List the objects of an invocation, now, unless that is under way."""
        before, self._row = self._row, row
        if before == row and self._is_listing:
            return
        if before is None or before.key != row.key:
            self._listed, self._failures = Outputs("", ()), 0
            self._pane.begin(row.key)
        has_run = before is not None and before.key == row.key and before.status in _RUNNING
        self._ask(row, "", is_for_all=has_run and row.status.is_terminal)

    def leave(self) -> None:
        """Read no more of what its objects mean: another invocation is looked at."""
        self._row = self._told = None
        self._screen.workers.cancel_group(self._screen, _MEANING)

    def list_more(self) -> None:
        """List the objects that follow the listed ones."""
        if self._row and self._listed.objects and not self._listed.is_whole:
            self._ask(self._row, self._listed.objects[-1].key)

    def _on_news(self, news: Heard | Missed) -> None:
        """A poll was answered, or was not: list again, if it is time."""
        row = self._contexts.board.get(self._row.key) if self._row else None
        is_heard_again = bool(self._failures) and self._is_retryable and isinstance(news, Heard)
        if row is None or self._contexts.is_paused:
            return
        if row.status not in _RUNNING and not is_heard_again:
            return
        is_seen = self._screen.is_active and self._pane.is_on_screen
        passed = abs((self._contexts.clock() - self._asked).total_seconds())
        if is_seen and passed >= self._pause and not self._is_listing:
            self._ask(row, self._following)

    @property
    def _is_listing(self) -> bool:
        return any(one.group == LISTING and not one.is_finished for one in self._screen.workers)

    def _ask(self, row: Invocation, start_after: str, *, is_for_all: bool = False) -> None:
        polling, self._asked = self._contexts.settings.polling, self._contexts.clock()
        self._pause = interval([row], polling, self._asked)
        self._work(partial(self._list, row, start_after, is_for_all=is_for_all), LISTING)

    async def _list(self, row: Invocation, start_after: str, *, is_for_all: bool) -> None:
        """List a page or, in the end, all that were listed before."""
        try:
            engine = self._contexts.of(row)
            source = engine.source_of(row)
            page = await source.list_outputs(row, start_after=start_after)
            self._take(row, page, start_after)
            while is_for_all and (after := self._following):
                self._take(row, await source.list_outputs(row, start_after=after), after)
        except ProblemError as error:
            self._failures += 1
            wait, polling = error.problem.retry_after, self._contexts.settings.polling
            pace = self._pause if row.status in _RUNNING else 0.0
            self._pause = max(pace, backoff(self._failures, polling, wait))
            if not self._listed.objects:
                self._told = None
            self._is_retryable = error.problem.is_retryable
            self._pane.show_unlisted(error.problem, row, self._contexts.clock())
            return
        self._failures = 0
        told = (row.status, self._listed.objects)
        if self._told != told:
            self._told = told
            self._work(partial(self._tell_meaning, engine, row, self._listed), _MEANING)

    def _take(self, row: Invocation, page: Outputs, start_after: str) -> None:
        """Show a page; the next one in turn is what follows it, if that was listed before."""
        self._listed = self._listed.renewed(page, start_after)
        end = page.objects[-1].key if page.objects else ""
        is_last = page.is_whole or end >= self._listed.objects[-1].key
        self._following = "" if is_last else end
        self._pane.show(self._listed, row, self._contexts.clock())

    async def _tell_meaning(self, engine: Engine, row: Invocation, outputs: Outputs) -> None:
        """Read what says what the objects are: once, while they are the same."""
        remarks = await summarising.summarise(engine.source_of(row), row, outputs.objects)
        if self._pane.is_for == row.key:
            self._pane.tell(remarks)
        engine.inspector.note(row.key, remarks)

    def _work(self, work: Callable[[], Awaitable[None]], group: str) -> None:
        self._screen.run_worker(work, exclusive=True, group=group, exit_on_error=False)
