"""Where the filter is typed: its text, completion as one types, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.app.widgets.field import Complaint, PlainInput
from tui.app.widgets.line import Line
from tui.model.board import Rows
from tui.model.clock import Clock
from tui.model.filter import Filter, parse

SECONDS = re.compile(r"[0-9]s\b")
"""A length of time to the second, as in ``since:90s``."""


class _Completion(Suggester):
    def __init__(self, board: Rows, named: Mapping[str, str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._board = board
        self._named = named

    async def get_suggestion(self, value: str) -> str | None:
        from tui.model.filter_completion import complete

        return complete(value, self._board, self._named)


class FilterLine(Vertical):
    """A slash, the text, and below it the fault, if there is one. Hidden while nothing is typed."""

    @dataclass
    class FilterChanged(Message):
        """Another filter holds now."""

        filter: Filter

    @dataclass
    class FilterAccepted(Message):
        """Enter was pressed: the person goes on to the rows."""

    def __init__(self, board: Rows, clock: Clock, named: Mapping[str, str]) -> None:
        super().__init__()
        self._clock = clock
        self._named = named
        self._completion = _Completion(board, named)
        self._read_in = self._minute()

    def compose(self) -> ComposeResult:
        """The line and its complaint."""
        with Horizontal(classes="line"):
            yield Static("/", id="slash", markup=False)
            yield PlainInput(
                id="filter",
                compact=True,
                placeholder="words, status:failed, model:luma, since:2h, !not, @name",
                suggester=self._completion,
            )
            yield Line(id="count")
        yield Complaint()

    @property
    def input(self) -> Input:
        """The field."""
        return self.query_one("#filter", Input)

    def count(self, shown: int, total: int) -> None:
        """Say how many of the rows there are it keeps."""
        self.query_one("#count", Line).say(f"{shown:,} of {total:,}")

    def open(self) -> None:
        """Appear, with the focus: what is typed next goes here."""
        self.display = True
        self.screen.set_focus(self.input)

    def clear(self) -> None:
        """Lift the filter, and disappear."""
        self.input.value = ""
        self.display = False

    def read_again(self) -> None:
        """Read the text as of now, where what it keeps changes with time.

        Once a minute, for it is a walk over all rows; more often only where it names seconds.
        """
        if self._minute() == self._read_in and not SECONDS.search(self.input.value):
            return
        wanted = self._read()
        if wanted.is_relative:
            self.post_message(self.FilterChanged(wanted))

    def _read(self) -> Filter:
        self._read_in = self._minute()
        return parse(self.input.value, self._clock(), self._named)

    def _minute(self) -> datetime:
        return self._clock().replace(second=0, microsecond=0)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        wanted = self._read()
        self.query_one(Complaint).complain(wanted.fault.message if wanted.fault else "")
        self.post_message(self.FilterChanged(wanted))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            self.clear()
        done = parse(event.value, self._clock(), self._named, is_done=True)
        self.query_one(Complaint).complain(done.fault.message if done.fault else "")
        self.post_message(self.FilterAccepted())
