"""Which invocations a command is about: those that its keys name, or that ``--filter`` keeps."""

from __future__ import annotations

from collections.abc import Sequence

from tui.commands import exit_codes
from tui.commands.output import complain, narrate
from tui.engine.contexts import Contexts, Trouble
from tui.engine.looking import look
from tui.model import filter as filters
from tui.model.filter import Filter
from tui.model.invocation import Invocation, ago
from tui.model.lookup import Match, is_arn, look_up
from tui.model.problem import ProblemError
from tui.model.view import Listing, View

CANDIDATES = 5
"""How many of those that a beginning may mean are named."""


class NothingChosenError(Exception):
    """What was typed names nothing that can be worked on; the person has been told.

    Attributes:
        code: The exit code.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def choose(
    contexts: Contexts, keys: Sequence[str], words: str, *, is_status_needed: bool = True
) -> list[Invocation]:
    """The invocations that are meant: each once, in the order of the keys, or the newest first.

    AWS is asked first, unless keys alone tell enough.

    Args:
        contexts: Where to look.
        keys: What names them.
        words: The table's filter, instead of keys.
        is_status_needed: Whether their status matters now, so that what is pending is asked for.

    Raises:
        NothingChosenError: Neither says which, both do, or a key means nothing, or several.
    """
    wanted = parse(contexts, words)
    if bool(keys) == bool(wanted):
        both = "KEY… and --filter both say which: use one of them"
        narrate(f"asyncinvoke: {both if keys else 'expected KEY… or --filter WORDS'}")
        raise NothingChosenError(exit_codes.USAGE)
    if keys:
        return await named(contexts, keys, is_status_needed=is_status_needed)
    if failed := await ask(contexts):
        raise NothingChosenError(await tell(contexts, failed))
    return [contexts.board[key] for key in Listing(contexts.board, View(filter=wanted))]


def parse(contexts: Contexts, words: str) -> Filter:
    """The filter that is typed.

    Raises:
        NothingChosenError: It says nothing.
    """
    wanted = filters.parse(words, contexts.clock(), contexts.settings.filters, is_done=True)
    if wanted.fault:
        narrate(f"asyncinvoke: --filter: {wanted.fault.message}")
        raise NothingChosenError(exit_codes.USAGE)
    return wanted


async def named(
    contexts: Contexts,
    keys: Sequence[str],
    *,
    is_status_needed: bool = False,
    is_offline: bool = False,
) -> list[Invocation]:
    """The invocations that keys name, each once.

    Args:
        contexts: Where to look.
        keys: What was typed; at least one.
        is_status_needed: See ``choose``.
        is_offline: Whether to look only at what is known.

    Raises:
        NothingChosenError: A key means nothing, or several.
    """
    if not keys:
        narrate("asyncinvoke: expected KEY…: an ARN, an id or how it begins, or a token")
        raise NothingChosenError(exit_codes.USAGE)
    matches = look_up(keys, contexts.board)
    failed: list[Trouble] = []
    if not (is_offline or all(_is_enough(match, is_status_needed) for match in matches)):
        failed = await ask(contexts)
        matches = look_up(keys, contexts.board)
    if not is_offline:
        matches = [await _asked_for(contexts, match) for match in matches]
    rows = {match.row.key: match.row for match in matches if match.row}
    unclear = [match for match in matches if match.row is None]
    for match in unclear:
        _complain_of(contexts, match)
    if failed and (is_status_needed or not all(match.rows for match in unclear)):
        raise NothingChosenError(await tell(contexts, failed))
    if unclear:
        raise NothingChosenError(exit_codes.USAGE)
    return list(rows.values())


async def ask(contexts: Contexts) -> list[Trouble]:
    """Ask AWS what there is, in each context; returns those where it did not answer, and why."""
    await contexts.poll()
    return [(engine, engine.problem) for engine in contexts.open_ones if engine.problem]


async def tell(contexts: Contexts, failed: Sequence[Trouble]) -> int:
    """Say where AWS did not answer, and why; returns the exit code of the first.

    Of one kind only the first of a context is told in full: the rest is the same.
    """
    for engine in dict.fromkeys(engine for engine, _ in failed):
        if not contexts.is_one:
            narrate(f"in {engine.context.label}:")
        kinds = set[str]()
        for problem in [problem for whose, problem in failed if whose is engine]:
            if problem.kind in kinds:
                narrate(f"asyncinvoke: {problem}")
            else:
                complain(await engine.signing_in.told(problem))
            kinds.add(problem.kind)
    return exit_codes.of(failed[0][1])


def _is_enough(match: Match, is_status_needed: bool) -> bool:
    """Whether no list can tell more of what a key means."""
    if not match.rows:
        return is_arn(match.word)
    is_settled = all(row.status.is_terminal for row in match.rows)
    return match.is_whole and (is_settled or not is_status_needed)


async def _asked_for(contexts: Contexts, match: Match) -> Match:
    """What AWS says of an ARN that is not known here; any other match as it is.

    Raises:
        NothingChosenError: No open context has its region, or AWS tells it to none of them.
    """
    if match.rows or not is_arn(match.word):
        return match
    region = match.word.split(":")[3]
    refused: list[Trouble] = []
    for engine in contexts.open_ones:
        if engine.context.region == region:
            try:
                return Match(match.word, (await look(engine, match.word),), is_whole=True)
            except ProblemError as error:  # it may be of another's account
                refused.append((engine, error.problem))
    if refused:
        raise NothingChosenError(await tell(contexts, refused))
    narrate(f"asyncinvoke: {match.word} is of another region: --region {region}")
    raise NothingChosenError(exit_codes.USAGE)


def _complain_of(contexts: Contexts, match: Match) -> None:
    if match.rows:
        count = len(match.rows)
        narrate(f"asyncinvoke: {match.word!r} may mean {count:,} invocations: type more of it")
        for row in match.rows[:CANDIDATES]:
            when = ago(row.submit_time, contexts.clock())
            name = row.invocation_arn or row.id if match.is_whole else row.id
            narrate(f"  {name}  {row.model_id}  {row.status.value}  {when}")
        if count > CANDIDATES:
            narrate(f"  … and {count - CANDIDATES:,} more")
        return
    near = f": did you mean {' or '.join(match.near)}?" if match.near else ""
    narrate(f"asyncinvoke: no invocation is called {match.word!r}{near}")
