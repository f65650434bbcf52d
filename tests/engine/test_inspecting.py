"""Which parts of what has just completed failed: read by itself, in few calls, of little else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.builders import NOW, a_request, an_invocation
from tui.engine.inspecting import AT_ONCE, LARGEST, MOST_WAITING, Inspector
from tui.engine.news import News
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.engine.ticking import Heard
from tui.ledger.ledger import Ledger
from tui.model.board import Board
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject, Place
from tui.model.parts import Parts
from tui.model.problem import Problem, ProblemError
from tui.model.remark import Remark
from tui.sandbox.server import Sandbox

REEL = "amazon.nova-reel-v1:1"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
BAD = {"status": "FAILURE", "failureType": "DEFLECTED", "failureMessage": "Blocked."}
GOOD = {"status": "SUCCESS"}
LOST = Parts(noun="shot", failed=1, total=2, why="DEFLECTED: Blocked.")

Contents = dict[str, bytes]


def reel(*shots: dict[str, str]) -> Contents:
    report = json.dumps({"shots": shots, "fullVideo": GOOD}).encode()
    return {"manifest.json": b"{}", "output.mp4": b"\0", "video-generation-status.json": report}


def nova(status: str, *segments: dict[str, str]) -> Contents:
    lines = [{"segmentMetadata": {}, "embedding": [0.6, 0.8], **segment} for segment in segments]
    return {
        "embedding-text.jsonl": b"\n".join(json.dumps(line).encode() for line in lines),
        "segmented-embedding-result.json": json.dumps(
            {"embeddingResults": [{"embeddingType": "TEXT", "status": status}]}
        ).encode(),
    }


class Shelf:
    """What every invocation has written; counts what is asked of it.

    Attributes:
        contents: The objects, by name.
        calls: What was asked for: ``list`` or an object's name.
        most: How many were listed at one time.
        opens: Each listing waits for it.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.calls: list[str] = []
        self.most = self._now = 0
        self.opens = asyncio.Event()
        self.opens.set()

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        self.calls.append("list")
        self._now += 1
        self.most = max(self.most, self._now)
        await self.opens.wait()
        self._now -= 1
        if "forbidden" in self.contents:
            raise ProblemError(Problem(kind="AccessDenied", message="no"))
        if "faulty" in self.contents:
            raise ZeroDivisionError
        place = Place("media", "out/")
        things = [
            OutputObject(place, f"out/{name}", len(content), NOW, '"e"')
            for name, content in self.contents.items()
        ]
        return Outputs("here", tuple(things))

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        if start == 0:
            self.calls.append(thing.name)
        yield self.contents[thing.name][start:end]


class Watched:
    """A board of running invocations, and the inspector of what they come to."""

    def __init__(self, ledger: Ledger, shelf: Shelf, *rows: Invocation) -> None:
        self.board = Board(rows)
        self.news = News(self.board, ledger.journal, ledger.known, "context", lambda: NOW)
        self.inspector = Inspector(self.board, self.news, lambda _: shelf, lambda: NOW)
        self.known = ledger.known

    def end(self, *rows: Invocation) -> None:
        """Have AWS say what became of them."""
        self.news.receive(Heard(self.board.apply(rows), NOW))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Inspector]:
        task = asyncio.create_task(self.inspector.run())
        await asyncio.sleep(0)
        yield self.inspector
        task.cancel()
        await asyncio.wait([task])
        await self.news.settle()


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    ledger = Ledger(tmp_path / "l.sqlite3", keep_inputs=True)
    yield lambda shelf, *rows: Watched(ledger, shelf, *rows)
    ledger.close()


def running(model_id: str = REEL, name: str = "one") -> Invocation:
    return an_invocation(name, model_id=model_id)


def ended(model_id: str = REEL, name: str = "one", **changes: object) -> Invocation:
    return an_invocation(name, status=Status.COMPLETED, model_id=model_id, **changes)


async def calls_for(watched: Watched, shelf: Shelf, row: Invocation) -> list[str]:
    async with watched.running() as inspector:
        watched.end(row)
        await asyncio.wait_for(inspector.settle(), 10)
    return shelf.calls


async def test_a_video_of_several_shots_costs_a_list_and_its_report(watch: Watch) -> None:
    shelf = Shelf(reel(GOOD, BAD))
    watched = watch(shelf, running())

    assert await calls_for(watched, shelf, ended()) == ["list", "video-generation-status.json"]
    assert watched.board[ended().key].parts == LOST
    assert watched.known.load("context") == [watched.board[ended().key]]


async def test_what_came_out_whole_costs_the_same_and_is_not_marked(watch: Watch) -> None:
    shelf = Shelf(reel(GOOD, GOOD))
    watched = watch(shelf, running())

    assert await calls_for(watched, shelf, ended()) == ["list", "video-generation-status.json"]
    assert watched.board[ended().key].parts is None


async def test_embeddings_that_came_out_whole_are_not_read(watch: Watch) -> None:
    shelf = Shelf(nova("SUCCESS", GOOD))

    calls = await calls_for(watch(shelf, running(NOVA)), shelf, ended(NOVA))

    assert calls == ["list", "segmented-embedding-result.json"]


async def test_the_segments_are_counted_where_the_report_says_that_some_failed(
    watch: Watch,
) -> None:
    refused = {"status": "FAILURE", "failureReason": "INVALID_CONTENT"}
    shelf = Shelf(nova("PARTIAL_SUCCESS", GOOD, refused, GOOD))
    watched = watch(shelf, running(NOVA))

    calls = await calls_for(watched, shelf, ended(NOVA))

    assert calls == ["list", "segmented-embedding-result.json", "embedding-text.jsonl"]
    assert watched.board[ended().key].parts == Parts(
        noun="segment", failed=1, total=3, why="INVALID_CONTENT"
    )


async def test_segments_in_a_large_object_are_told_of_and_not_counted(watch: Watch) -> None:
    contents = nova("PARTIAL_SUCCESS", GOOD)
    contents["embedding-text.jsonl"] += b" " * LARGEST
    shelf = Shelf(contents)
    watched = watch(shelf, running(NOVA))

    calls = await calls_for(watched, shelf, ended(NOVA))

    assert calls == ["list", "segmented-embedding-result.json"]
    assert str(watched.board[ended().key].parts) == "some segments failed"


@pytest.mark.parametrize(
    "row",
    [
        ended("luma.ray-v2:0"),
        ended("amazon.nova-reel-v1:0"),
        ended("twelvelabs.marengo-embed-3-0-v1:0"),
        an_invocation("one", status=Status.FAILED, model_id=REEL),
    ],
    ids=lambda row: f"{row.status.value} {row.model_id}",
)
async def test_of_models_without_a_report_and_of_failures_nothing_is_asked(
    watch: Watch, row: Invocation
) -> None:
    shelf = Shelf(reel(BAD))

    assert await calls_for(watch(shelf, running(row.model_id)), shelf, row) == []


async def test_of_what_had_ended_before_nothing_is_asked(watch: Watch) -> None:
    shelf = Shelf(reel(BAD))
    watched = watch(shelf, ended(name="known"))

    async with watched.running() as inspector:
        watched.end(ended(name="known"), *(ended(name=f"old{number}") for number in range(5)))
        await asyncio.wait_for(inspector.settle(), 10)

    assert shelf.calls == []


async def test_each_is_read_of_once_however_often_aws_lists_it(watch: Watch) -> None:
    shelf = Shelf(reel(GOOD))
    watched = watch(shelf, running())

    async with watched.running() as inspector:
        for _ in range(3):
            watched.end(ended())
            await asyncio.wait_for(inspector.settle(), 10)

    assert shelf.calls.count("list") == 1


async def test_what_cannot_be_read_is_silent_and_ends_nothing(watch: Watch) -> None:
    shelf = Shelf({"forbidden": b""})
    watched = watch(shelf, running(), running(name="two"))

    async with watched.running() as inspector:
        watched.end(ended())
        await asyncio.wait_for(inspector.settle(), 10)
        shelf.contents = reel(GOOD, BAD)
        watched.end(ended(name="two"))
        await asyncio.wait_for(inspector.settle(), 10)

    assert watched.news.problem is None
    assert watched.board[ended().key].parts is None
    assert watched.board[ended(name="two").key].parts == LOST


async def test_a_fault_is_told_and_the_others_are_read_of_all_the_same(watch: Watch) -> None:
    shelf = Shelf({"faulty": b""})
    names = [f"id{number}" for number in range(AT_ONCE)]
    watched = watch(shelf, running(), *(running(name=name) for name in names))

    async with watched.running() as inspector:
        watched.end(*(ended(name=name) for name in names))
        await asyncio.wait_for(inspector.settle(), 10)
        told = watched.news.problem
        shelf.contents = reel(GOOD, BAD)
        watched.end(ended())
        await asyncio.wait_for(inspector.settle(), 10)

    assert told is not None
    assert told.kind == "ZeroDivisionError"
    assert watched.board[ended().key].parts == LOST


async def test_only_a_few_are_read_of_at_once_and_not_without_end(watch: Watch) -> None:
    names = [f"id{number}" for number in range(MOST_WAITING + 50)]
    shelf = Shelf(reel(GOOD))
    shelf.opens.clear()
    watched = watch(shelf, *(running(name=name) for name in names))

    async with watched.running() as inspector:
        watched.end(*(ended(name=name) for name in names))
        while shelf.most < AT_ONCE:
            await asyncio.sleep(0)
        shelf.opens.set()
        await asyncio.wait_for(inspector.settle(), 10)

    assert shelf.most == AT_ONCE
    assert shelf.calls.count("list") == MOST_WAITING


async def test_while_paused_nothing_is_asked_and_what_ended_comes_after(watch: Watch) -> None:
    shelf = Shelf(reel(GOOD, BAD))
    watched = watch(shelf, running())

    async with watched.running() as inspector:
        inspector.pause()
        watched.end(ended())
        for _ in range(10):
            await asyncio.sleep(0)
        assert shelf.calls == []

        inspector.resume()
        await asyncio.wait_for(inspector.settle(), 10)

    assert watched.board[ended().key].parts == LOST


def told(*parts: Parts) -> tuple[Remark, ...]:
    return (Remark("shots", "", is_bad=True, parts=parts),)


async def test_a_count_is_not_given_up_for_a_mere_mention(watch: Watch) -> None:
    watched = watch(Shelf({}), ended(parts=LOST))

    watched.inspector.note(ended().key, told(Parts(noun="shot", failed=1)))

    assert watched.board[ended().key].parts == LOST


@pytest.mark.parametrize(
    "row",
    [
        running(),
        an_invocation("one", status=Status.FAILED, model_id=REEL),
        ended("my-endpoint", operation="InvokeEndpointAsync"),
    ],
    ids=["running", "failed", "at an endpoint"],
)
async def test_only_a_job_that_completed_is_said_to_have_failed_parts(
    watch: Watch, row: Invocation
) -> None:
    watched = watch(Shelf({}), row)

    watched.inspector.note(row.key, told(LOST))

    assert watched.board[row.key].parts is None


async def test_an_engine_that_is_paused_asks_for_no_report(
    engine: Engine, sandbox: Sandbox
) -> None:
    shelf = Shelf(reel(GOOD, BAD))
    engine.inspector._source_of = lambda _: shelf
    engine.start()
    document = {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "a tide pool"}}
    row = await engine.submit(a_request(model_id=REEL, model_input=document))
    engine.pause(True)
    sandbox.clock.advance(60)
    await engine.poll()
    assert engine.board[row.key].status is Status.COMPLETED
    for _ in range(10):
        await asyncio.sleep(0)
    assert shelf.calls == []

    engine.pause(False)
    await asyncio.wait_for(engine.inspector.settle(), 10)

    assert engine.board[row.key].parts == LOST
