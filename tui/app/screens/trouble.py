"""The line below the table: what fails, in which context, and what to do."""

from __future__ import annotations

from tui.app.bindings import key_of
from tui.app.signing_in import way
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.problem import Problem


def words(contexts: Contexts) -> tuple[str, Problem | None]:
    """One line and its problem; empty where nothing fails.

    What AWS does not answer goes before a queue that waits. The active context speaks first; how
    many others fail is said, too.
    """
    in_trouble = contexts.in_trouble
    if in_trouble:
        engine, problem = in_trouble[0]
        more = f" (and {len(in_trouble) - 1} more)" if len(in_trouble) > 1 else ""
        return f"{_whose(contexts, engine)}{way(engine, problem)}{problem.one_line}{more}", problem
    for engine in contexts.open_ones:
        if held := engine.dispatch.trouble:
            told = f"the queue waits: {held.one_line}; {key_of('table.queue')} twice tries at once"
            return f"{_whose(contexts, engine)}{told}", held
    return "", None


def _whose(contexts: Contexts, engine: Engine) -> str:
    """The context's name, where there are several."""
    return "" if contexts.is_one else f"{engine.context.title}: "
