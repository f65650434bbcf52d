"""``asyncinvoke list-async-invokes``: as in the AWS CLI; the ledger learns what it says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from tui.commands import exit_codes
from tui.commands.aws_answer import put_answer
from tui.commands.aws_members import question_of
from tui.commands.output import complain, narrate
from tui.config import Output
from tui.engine import asking
from tui.engine.asking import Pages
from tui.engine.session import Engine
from tui.model.operation import LIST_ASYNC_INVOKES

_PAGE = ("maxResults", "nextToken")
"""The members that ask for one page: who says them turns the pages.

Also in a whole request, as version 2 of the AWS CLI has it; version 1 only warns that it will.
"""


async def run(engine: Engine, given: argparse.Namespace) -> int:
    """Ask for all pages or, where the options say so, for one; returns the exit code.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    members = await question_of(LIST_ASYNC_INVOKES, given)
    if members is None:
        return exit_codes.USAGE
    pages = Pages(given.max_items, given.page_size, given.starting_token)
    is_one = engine.settings.no_paginate or any(name in members for name in _PAGE)
    if is_one and pages != Pages():
        narrate(f"asyncinvoke: {_turned(given)}: not with one page, which is asked for")
        return exit_codes.USAGE
    if is_one:
        put_answer(await asking.list_page(engine, members), engine.settings)
    else:
        await _put_pages(engine, members, pages)
    if engine.problem:  # the ledger did not take it
        complain(engine.problem)
    return exit_codes.OK


async def _put_pages(engine: Engine, members: Mapping[str, object], pages: Pages) -> None:
    """Print the list as a whole or, as the AWS CLI does with text, page by page."""
    is_text = engine.settings.output is Output.TEXT
    found, token = [], ""
    async for page, resume_token in asking.list_pages(engine, members, pages):
        token = resume_token
        if is_text:
            put_answer(page, engine.settings)
        else:
            found.append(page)
    if not is_text:
        put_answer(asking.join(found, token), engine.settings)
    elif token:
        put_answer({"NextToken": {"NextToken": token}}, engine.settings)


def _turned(given: argparse.Namespace) -> str:
    names = ("max_items", "page_size", "starting_token")
    said = [name for name in names if getattr(given, name) is not None]
    return ", ".join(f"--{name.replace('_', '-')}" for name in said)
