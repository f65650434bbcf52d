"""The first line: the program, where calls go, and how fresh the data is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.app.signing_in import ending
from tui.app.widgets.line import Line
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.facts import FRESH_SECONDS
from tui.model.invocation import Status, ago
from tui.model.view import statuses_of

NARROW = 60
"""Columns below which where calls go is told before how fresh the rows are."""


class ContextBar(Horizontal):
    """Profile, region, account and endpoint on the left; pending count and age on the right."""

    def __init__(self, engine: Engine, title: str, contexts: Contexts | None = None) -> None:
        """Show one context.

        Args:
            engine: The context's.
            title: What stands before it.
            contexts: All that are open, whose active one is shown; of a screen that belongs to
                one context, none are told.
        """
        super().__init__()
        self._own = engine
        self._title = title
        self._contexts = contexts

    @property
    def _engine(self) -> Engine:
        return self._contexts.active if self._contexts else self._own

    def compose(self) -> ComposeResult:
        """A title where there is room, a part that may be cut, and one that is not."""
        yield Line(self._title, id="title")
        yield Line(id="where")
        yield Line(id="freshness")

    def on_mount(self) -> None:
        """Show what is known already, and follow the news."""
        self.update_bar()
        told = self._contexts or self._own
        self._leaves = [told.subscribe(lambda _: self.update_bar())]
        if self._contexts:
            self._leaves.append(self._contexts.watch(self.update_bar))

    def on_unmount(self) -> None:
        """Follow no more."""
        for leave in self._leaves:
            leave()

    def on_resize(self) -> None:
        """Tell as much as there is room for."""
        self.update_bar()

    def update_bar(self) -> None:
        """Repaint the parts that read differently now."""
        lines = {line.id: line for line in self.query(Line)}
        if not {"where", "freshness"} <= lines.keys():
            return  # its screen is being left: the parts go before the whole
        lines["where"].say(self._where())
        lines["freshness"].say(self._freshness())
        self.set_class(self._engine.problem is not None, "-stale")

    def _where(self) -> str:
        context, identity = self._engine.context, self._engine.identity
        account = identity.account if identity else "account ?"
        parts = [context.title + self._others(), account]
        parts += (url.partition("://")[2] for url in context.endpoints_invoked)
        return " · ".join(parts)

    def _others(self) -> str:
        """How many contexts are open besides, and which of them there is no news of."""
        if self._contexts is None or self._contexts.is_one:
            return ""
        others = [each for each in self._contexts.open_ones if each is not self._engine]
        states = [f"{each.context.label} {state}" for each in others if (state := _state(each))]
        return f" +{len(others)}" + (f" ({', '.join(states)})" if states else "")

    def _freshness(self) -> str:
        engine = self._engine
        counts = (self._contexts or engine).board.counts
        pending = sum(counts[each] for each in statuses_of(Status.IN_PROGRESS))
        count = f"{pending:,} pending"
        if self.app.size.width < NARROW:
            return f"{count} "
        if engine.signing_in.problem:
            heard = f", heard {ago(engine.heard, engine.clock())}" if engine.heard else ""
            return f"{count} · signed out{heard} "
        if soon := ending(engine):
            count = f"{count} · {soon}"
        if engine.heard is None:
            known = max((row.heard for row in engine.board if row.heard), default=None)
            age = f"as of {ago(known, engine.clock())}, " if known else ""
            state = "no news" if engine.problem else "paused" if engine.is_paused else "asking…"
            return f"{count} · {age}{state} "
        now = engine.clock()
        if engine.is_paused:
            return f"{count} · paused, heard {ago(engine.heard, now)} "
        if engine.problem:
            return f"{count} · stale, heard {ago(engine.heard, now)} "
        is_fresh = (now - engine.heard).total_seconds() < FRESH_SECONDS
        return f"{count} · updated {'now' if is_fresh else ago(engine.heard, now)} "


def _state(engine: Engine) -> str:
    """Why there is no news of a context, in a word or two; empty where there is."""
    if engine.signing_in.problem:
        return "signed out"
    return "stale" if engine.problem else ""
