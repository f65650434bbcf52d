"""Fills the main screen's detail: what is asked for which tab, and what comes too late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from textual.containers import Container
from textual.screen import Screen

from tui.app.screens.output_feed import OutputFeed
from tui.app.screens.sketch import draw
from tui.app.widgets.detail import Detail
from tui.engine import viewing
from tui.engine.contexts import Contexts
from tui.engine.viewing import View
from tui.model.endpoint import Endpoint
from tui.model.facts import Asked
from tui.model.invocation import Invocation, Key
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError
from tui.model.request import Request

PREVIEW = "preview"
"""The workers that read an object: the last one that is asked for wins."""


class DetailFeed:
    """Asks the engine for what the open tab shows of one invocation; the last one asked for wins.

    Its workers are the screen's: they end with it.

    Attributes:
        detail: What it fills.
        outputs: What lists the objects in the Output tab.
    """

    def __init__(
        self, screen: Screen[None], contexts: Contexts, complain: Callable[[Problem], None]
    ) -> None:
        self._screen = screen
        self._contexts = contexts
        self._complain = complain
        self._row: Invocation | None = None
        self._request: Request | None = None
        self._endpoint: Endpoint | Problem | None = None
        self._asked: set[Key] = set()

    async def mount(self, body: Container) -> Detail:
        """Put the detail into its place."""
        self.detail = Detail(self._contexts.settings.pictures, id="detail")
        await body.mount(self.detail)
        self.outputs = OutputFeed(self._screen, self._contexts, self.detail.outputs)
        return self.detail

    def show(self, row: Invocation) -> None:
        """Show an invocation in the open tab; what has to be asked for follows."""
        if self._row is None or self._row.key != row.key:
            self._request = self._endpoint = None
            self._screen.workers.cancel_group(self._screen, PREVIEW)
            self.outputs.leave()
        self._row = row
        self.show_facts(row)
        self._work(partial(self._load_request, row), "request")
        if self.detail.active == "output":
            self.outputs.show(row)
        is_asked = row.key in self._asked or row.tags or not row.invocation_arn
        if self.detail.active == "overview" and not is_asked:
            self._work(partial(self._load_tags, row), "tags")
        if self.detail.active == "overview" and row.is_at_endpoint and not row.status.is_terminal:
            self._work(partial(self._load_endpoint, row), "endpoint")

    def show_facts(self, row: Invocation) -> None:
        """Fill the Overview again, and the ages of the outputs: times have passed."""
        is_known = bool(row.tags) or row.key in self._asked
        asked = Asked(tags=row.tags if is_known else None)
        if self._is_open(row):
            asked = replace(asked, request=self._request, endpoint=self._endpoint)
        self.detail.show_facts(row, asked, self._contexts.clock())
        self.detail.outputs.show_ages(self._contexts.clock())

    def output_of(self, key: Key) -> OutputObject | None:
        """The object under the cursor, if the Output tab is open on this invocation."""
        pane = self.detail.outputs
        is_open = self.detail.active == "output" and pane.is_for == key
        return pane.chosen if is_open else None

    @property
    def has_more(self) -> bool:
        """Whether more of the previewed object can be read; it is, where the tab is open."""
        view = self.detail.outputs.view
        return self.detail.active == "output" and view is not None and view.has_more

    def preview(self, thing: OutputObject, before: View | None = None) -> None:
        """Show what an object holds, or more of it; what is being read already is not read anew."""
        if self._row and not (before and self._is_reading):
            self._work(partial(self._preview, self._row, thing, before), PREVIEW)

    @property
    def _is_reading(self) -> bool:
        return any(one.group == PREVIEW and one.is_running for one in self._screen.workers)

    async def _load_request(self, row: Invocation) -> None:
        try:
            engine = self._contexts.of(row)
            request = await engine.request_of(row)
        except ProblemError as error:
            self._complain(error.problem)
            return
        self.detail.show_request(row, request, engine.context)
        if self._is_open(row):
            self._request = request
            self._tell_more()

    async def _load_endpoint(self, row: Invocation) -> None:
        """Its state is a courtesy: a moment's trouble leaves the line as it is."""
        try:
            found: Endpoint | Problem = await self._contexts.of(row).offers.endpoint(row.model_id)
        except ProblemError as error:
            if error.problem.is_retryable:
                return
            found = error.problem
        if self._is_open(row):
            self._endpoint = found
            self._tell_more()

    async def _load_tags(self, row: Invocation) -> None:
        """Tags are a courtesy: without the right to read them, the line is left out."""
        try:
            row = await self._contexts.of(row).load_tags(row)
        except ProblemError as error:
            if error.problem.is_retryable:
                return
        self._asked.add(row.key)
        if self._is_open(row):
            self.show_facts(row)

    async def _preview(self, row: Invocation, thing: OutputObject, before: View | None) -> None:
        pane = self.detail.outputs
        try:
            source = self._contexts.of(row).source_of(row)
            view = await viewing.look(source, thing, before)
        except ProblemError as error:
            if pane.chosen == thing:
                pane.show_problem(error.problem)
            return
        await pane.show_content(view)
        if pane.view is view:
            remark = await draw(pane.content, source, view, lambda: pane.view is view)
            pane.remark(view, remark)

    def _is_open(self, row: Invocation) -> bool:
        """Whether it is the one that is shown: what was asked for may come too late."""
        return self._row is not None and self._row.key == row.key

    def _tell_more(self) -> None:
        """Fill the Overview again: more is known of the one that is shown."""
        if self._row:
            self.show_facts(self._row)

    def _work(self, work: Callable[[], Awaitable[None]], group: str) -> None:
        self._screen.run_worker(work, exclusive=True, group=group, exit_on_error=False)
