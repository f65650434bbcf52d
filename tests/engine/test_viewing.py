from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.builders import NOW
from tests.media import FTYP, box, moov
from tui.engine import viewing
from tui.engine.fetching import PREVIEW
from tui.engine.source import Outputs
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place
from tui.model.problem import Problem, ProblemError


class Memory:
    """One object; remembers which ranges of it were read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges: list[tuple[int, int]] = []

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        raise NotImplementedError

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        if thing.etag != "e":
            raise ProblemError(Problem(kind="PreconditionFailed", message="changed"))
        self.ranges.append((start, end))
        await asyncio.sleep(0)
        yield self.content[start:end]


def an_object(name: str, size: int) -> OutputObject:
    return OutputObject(Place("media", "ray/"), f"ray/{name}", size, NOW, "e")


async def test_a_text_is_read_step_by_step_until_it_is_whole() -> None:
    content = b"0123456789abcde\n" * 40_000
    source, thing = Memory(content), an_object("a.txt", len(content))

    view = await viewing.look(source, thing)
    assert view.head == content[:PREVIEW]
    while view.has_more:
        view = await viewing.look(source, thing, view)

    assert view.preview.text.encode() == content
    assert source.ranges == [
        (0, PREVIEW),
        (PREVIEW, 2 * PREVIEW),
        (2 * PREVIEW, len(content)),
    ]


async def test_no_more_than_some_megabytes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "MOST", 2 * PREVIEW)
    source, thing = Memory(b"x" * 5 * PREVIEW), an_object("a.txt", 5 * PREVIEW)

    view = await viewing.look(source, thing)
    assert view.has_more

    assert not (await viewing.look(source, thing, view)).has_more


async def test_a_clip_of_which_the_header_is_at_the_end_costs_one_range_more() -> None:
    content = FTYP + box(b"mdat", bytes(3_000_000)) + moov()
    source = Memory(content)

    view = await viewing.look(source, an_object("a.mp4", len(content)))

    assert view.preview.facts.startswith("MP4 · 10.0 s · 640×360")
    assert not view.has_more
    assert source.ranges[0] == (0, PREVIEW)
    (rest,) = source.ranges[1:]
    assert rest[1] - rest[0] <= 65_536


async def test_an_empty_object_is_not_read_at_all() -> None:
    source = Memory(b"")

    view = await viewing.look(source, an_object("a.txt", 0))

    assert view.preview.facts == "empty: zero bytes"


async def test_an_object_that_has_changed_is_not_read_on() -> None:
    content = b"x" * 2 * PREVIEW
    source, thing = Memory(content), an_object("a.txt", len(content))
    view = await viewing.look(source, thing)

    with pytest.raises(ProblemError):
        await viewing.look(source, replace(thing, etag="another"), view)


async def test_the_end_is_read_by_its_range_alone() -> None:
    content = b"0123456789abcde\n" * 40_000
    source, thing = Memory(content), an_object("a.txt", len(content))

    view = await viewing.look_at_end(source, await viewing.look(source, thing))

    assert view.is_end
    assert not view.has_more
    assert content.decode().endswith(view.preview.text)
    assert source.ranges == [(0, PREVIEW), (len(content) - PREVIEW, len(content))]


async def test_of_the_content_only_what_lacks_is_read() -> None:
    content = b"0123456789abcde\n" * 40_000
    source, thing = Memory(content), an_object("a.txt", len(content))

    assert await viewing.content(source, await viewing.look(source, thing)) == content
    assert source.ranges == [(0, PREVIEW), (PREVIEW, len(content))]
