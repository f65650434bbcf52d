"""Why there is no news of one context: told once, however often AWS is asked again."""

from __future__ import annotations

from collections.abc import Callable

from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed, Service
from tui.model.problem import Problem


class Outage:
    """What goes wrong with the questions of one context, for somebody who reads along."""

    def __init__(
        self,
        engine: Engine,
        tell: Callable[[str], None],
        on_end: Callable[[], None],
        *,
        is_one: bool = True,
    ) -> None:
        """Tell nothing yet.

        Args:
            engine: The context.
            tell: Is told why there is no news, and again only when it is another reason or AWS has
                answered since.
            on_end: Is called when ``check`` has something to raise.
            is_one: Whether no other context is open; it is told whose news is lacking otherwise.
        """
        self._engine = engine
        self._tell = tell
        self._on_end = on_end
        self._whose = "" if is_one else f" of {engine.context.label}"
        self._told: dict[Service, str] = {}
        self._end: Problem | None = None

    def listen(self, news: Heard | Missed) -> None:
        """Take in what became of a question; what is no answer of AWS ends no outage."""
        if isinstance(news, Heard):
            if news.source:
                self._told.pop(news.source, None)
            return
        why = news.problem.one_line
        if why != self._told.get(news.source):
            self._told[news.source] = why
            self._tell(f"no news{self._whose}: {why}")
        if news.problem.is_signed_out and self._engine.signing_in.is_final(news.problem):
            self._end = news.problem
            self._on_end()

    def look(self) -> None:
        """Take in that we are signed out already: nothing is asked, and fails, that would tell."""
        if problem := self._engine.signing_in.problem:
            self.listen(Missed(problem, self._engine.clock()))

    async def check(self) -> None:
        """Do nothing while there may be news.

        Raises:
            ProblemError: The credentials ended, and nobody can renew them from outside.
        """
        if self._end:
            raise await self._engine.signing_in.raised(self._end)
