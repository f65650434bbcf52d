"""``asyncinvoke recover``: what became of the submissions whose answer never came."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.output import as_json, narrate, put_json
from tui.engine.session import Engine
from tui.ledger.journal import Submission


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Look them up, send the missing ones again if asked to, and print them.

    Returns:
        0 when nothing is left unanswered, 4 when something is.

    Raises:
        ProblemError: AWS or the ledger failed.
    """
    recovery = await engine.recover()
    sent = [await engine.resend(found) for found in recovery.missing] if given.resend else []
    left = [*recovery.waiting, *(() if given.resend else recovery.missing)]
    put_json(
        [{**as_json(row), "recovery": "adopted"} for row in recovery.adopted]
        + [{**as_json(row), "recovery": "resent"} for row in sent]
        + [_as_json(found, "waiting") for found in recovery.waiting]
        + [_as_json(found, "missing") for found in recovery.missing if not given.resend]
    )
    narrate(f"{len(recovery.adopted)} adopted, {len(sent)} sent again, {len(left)} unanswered")
    if recovery.waiting:
        narrate("waiting: AWS may still list them; try again in two minutes")
    if recovery.missing and not given.resend:
        narrate("missing: AWS does not list them; --resend sends them with the same token")
    return exit_codes.TRY_AGAIN if left else exit_codes.OK


def _as_json(found: Submission, recovery: str) -> dict[str, object]:
    return {
        "clientRequestToken": found.token,
        "modelId": found.request.model_id,
        "submitTime": found.prepared.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "recovery": recovery,
    }
