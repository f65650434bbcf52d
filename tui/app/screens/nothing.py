"""What an empty table says: why it has no row, and what to do about that."""

from __future__ import annotations

from tui.app.signing_in import UNPLACED, has_way
from tui.engine.contexts import Contexts
from tui.engine.session import Engine


def words(contexts: Contexts, *, is_narrowed: bool) -> str:
    """The words, in lines that may be wrapped.

    Args:
        contexts: What has been asked, and heard; one without news speaks for all.
        is_narrowed: Whether a filter or a tab may hide rows.
    """
    engine = min(contexts.open_ones, key=_says)
    if is_narrowed and len(contexts.board):
        return "Nothing matches.\n\nesc clears the filter, [ and ] go through the tabs."
    if engine.signing_in.problem:
        told = "Press L to log in; the lines" if has_way(engine) else "The lines"
        return f"Signed out: nothing is asked.\n\n{told} below say why."
    if engine.heard and engine.poller.is_all:
        return (
            "AWS lists no invocation.\n\nSageMaker has no list: here stands what is sent from here."
            "\n\nPress n to submit one, ? for help."
        )
    if engine.heard:
        days = (engine.clock() - engine.poller.horizon).total_seconds() / 86_400
        return (
            f"No invocation in the last {days:.3g} days.\n\n"
            "Press n to submit one, o to look further back, ? for help."
        )
    if engine.problem and engine.problem.kind in UNPLACED:
        return "There is no news from AWS.\n\nPress c to choose a profile and a region, ? for help."
    if engine.problem:
        return "There is no news from AWS.\n\nThe lines below say why. r tries again, ? shows help."
    return "Asking AWS for the invocations of this region…"


def _says(engine: Engine) -> tuple[bool, bool]:
    """Who has trouble goes first, then who was not answered yet."""
    return engine.problem is None, engine.heard is not None
