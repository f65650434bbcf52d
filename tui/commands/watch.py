"""``asyncinvoke watch``: a line for each change, for logs, pipes and screen readers."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator

from tui.commands import chosen, exit_codes, formats
from tui.commands.chosen import NothingChosenError
from tui.commands.output import narrate, write
from tui.config import Output, Settings
from tui.engine.contexts import Contexts
from tui.engine.outage import Outage
from tui.engine.ticking import Heard, Missed
from tui.model import export
from tui.model.change import Change
from tui.model.invocation import Invocation, Key, Status
from tui.model.text import escaped_json, printable
from tui.model.view import statuses_of


async def run(contexts: Contexts, given: argparse.Namespace) -> int:
    """Print what changes in any of the contexts from now on, until it is interrupted.

    Returns:
        0 once nothing is pending, where that is to end it.

    Raises:
        BrokenPipeError: Nobody reads stdout any more.
        ProblemError: The credentials ended, and nobody can renew them from outside.
    """
    try:
        chosen.parse(contexts, given.filter)
    except NothingChosenError as error:
        return error.code
    watch = _Watch(contexts, given.filter)
    try:
        await contexts.poll()
        watch.begin(is_all=given.all)
        with _noticing_that_nobody_reads(watch.end):
            for engine in contexts.open_ones:
                engine.start()
            await _print(contexts, watch, is_until_idle=given.until_idle)
    finally:
        watch.close()
    return exit_codes.OK


async def _print(contexts: Contexts, watch: _Watch, *, is_until_idle: bool) -> None:
    """Print each change at once; returns when nothing is pending, if that is to end it."""
    arrow = _arrow()
    while True:
        for change in watch.changes():
            write(_text(change, contexts.settings, arrow, is_one=contexts.is_one))
        if is_until_idle and watch.is_idle:
            return
        await watch.news()


class _Watch:
    """What the contexts told, compared with what they had told before."""

    def __init__(self, contexts: Contexts, words: str) -> None:
        self._contexts = contexts
        self._words = words
        self._seen: dict[Key, Invocation] = {}
        self._waiting: list[Change] = []
        self._heard = asyncio.Event()
        self._fault: Exception | None = None
        self._outages = {
            engine: Outage(engine, narrate, self._heard.set, is_one=contexts.is_one)
            for engine in contexts.open_ones
        }
        self._leave = [engine.subscribe(each.listen) for engine, each in self._outages.items()]

    @property
    def is_idle(self) -> bool:
        """Whether nothing that is watched is pending, as AWS has told."""
        rows = (row for row in self._contexts.board if row.status in statuses_of(Status.PENDING))
        return not (self._contexts.in_trouble or any(map(self._keeps(), rows)))

    def begin(self, *, is_all: bool) -> None:
        """Compare with what is there now; if all is wanted, that is told as well, oldest first."""
        self._seen = {row.key: row for row in self._contexts.board}
        self._leave.append(self._contexts.subscribe(self.listen))
        if is_all:
            now, keeps = self._contexts.clock(), self._keeps()
            rows = sorted(filter(keeps, self._seen.values()), key=lambda row: row.submit_time)
            self._waiting += [Change(now, row, row) for row in rows]

    def close(self) -> None:
        """Hear no more."""
        for leave in self._leave:
            leave()

    def changes(self) -> Iterator[Change]:
        """What has not been printed yet."""
        waiting, self._waiting = self._waiting, []
        yield from waiting

    async def news(self) -> None:
        """Return once there is some.

        Raises:
            BrokenPipeError: Nobody reads what is printed.
            ProblemError: There will be none.
        """
        await self._heard.wait()
        self._heard.clear()
        for outage in self._outages.values():
            await outage.check()
        if self._fault:
            raise self._fault

    def end(self, fault: Exception) -> None:
        """Have ``news`` raise it."""
        self._fault = fault
        self._heard.set()

    def listen(self, news: Heard | Missed) -> None:
        """Take in what became of a question."""
        if isinstance(news, Heard):
            self._waiting += self._changes_of(news)
        self._heard.set()

    def _changes_of(self, news: Heard) -> list[Change]:
        changes, keeps, found = news.changes, self._keeps(), []
        before = {new: old for old, new in changes.renamed.items()}
        for key in changes.added | changes.updated:
            row = self._contexts.board.get(key)
            was = self._seen.pop(before.get(key, key), None)
            if row is None:
                continue
            self._seen[key] = row
            change = Change(news.at, row, was)
            if change.is_worth_telling and (keeps(row) or (was and keeps(was))):
                found.append(change)
        for key in changes.removed:
            self._seen.pop(key, None)
        return sorted(found, key=lambda change: (change.row.submit_time, change.row.key))

    def _keeps(self) -> Callable[[Invocation], bool]:
        """The filter as of now: what it says of ages counts back from each moment anew."""
        return chosen.parse(self._contexts, self._words).keeps


def _text(change: Change, settings: Settings, arrow: str, *, is_one: bool) -> str:
    form = settings.output
    if form is Output.OFF:
        return ""
    if not settings.query and form not in (Output.JSON, Output.YAML, Output.YAML_STREAM):
        return printable(change.line(arrow, is_among_contexts=not is_one)) + "\n"
    value: object = change.members()
    if settings.query:
        try:
            value = export.ask(settings.query, value)
        except export.ExpressionFault as error:
            narrate(f"asyncinvoke: --query: {error}; this is all of it")
    if form in (Output.YAML, Output.YAML_STREAM):
        return formats.as_yaml([value])
    return escaped_json(json.dumps(value, ensure_ascii=False)) + "\n"


def _arrow() -> str:
    """What stands between two statuses, where stdout can say it."""
    try:
        "→".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "->"
    return "→"


@contextlib.contextmanager
def _noticing_that_nobody_reads(tell: Callable[[Exception], None]) -> Iterator[None]:
    """Have it told as soon as the reader of a pipe leaves: nothing may be written for hours."""
    loop = asyncio.get_running_loop()
    try:
        out = sys.stdout.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(out).st_mode)
    except (OSError, ValueError):
        is_pipe = False
    if not is_pipe:
        yield
        return

    def leave() -> None:
        loop.remove_reader(out)
        tell(BrokenPipeError())

    loop.add_reader(out, leave)  # the writing end of a pipe is readable when it has no other end
    try:
        yield
    finally:
        loop.remove_reader(out)
