"""A table of invocations alone on a terminal."""

from __future__ import annotations

from datetime import timedelta

from textual.app import App, ComposeResult

from tests.builders import an_invocation
from tests.conftest import START
from tui.app.widgets.table import InvocationTable
from tui.model.board import Board
from tui.model.columns import Layout
from tui.model.invocation import Invocation, Key


class Lines(InvocationTable):
    """Counts the lines that it is asked to render."""

    rendered = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]
        self.rendered += 1
        return super().render_line(y)


class TableApp(App[None]):
    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self.now = START
        self.table = Lines(board, Layout(), lambda: self.now)

    def compose(self) -> ComposeResult:
        yield self.table

    def see(self, *rows: Invocation) -> None:
        self.table.follow(self.board.apply(rows))

    @property
    def keys(self) -> list[Key]:
        return list(self.table.listing)


def rows(count: int) -> list[Invocation]:
    return [
        an_invocation(f"{number:012}", submit_time=START - timedelta(minutes=number + 1))
        for number in range(count)
    ]
