"""Why there is no news of one context: told once, however often AWS is asked again."""

from __future__ import annotations

from collections.abc import Callable

from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed, Service
from tui.model.problem import ProblemError


class Outage:
    """What goes wrong with the questions of one context, for somebody who reads along."""

    def __init__(
        self,
        engine: Engine,
        tell: Callable[[str], None],
        end: Callable[[ProblemError], None],
    ) -> None:
        """Tell nothing yet.

        Args:
            engine: The context.
            tell: Is told why, and again only when it is another reason or AWS has answered since.
            end: Is given what nobody can mend from outside: credentials that ended for good.
        """
        self._engine = engine
        self._tell = tell
        self._end = end
        self._told: dict[Service, str] = {}

    def listen(self, news: Heard | Missed) -> None:
        """Take in what became of a question; what is no answer of AWS ends no outage."""
        if isinstance(news, Heard):
            if news.source:
                self._told.pop(news.source, None)
            return
        why = news.problem.one_line
        if why != self._told.get(news.source):
            self._told[news.source] = why
            self._tell(why)
        if news.problem.is_signed_out and self._engine.signing_in.is_final(news.problem):
            self._end(ProblemError(news.problem))
