"""GetAsyncInvoke and ListAsyncInvokes with any arguments, and their answers as they came.

What the SDK makes of an answer loses how its times were written, and takes 40 µs for each; here
the members are put in the service model's order, as the AWS CLI prints them, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import msgspec

from tui.aws.bedrock import SummaryAnswer, invocation_of
from tui.aws.errors import problems, unreadable
from tui.aws.session import Session
from tui.model.invocation import Invocation
from tui.model.problem import ProblemError

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel, Shape

Members = dict[str, object]

RESULT = "asyncInvokeSummaries"
"""The member of a page that holds its invocations."""

_is_wanted: ContextVar[bool] = ContextVar("_is_wanted", default=False)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer.

    Attributes:
        members: As they came, in the service model's order.
        invocations: Those that it describes.
        resume_token: What ``starting_token`` goes on from, once the list is cut here; or empty.
    """

    members: Members
    invocations: tuple[Invocation, ...]
    resume_token: str = ""


async def get_async_invoke(session: Session, arguments: Mapping[str, object]) -> Told:
    """One invocation as it is now.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    with problems("GetAsyncInvoke", session.context):
        client = await session.client("bedrock-runtime")
        with _as_it_came():
            answer = _members(await client.get_async_invoke(**arguments))
        return Told(answer, tuple(_invocations([answer])))


async def list_page(session: Session, arguments: Mapping[str, object]) -> Told:
    """The one page of the list that the arguments say, with the token of the next.

    Raises:
        ProblemError: AWS refused or could not be reached.
    """
    with problems("ListAsyncInvokes", session.context):
        client = await session.client("bedrock-runtime")
        with _as_it_came():
            answer = _members(await client.list_async_invokes(**arguments))
        return Told(answer, tuple(_invocations(answer.get(RESULT, []))))


async def list_pages(
    session: Session,
    arguments: Mapping[str, object],
    *,
    max_items: int | None = None,
    page_size: int | None = None,
    starting_token: str | None = None,
) -> AsyncGenerator[Told, None]:
    """The list, page by page, by the SDK's own paginator, whose tokens are the AWS CLI's.

    Args:
        session: Where to ask.
        arguments: The request's members but for those of pages.
        max_items: After how many invocations the list is cut.
        page_size: How many are asked for at a time; None leaves it to the service.
        starting_token: Where a list that was cut goes on.

    Raises:
        ProblemError: AWS refused or could not be reached; or the token is none.
    """
    config = {"MaxItems": max_items, "PageSize": page_size, "StartingToken": starting_token}
    with problems("ListAsyncInvokes", session.context):
        client = await session.client("bedrock-runtime")
        paginator = client.get_paginator("list_async_invokes")
        given = {name: value for name, value in config.items() if value is not None}
        pages = paginator.paginate(**arguments, PaginationConfig=given)
        listed = aiter(pages)
        while True:
            with _as_it_came():
                page = await anext(listed, None)
            if page is None:
                return
            answer = {name: value for name, value in _members(page).items() if name == RESULT}
            found = tuple(_invocations(answer.get(RESULT, [])))
            yield Told(answer, found, pages.resume_token or "")


def register(events: BaseEventHooks) -> None:
    """Have the answers of a botocore session's clients taken as they came, where that is wanted."""
    for operation in ("GetAsyncInvoke", "ListAsyncInvokes"):
        events.register_first(f"before-parse.bedrock-runtime.{operation}", _take)


@contextmanager
def _as_it_came() -> Iterator[None]:
    token = _is_wanted.set(True)
    try:
        yield
    finally:
        _is_wanted.reset(token)


def _take(
    operation_model: OperationModel,
    response_dict: MutableMapping[str, object],
    customized_response_dict: MutableMapping[str, object],
    **_: object,
) -> None:
    """Take an answer in botocore's place; a handler of its ``before-parse`` event."""
    body = response_dict["body"]
    if not _is_wanted.get() or response_dict["status_code"] != 200 or not isinstance(body, bytes):
        return
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ProblemError(unreadable(operation_model.name)) from error
    ordered = _ordered(operation_model.output_shape, answer)
    if not isinstance(ordered, dict):
        raise ProblemError(unreadable(operation_model.name))
    customized_response_dict.update(ordered)
    response_dict["body"] = b"{}"


def _ordered(shape: Shape, value: object) -> object:
    """A value with its members in the shape's order, without those that are null or unknown."""
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name: each.serialization.get("name", name) for name, each in shape.members.items()}
        return {
            name: _ordered(shape.members[name], value[wire])
            for name, wire in names.items()
            if value.get(wire) is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_ordered(shape.member, each) for each in value if each is not None]
    return value


def _members(answer: Mapping[str, object]) -> Members:
    return {
        name: each for name, each in answer.items() if name not in ("ResponseMetadata", "decoded")
    }


def _invocations(summaries: object) -> Iterator[Invocation]:
    heard = datetime.now(timezone.utc)
    for summary in msgspec.convert(summaries, list[SummaryAnswer]):
        yield invocation_of(summary, heard)
