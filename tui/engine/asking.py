"""What AWS says of invocations, in its own words; the board and the ledger learn it on its way."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from tui.aws import verbatim
from tui.aws.verbatim import RESULT, Told
from tui.engine.session import Engine
from tui.model.fault import Fault
from tui.model.operation import Operation

Members = dict[str, object]


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list is divided; what is None is the service's own way.

    Attributes:
        max_items: After how many invocations the list is cut.
        page_size: How many are asked for at a time.
        starting_token: Where a list that was cut goes on.
    """

    max_items: int | None = None
    page_size: int | None = None
    starting_token: str | None = None


async def faults_of(operation: Operation, members: Mapping[str, object]) -> list[Fault]:
    """What the service model forbids in the members of a question."""
    shapes = await asyncio.to_thread(importlib.import_module, "tui.aws.shapes")
    found: list[Fault] = shapes.check(operation.name, members)
    return found


async def get(engine: Engine, members: Mapping[str, object]) -> Members:
    """What GetAsyncInvoke answers.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    told = await verbatim.get_async_invoke(engine.aws, members)
    await _learn(engine, told)
    return told.members


async def list_page(engine: Engine, members: Mapping[str, object]) -> Members:
    """What ListAsyncInvokes answers: one page, with the token of the next.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    told = await verbatim.list_page(engine.aws, members)
    await _learn(engine, told)
    return told.members


async def list_pages(
    engine: Engine, members: Mapping[str, object], pages: Pages
) -> AsyncGenerator[tuple[Members, str], None]:
    """The pages of a list, each with the token that a list cut there goes on from, or none.

    Raises:
        ProblemError: AWS refused or could not be reached; or the token is none.
    """
    listed = verbatim.list_pages(
        engine.aws,
        members,
        max_items=pages.max_items,
        page_size=pages.page_size,
        starting_token=pages.starting_token,
    )
    async with aclosing(listed):
        async for told in listed:
            await _learn(engine, told)
            yield told.members, told.resume_token


def join(pages: list[Members], token: str) -> Members:
    """One answer of many pages, as the AWS CLI joins them."""
    rows = [row for page in pages for row in _rows(page)]
    found: Members = {RESULT: rows} if any(RESULT in page for page in pages) else {}
    return {**found, "NextToken": token} if token else found


def _rows(page: Members) -> list[object]:
    rows = page.get(RESULT, [])
    return rows if isinstance(rows, list) else []


async def _learn(engine: Engine, told: Told) -> None:
    await engine.news.learn(engine.board.apply(told.invocations))
