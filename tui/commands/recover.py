"""``asyncinvoke recover``: what became of the submissions whose answer never came."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from tui.commands import exit_codes
from tui.commands.output import complain, narrate, put
from tui.commands.waiting import where_to_look
from tui.engine.session import Engine
from tui.ledger.journal import Submission
from tui.model.counting import so_many
from tui.model.export import members
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, ProblemError


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Look them up, send the missing ones again if asked to, and print them.

    Returns:
        0 when nothing is left unanswered; the code of the first problem when one could not be
        sent again; 4 when something is left, also of another account, or when the ledger was
        damaged and nobody knows what it held; 5 when all that is left nobody can look up.

    Raises:
        ProblemError: AWS or the ledger failed.
    """
    recovery = await engine.recover()
    missing = () if given.resend else recovery.missing
    resent, failed = await _resend(engine, recovery.missing if given.resend else ())
    unlisted = _unlisted(engine)
    put(
        [{**members(row), "recovery": "adopted"} for row in recovery.adopted]
        + [{**members(row), "recovery": "resent"} for row in resent]
        + [{**_as_json(found, "failed"), "problem": str(why)} for found, why in failed]
        + [_as_json(found, "waiting") for found in recovery.waiting]
        + [_as_json(found, "missing") for found in missing]
        + [_as_json(found, "elsewhere") for found in recovery.elsewhere]
        + [{**members(row), "recovery": "unlisted"} for row in unlisted],
        engine.settings,
    )
    silent = [row for row in resent if not row.invocation_arn]
    elsewhere = recovery.elsewhere
    left = len(recovery.waiting) + len(missing) + len(silent)
    failures = f"{len(failed)} failed, " if failed else ""
    narrate(
        f"{len(recovery.adopted)} adopted, {len(resent)} sent again, {failures}"
        f"{left + len(unlisted)} unanswered"
    )
    if recovery.waiting or silent:
        narrate("waiting: AWS may still list them; try again in two minutes")
    if missing:
        narrate("missing: AWS does not list them; --resend sends them with the same token")
    if elsewhere:
        accounts = ", ".join(sorted({found.account for found in elsewhere}))
        more = so_many(len(elsewhere), "more was", "more were")
        narrate(f"elsewhere: {more} submitted from account {accounts}")
    for row in unlisted:
        name = json.dumps(row.client_request_token)
        narrate(f"unlisted: AWS keeps no list with {name} in it: {where_to_look(row)}")
    if unlisted:
        narrate("once you know what became of them, 'forget' in the screen drops them")
    if failed:
        return exit_codes.of(failed[0][1])
    if left or elsewhere or engine.ledger.set_aside:
        return exit_codes.TRY_AGAIN
    return exit_codes.NOT_KNOWN if unlisted else exit_codes.OK


def _unlisted(engine: Engine) -> list[Invocation]:
    """The inferences without an answer, oldest first: neither AWS nor S3 can tell of them."""
    rows = [row for row in engine.board.unsettled() if row.is_at_endpoint]
    lost = [row for row in rows if row.status is Status.UNKNOWN]
    return sorted(lost, key=lambda row: (row.submit_time, row.key))


async def _resend(
    engine: Engine, missing: Sequence[Submission]
) -> tuple[list[Invocation], list[tuple[Submission, Problem]]]:
    """Send them; one that fails does not hold up the others."""
    rows, failed = [], []
    for found in missing:
        try:
            rows.append(await engine.resend(found))
        except ProblemError as error:
            complain(error.problem)
            failed.append((found, error.problem))
    if engine.problem:
        complain(engine.problem)  # what the ledger did not take
    return rows, failed


def _as_json(found: Submission, recovery: str) -> dict[str, object]:
    return {
        "clientRequestToken": found.token,
        "modelId": found.request.model_id,
        "submitTime": found.prepared.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "recovery": recovery,
    }
