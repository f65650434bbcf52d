"""``asyncinvoke purge-inputs``: erase what was typed from the ledger."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.output import narrate
from tui.engine.session import Engine
from tui.model.counting import so_many


async def run(engine: Engine, _: argparse.Namespace) -> int:
    """Erase the drafts and the inputs of settled submissions; what is unanswered keeps its own.

    Raises:
        ProblemError: The ledger failed.
    """
    count = await engine.purge_inputs()
    narrate(f"erased the drafts and {so_many(count, 'model input')}")
    return exit_codes.OK
