from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

import pytest

from tests.builders import NOW, a_request, a_watched, an_invocation
from tui.engine.session import Engine
from tui.engine.source import Outputs
from tui.engine.summarising import summarise
from tui.model import meaning
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject, Place
from tui.model.problem import Problem, ProblemError
from tui.model.remark import Remark
from tui.sandbox.server import Sandbox

DONE = an_invocation(status=Status.COMPLETED)
INFERRED = a_watched("one", status=Status.COMPLETED)
EMBEDDING = json.dumps({"embedding": [0.6, 0.8]}).encode()


class Shelf:
    """Objects in memory; remembers which bytes were asked for."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self.read: list[tuple[str, int, int]] = []
        place = Place("media", "out/")
        self.objects = tuple(
            OutputObject(place, f"out/{name}", len(content), NOW, '"e"')
            for name, content in contents.items()
        )

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        return Outputs("here", self.objects)

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        self.read.append((thing.name, start, end))
        if thing.name.startswith("locked"):
            raise ProblemError(Problem(kind="AccessDenied", message="no"))
        for at in range(start, end, 100_000):
            yield self._contents[thing.name][at : min(end, at + 100_000)]


async def test_only_what_tells_something_is_read() -> None:
    shelf = Shelf({"manifest.json": b"{}", "output.json": EMBEDDING, "output.mp4": b"\0" * 10})

    remarks = await summarise(shelf, DONE, shelf.objects)

    assert shelf.read == [("output.json", 0, len(EMBEDDING))]
    assert [remark.name for remark in remarks] == ["video", "embeddings", "the first"]


async def test_what_is_larger_than_its_head_is_read_on() -> None:
    content = EMBEDDING + b" " * 300_000
    shelf = Shelf({"output.json": content})

    remarks = await summarise(shelf, DONE, shelf.objects)

    head = meaning.HEAD
    assert shelf.read == [("output.json", 0, head), ("output.json", head, len(content))]
    assert remarks[0] == Remark("embeddings", "1 × 2 dimensions · norm 1")


async def test_of_what_cannot_be_json_only_the_head_is_read() -> None:
    shelf = Shelf({"one.out": b"\x89PNG" * 100_000})

    assert await summarise(shelf, INFERRED, shelf.objects) == ()
    assert shelf.read == [("one.out", 0, meaning.HEAD)]


async def test_what_cannot_be_read_does_not_keep_the_rest_from_being_told() -> None:
    shelf = Shelf({"locked.json": b"{}", "output.json": EMBEDDING})

    remarks = await summarise(shelf, DONE, shelf.objects)

    assert remarks[0] == Remark("not read", "locked.json: AccessDenied: no", is_bad=True)
    assert remarks[1].name == "embeddings"


EMBEDDED = {"s3Location": {"uri": "s3://media/in/[fail:segment].mp4"}}


@pytest.mark.parametrize(
    ("model_id", "model_input", "names"),
    [
        (
            "twelvelabs.marengo-embed-2-7-v1:0",
            {"inputType": "video", "mediaSource": EMBEDDED},
            ["embeddings", "of these", "the first"],
        ),
        (
            "amazon.nova-2-multimodal-embeddings-v1:0",
            {
                "taskType": "SEGMENTED_EMBEDDING",
                "segmentedEmbeddingParams": {
                    "embeddingPurpose": "GENERIC_INDEX",
                    "embeddingDimension": 256,
                    "video": {
                        "format": "mp4",
                        "embeddingMode": "AUDIO_VIDEO_COMBINED",
                        "source": EMBEDDED,
                    },
                },
            },
            ["result", "embeddings", "failed", "the first", "source", "report"],
        ),
    ],
    ids=["Marengo", "Nova"],
)
async def test_what_a_model_wrote_to_s3_is_told(
    engine: Engine, sandbox: Sandbox, model_id: str, model_input: object, names: list[str]
) -> None:
    row = await engine.submit(a_request(model_id=model_id, model_input=model_input))
    sandbox.clock.advance(10)
    await engine.poll()
    row, source = engine.board[row.key], engine.source_of(row)
    outputs = await source.list_outputs(row)

    remarks = await summarise(source, row, outputs.objects)

    assert [remark.name for remark in remarks] == names
