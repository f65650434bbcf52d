"""``asyncinvoke get-async-invoke``: as in the AWS CLI; the ledger learns what it says."""

from __future__ import annotations

import argparse

from tui.commands import exit_codes
from tui.commands.aws_answer import put_answer
from tui.commands.aws_members import question_of
from tui.commands.output import complain
from tui.engine import asking
from tui.engine.session import Engine
from tui.model.operation import GET_ASYNC_INVOKE


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Ask, and print the answer; returns the exit code.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    members = await question_of(GET_ASYNC_INVOKE, given)
    if members is None:
        return exit_codes.USAGE
    put_answer(await asking.get(engine, members), engine.settings)
    if engine.problem:  # the ledger did not take it
        complain(engine.problem)
    return exit_codes.OK
