"""What an empty table says: why it has no row, and what to do about that."""

from __future__ import annotations

from tui.app.bindings import keyed
from tui.app.signing_in import UNPLACED, has_way
from tui.engine.contexts import Contexts
from tui.engine.session import Engine

NOTHING_MATCHES = (
    "Nothing matches.\n\n"
    "{app.back} clears the filter, {table.tab-left} and {table.tab-right} go through the tabs."
)
NO_PLACE = (
    "There is no news from AWS.\n\n"
    "Press {table.context} to choose a profile and a region, {app.help} for help."
)
NO_NEWS = (
    "There is no news from AWS.\n\n"
    "The lines below say why. {table.refresh} tries again, {app.help} shows help."
)
NO_LIST = (
    "AWS lists no invocation.\n\nSageMaker has no list: here stands what is sent from here.\n\n"
)
ASKING = "Asking AWS for the invocations of this region…"
PRESS = "Press {table.new} to submit one, {app.help} for help."
OLDER = "{table.older} looks further back"
PRESS_OR_OLDER = (
    "Press {table.new} to submit one, {table.older} to look further back, {app.help} for help."
)


def words(contexts: Contexts, greeting: str = "", *, is_narrowed: bool) -> str:
    """The words, in lines that may be wrapped.

    Args:
        contexts: What has been asked, and heard; one without news speaks for all.
        greeting: What a newcomer is told of the keys, in place of what others are.
        is_narrowed: Whether a filter or a tab may hide rows.
    """
    engine = min(contexts.open_ones, key=_says)
    if is_narrowed and len(contexts.board):
        return keyed(NOTHING_MATCHES)
    if engine.signing_in.problem:
        has_key = has_way(engine)
        told = keyed("Press {table.log-in} to log in; the lines") if has_key else "The lines"
        return f"Signed out: nothing is asked.\n\n{told} below say why."
    if engine.heard and engine.poller.is_all:
        return keyed(NO_LIST) + (greeting or keyed(PRESS))
    if engine.heard:
        days = (engine.clock() - engine.poller.horizon).total_seconds() / 86_400
        told = f"{greeting}\n{keyed(OLDER)}" if greeting else keyed(PRESS_OR_OLDER)
        return f"No invocation in the last {days:.3g} days.\n\n{told}"
    if engine.problem:
        return keyed(NO_PLACE if engine.problem.kind in UNPLACED else NO_NEWS)
    return f"{ASKING}\n\n{greeting}" if greeting else ASKING


def _says(engine: Engine) -> tuple[bool, bool]:
    """Who has trouble goes first, then who was not answered yet."""
    return engine.problem is None, engine.heard is not None
