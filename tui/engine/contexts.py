"""The open contexts: one ledger, one engine each, and one table over all. Asks AWS nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from tui.aws.signing import Ask
from tui.config import Settings, Sources, beside, resolve_all
from tui.engine.polling import Older
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Listener, Missed
from tui.ledger.ledger import Ledger
from tui.model.boards import Boards
from tui.model.clock import Clock, utc_now
from tui.model.context import Context
from tui.model.invocation import Invocation
from tui.model.problem import Problem, ProblemError
from tui.model.setting import Setting

_UNPLACED = "its rows are in the ledger: a start without a region shows them"

Trouble = tuple[Engine, Problem]
"""A context where something failed, and why."""


class Contexts:
    """The contexts that are open, in the order in which they were opened.

    Each has its own engine with its own clients, and nothing else is theirs together but the
    ledger: what belongs to one is never sent through another.

    Attributes:
        ledger: What is kept on the disk.
        board: The rows of all.
        clock: The time.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        clock: Clock = utc_now,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
        *,
        sources: Sources | None = None,
    ) -> None:
        """Open none yet.

        Args:
            settings: What config.toml says.
            ledger: Closed with the contexts.
            clock: The time.
            rest: Waits for so many seconds before a full model is asked again.
            sources: What was said of every context; the environment alone, if none is given.
        """
        self.settings = settings
        self.ledger = ledger
        self.clock = clock
        self.board = Boards()
        self._rest = rest
        self._sources = beside(sources or Sources(environment=os.environ))
        self._engines: list[Engine] = []
        self._active: Engine | None = None
        self._listeners: list[Listener] = []
        self._watchers: list[Callable[[], None]] = []
        self._leave: dict[Engine, Callable[[], None]] = {}
        self._is_started = False
        self._is_paused = False
        self._ask: Ask | None = None
        self._shown: dict[tuple[str, str], tuple[Setting, ...]] = {}

    @property
    def config_path(self) -> Path:
        """Where config.toml is, or would be."""
        return self._sources.path

    # Which are open --------------------------------------------------------------------------

    @property
    def open_ones(self) -> Sequence[Engine]:
        """Those that are open, the first opened first."""
        return tuple(self._engines)

    @property
    def is_one(self) -> bool:
        """Whether just one is open."""
        return len(self._engines) == 1

    @property
    def active(self) -> Engine:
        """Where what is new goes.

        Raises:
            RuntimeError: None is open.
        """
        if self._active is None:
            raise RuntimeError("no context is open")
        return self._active

    def named(self, name: str, region: str = "") -> Context:
        """The context of a name in config.toml, or of a profile.

        Args:
            name: The name.
            region: Instead of its own.

        Raises:
            ConfigError: Its endpoint URL, or the region, is none.
        """
        found = resolve_all(self._sources, self.settings, name, region)
        self._shown.setdefault(_shown_at(found.context), found.shown)
        return found.context

    def keep_shown(self, context: Context, shown: Sequence[Setting]) -> None:
        """Keep every setting that holds in a context, and who says it, to be shown there."""
        self._shown[_shown_at(context)] = tuple(shown)

    @property
    def shown(self) -> tuple[Setting, ...]:
        """What holds in the active context, and who says so; empty where that is not known."""
        return self._shown.get(_shown_at(self.active.context), ())

    def open(self, context: Context) -> Engine:
        """Open a context, unless it is open, and return its engine. Waits for the disk.

        The first one is active. Where the others are at work already, this one begins, too.

        Raises:
            ProblemError: The ledger cannot be read.
        """
        return self.find(context) or self.add(self._engine(context))

    async def open_beside(self, context: Context) -> Engine:
        """As ``open``, without having the event loop wait for the disk.

        Raises:
            ProblemError: The ledger cannot be read.
        """
        if found := self.find(context):
            return found
        engine = await asyncio.to_thread(self._engine, context)
        return self.find(context) or self.add(engine)

    def add(self, engine: Engine) -> Engine:
        """Take an engine over this ledger among those that are open."""
        self._engines.append(engine)
        if self._ask is not None:
            engine.aws.signing.ask = self._ask
        self.board.add(engine.board)
        self._leave[engine] = engine.subscribe(lambda news: self._on_news(engine, news))
        self._active = self._active or engine
        if self._is_paused:
            engine.pause(True)
        if self._is_started:
            engine.start(sends_queued=True)
        self._tell()
        return engine

    def activate(self, engine: Engine) -> None:
        """Have what is new go through this one of the open contexts."""
        if engine is not self._active:
            self._active = engine
            self._tell()

    async def close_one(self, engine: Engine) -> None:
        """Close a context: its rows leave the table, and stay in the ledger.

        The last one stays open: there is nothing to look at without it.
        """
        if engine not in self._engines or len(self._engines) == 1:
            return
        self._leave.pop(engine)()
        self._engines.remove(engine)
        self.board.remove(engine.board)
        if engine is self._active:
            self._active = self._engines[0]
        self._tell()
        await engine.close()

    def closes_for_good(self, engine: Engine) -> bool:
        """Whether a context has rows and, without a region, cannot be opened again once closed."""
        return not engine.context.region and len(engine.board) > 0

    async def close_unplaced(self) -> None:
        """Close what is of no use beside the active one: no region to ask in, and no rows."""
        for engine in self.open_ones:
            is_unplaced = engine is not self._active and not engine.context.region
            if is_unplaced and not self.closes_for_good(engine):
                await self.close_one(engine)

    def find(self, context: Context) -> Engine | None:
        """The engine of a context that is open already."""
        return next((each for each in self._engines if each.context.key == context.key), None)

    def of(self, row: Invocation) -> Engine:
        """The engine of the context that a row is seen through.

        Raises:
            ProblemError: That context has been closed.
        """
        for engine in self._engines:
            if engine.context.label == row.context:
                return engine
        if self.is_one and not row.context:
            return self._engines[0]
        raise ProblemError(_closed(row))

    def grouped(self, rows: Sequence[Invocation]) -> list[tuple[Engine, list[Invocation]]]:
        """The rows by the engines that they belong to, in the order of their first rows.

        Raises:
            ProblemError: The context of one has been closed.
        """
        groups: dict[Engine, list[Invocation]] = {}
        for row in rows:
            groups.setdefault(self.of(row), []).append(row)
        return list(groups.items())

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have it told when other contexts are open, or another is active.

        Returns:
            What ends that.
        """
        self._watchers.append(listener)
        return lambda: self._watchers.remove(listener)

    # What becomes of them --------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have every piece of news of all told, as it changes the one table.

        Returns:
            What ends the subscription.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self) -> None:
        """Have each begin to work, what waits in the ledger included; see ``Engine.start``."""
        self._is_started = True
        for engine in self._engines:
            engine.start(sends_queued=True)

    @property
    def is_paused(self) -> bool:
        """Whether AWS is not asked by itself."""
        return self._is_paused or all(engine.is_paused for engine in self._engines)

    def pause(self, is_paused: bool) -> None:
        """Ask AWS no more by itself, in no context, or go on."""
        self._is_paused = is_paused
        for engine in self._engines:
            engine.pause(is_paused)

    def wake(self) -> None:
        """Have AWS asked at once."""
        for engine in self._engines:
            engine.wake()

    def want_all(self) -> None:
        """Have the next question leave nothing out, in each; see ``Ticker.want_all``."""
        for engine in self._engines:
            engine.poller.want_all()
            engine.watcher.want_all()

    async def poll(self) -> None:
        """Ask AWS once, now, in each context, and keep what it says."""
        await asyncio.gather(*(engine.poll() for engine in self._engines))

    async def load_older(self) -> Older:
        """List the invocations before the horizon in each, one stretch more.

        Returns:
            How many more there are; the horizon that is nearest of all.

        Raises:
            ProblemError: AWS refused or could not be reached in one of them.
        """
        found = await asyncio.gather(*(engine.load_older() for engine in self._engines))
        return Older(
            sum(older.added for older in found),
            max(older.horizon for older in found),
            is_all=all(older.is_all for older in found),
        )

    @property
    def is_queue_paused(self) -> bool:
        """Whether what waits in some context is not sent until it is told to go on."""
        return any(engine.queue.is_paused for engine in self._engines)

    async def pause_queue(self, is_paused: bool) -> None:
        """Stop sending what waits, in each context, or go on; the next start does as well.

        Raises:
            ProblemError: The ledger failed; it holds for this session all the same.
        """
        for engine in self._engines:
            await engine.pause_queue(is_paused)

    async def settle_inspections(self) -> None:
        """Wait until all is read that tells of failed parts."""
        await asyncio.gather(*(engine.inspector.settle() for engine in self._engines))

    @property
    def stale(self) -> frozenset[str]:
        """The labels of those whose rows may have changed unseen."""
        return frozenset(engine.context.label for engine, _ in self.in_trouble)

    @property
    def is_all_stale(self) -> bool:
        """Whether there is no news of any."""
        return len(self.stale) == len(self._engines)

    @property
    def in_trouble(self) -> list[Trouble]:
        """Those whose last question failed, and why; the active one comes first."""
        ordered = sorted(self._engines, key=lambda engine: engine is not self._active)
        problems = ((each, each.signing_in.problem or each.problem) for each in ordered)
        return [(engine, problem) for engine, problem in problems if problem]

    @property
    def signed_out(self) -> Engine | None:
        """The one to log in to: the active one before the others; None where all are signed in."""
        out = (engine for engine, _ in self.in_trouble if engine.signing_in.problem)
        return next(out, None)

    def try_again(self) -> None:
        """Have each that is signed out try whether it is still so."""
        for engine in self._engines:
            if engine.signing_in.problem:
                engine.signing_in.try_again()

    def ask_with(self, ask: Ask) -> None:
        """Have a person asked for the code of a second factor in this way, in each context."""
        self._ask = ask
        for engine in self._engines:
            engine.aws.signing.ask = ask

    @property
    def unkept_answers(self) -> int:
        """How many answers are waited for, or are not in the ledger although they should be."""
        unwritten = self.ledger.unwritten
        return unwritten + sum(each.unkept_answers - unwritten for each in self._engines)

    async def close(self) -> None:
        """Close all at once, and the ledger once it has everything, or does not take it."""
        await asyncio.gather(*(engine.close() for engine in self._engines))
        self.ledger.close()

    def _engine(self, context: Context) -> Engine:
        if any(each.context.label == context.label for each in self._engines):
            context = replace(context, alias=context.key)  # two regions of one name
        return Engine(self.settings, context, self.ledger, self.clock, self._rest)

    def _on_news(self, engine: Engine, news: Heard | Missed) -> None:
        if isinstance(news, Heard) and news.changes and not self.is_one:
            changes = self.board.follow(engine.board, news.changes)
            news = Heard(changes, news.at, news.source)
        for listener in list(self._listeners):
            listener(news)

    def _tell(self) -> None:
        for listener in list(self._watchers):
            listener()


def _shown_at(context: Context) -> tuple[str, str]:
    """What tells a context from another of the same place, whose settings may be others."""
    return context.name, context.key


def _closed(row: Invocation) -> Problem:
    return Problem(
        kind="ContextClosed",
        message=f"{row.context} is not open any more",
        cause="it was closed after the row was chosen",
        remedy="open it again, among the contexts" if row.region else _UNPLACED,
    )
