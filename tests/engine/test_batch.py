from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from tests.builders import a_request
from tui.engine import batch
from tui.engine.session import Engine
from tui.ledger.journal import Journal, State
from tui.model.batch import BatchLine, rest_of
from tui.model.context import Context
from tui.model.document import compact
from tui.model.problem import Problem
from tui.model.snippet import Kind, write

REST = rest_of("luma.ray-v2:0", "s3://media/ray/", "", "", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inside = tmp_path / "files"
    inside.mkdir()
    monkeypatch.chdir(inside)
    return inside


@pytest.fixture
def journal(engine: Engine) -> Journal:
    return engine.journal


async def read(journal: Journal, typed: str, **rest: object) -> list[BatchLine]:
    return await batch.read(typed, rest or REST, journal, {})


def jsonl(*values: object) -> None:
    Path("b.jsonl").write_text("\n".join(map(compact, values)) + "\n")


async def test_every_line_is_a_request_or_says_why_it_is_none(journal: Journal) -> None:
    lines = [
        compact({"prompt": "a bare input"}),
        compact(a_request("a whole one", client_request_token="mine").arguments()),
        '{"prompt": }',
        "hello",
        '{"modelId": 3}',
        '{"EndpointName": "e", "InputLocation": "s3://b/k"}',
        '{"modelId": "us.luma.ray-v2:0", "modelInput": {}}',
        '{"prompt": "x", "duration": "7s"}',
    ]
    Path("b.jsonl").write_text("\n".join(lines))

    found = await read(journal, "b.jsonl")

    assert [line.source for line in found] == [f"b.jsonl:{number}" for number in range(1, 9)]
    assert [line.is_ready for line in found] == [
        True,
        True,
        False,
        False,
        False,
        False,
        False,
        True,
    ]
    bare, whole = found[0].request, found[1].request
    assert bare is not None
    assert bare.model_input == {"prompt": "a bare input"}
    assert bare.client_request_token
    assert whole == a_request("a whole one", client_request_token="mine")
    assert found[2].faults[0].startswith("column 12: ")
    assert "not InvokeEndpointAsync" in found[5].faults[0]
    assert found[6].faults[0].startswith("modelId: ")
    assert found[7].warnings[0].startswith("duration: ")


async def test_a_bad_line_says_what_is_wrong_with_its_json(journal: Journal) -> None:
    Path("b.jsonl").write_text('hello\n{"prompt": "x"}\n5\n[1]\n\ufeff{"prompt": "y"}\n')
    Path("a.json").write_text("hello\nworld")
    Path("a.txt").write_text("hello")

    found = await read(journal, "b.jsonl a.json a.txt")

    told = {line.source: line.faults[0] for line in found if line.faults}
    assert told.keys() == {"b.jsonl:1", "b.jsonl:3", "b.jsonl:4", "a.json", "a.txt"}
    assert told["b.jsonl:1"] == "column 1: expecting value"
    assert told["a.json"] == "line 1, column 1: expecting value"
    assert "an object is wanted" in told["b.jsonl:3"]
    assert "an object is wanted" in told["b.jsonl:4"]
    assert "paste an AWS CLI command" in told["a.txt"]


async def test_a_byte_order_mark_is_no_part_of_a_file(journal: Journal) -> None:
    Path("a.json").write_bytes(b'\xef\xbb\xbf{"prompt": "x"}')

    (line,) = await read(journal, "a.json")

    assert line.request is not None
    assert line.request.model_input == {"prompt": "x"}


async def test_each_line_s_folder_is_filled_in_for_its_own_model(journal: Journal) -> None:
    jsonl(
        {"prompt": "x"},
        {"modelId": "amazon.nova-reel-v1:1", "modelInput": {}},
    )
    rest = rest_of("luma.ray-v2:0", "s3://media/{model}/", "", "", "")

    bare, whole = await read(journal, "b.jsonl", **rest)

    assert bare.request is not None
    assert bare.request.s3_uri == "s3://media/luma.ray-v2-0/"
    assert whole.request is not None
    assert whole.request.s3_uri == "s3://media/amazon.nova-reel-v1-1/"


@pytest.mark.parametrize("uri", ["s3://own/run{7}/", "s3://own/{date}/{{x}}/"])
async def test_a_folder_that_a_line_names_itself_is_sent_as_it_stands(
    journal: Journal, uri: str
) -> None:
    jsonl(a_request(s3_uri=uri).arguments())

    (line,) = await read(journal, "b.jsonl")

    assert line.is_ready
    assert line.request is not None
    assert line.request.s3_uri == uri


async def test_an_input_with_a_member_of_a_request_misspelt_is_called_out(
    journal: Journal,
) -> None:
    jsonl({"prompt": "x", "modelID": "amazon.nova-reel-v1:1"})

    (line,) = await read(journal, "b.jsonl")

    assert line.is_ready
    assert "modelId is meant" in "".join(line.warnings)


async def test_an_input_whose_job_would_fail_is_at_fault(journal: Journal) -> None:
    jsonl({"prompt": ""})

    (line,) = await read(journal, "b.jsonl")

    assert line.faults == ("prompt: not empty: the job fails without one",)


async def test_each_file_is_one_in_whatever_syntax(journal: Journal) -> None:
    context = Context(region="us-west-2")
    for kind in Kind:
        request = a_request(client_request_token=f"token-{kind.name.lower().replace('_', '-')}")
        Path(f"{kind.name}.json").write_text(write(request, kind, context))

    found = await read(journal, "*.json")

    assert len(found) == len(Kind)
    assert all(line.is_ready for line in found), found


async def test_files_are_named_as_in_a_shell_and_each_is_read_once(
    journal: Journal, folder: Path
) -> None:
    for name in ("b.json", "a.json", "with space.json", "note.txt", "c.jsonl"):
        (folder / name).write_text('{"prompt": "x"}')

    async def sources(typed: str) -> list[str]:
        return [Path(line.source).name for line in await read(journal, typed)]

    everything = ["a.json", "b.json", "c.jsonl:1", "with space.json"]
    assert await sources("b.json a.json ./b.json") == ["b.json", "a.json"]
    assert await sources("[ab].json 'with space.json'") == ["a.json", "b.json", "with space.json"]
    assert await sources("with space.json") == ["with space.json"]
    assert await sources(str(folder)) == everything
    assert await sources(".") == everything


@pytest.mark.parametrize(
    "typed", ["no-such.json", "no-such-*.json", "'", "nul\0", "~nobody-here/x", "pipe", "x" * 5000]
)
async def test_what_cannot_be_read_is_a_line_that_says_so(journal: Journal, typed: str) -> None:
    os.mkfifo("pipe")

    (line,) = await read(journal, typed)

    assert not line.is_ready
    assert line.faults


async def test_bytes_that_are_no_text_and_an_empty_folder_are_said(
    journal: Journal, folder: Path
) -> None:
    Path("latin.jsonl").write_bytes(b'{"prompt": "caf\xe9"}')
    (folder / "empty").mkdir()

    (line,) = await read(journal, "latin.jsonl")
    assert line.faults[0].startswith("latin.jsonl")
    (line,) = await read(journal, "empty")
    assert (line.source, line.faults) == (
        "empty",
        ("no file in it ends in .json, .jsonl or .ndjson",),
    )


async def test_a_pattern_of_folders_means_what_is_in_them(journal: Journal, folder: Path) -> None:
    for name in "ab":
        (folder / "runs" / name).mkdir(parents=True)
        (folder / "runs" / name / "one.json").write_text('{"prompt": "a"}', encoding="utf-8")

    lines = await read(journal, "runs/*")

    assert [line.source for line in lines] == ["runs/a/one.json", "runs/b/one.json"]


async def test_a_folder_that_cannot_be_looked_into_says_so(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    (folder / "runs").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)

    (line,) = await read(journal, "runs")

    assert (line.source, line.faults) == ("runs", ("cannot be read: Permission denied",))


async def test_tokens_are_called_out_that_stand_twice_or_stood_for_another(
    engine: Engine, journal: Journal
) -> None:
    await engine.pause_queue(True)
    await engine.enqueue([a_request(client_request_token="waits")])
    await journal.prepare(a_request(client_request_token="refused"), "c", engine.clock())
    problem = Problem(kind="ValidationException", message="no")
    await journal.record("refused", State.REFUSED, problem=problem)
    tokens = ("new", "new", "waits", "refused")
    jsonl(*(a_request(client_request_token=token).arguments() for token in tokens))

    found = await read(journal, "b.jsonl")

    assert [line.is_ready for line in found] == [True, False, False, True]
    assert "b.jsonl:1" in found[1].faults[0]
    assert "submitted before" in found[2].faults[0]


async def test_more_lines_than_may_be_are_said_and_left_out(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST", 3)
    jsonl(*({"prompt": f"number {number}"} for number in range(5)))

    found = await read(journal, "b.jsonl")

    assert [line.is_ready for line in found] == [True, True, True, False]
    assert "more than 3 requests" in found[3].faults[0]


async def test_more_bytes_than_may_be_are_said_and_left_out(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LARGEST", 1000)
    Path("image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(600))
    jsonl({"prompt": "x"}, {"prompt": "x", "data": "fileb://image.png"}, {"prompt": "y" * 200})
    Path("a.json").write_text(compact({"prompt": "z" * 900}))
    Path("c.json").write_text(compact({"prompt": "z" * 1000}))

    found = await read(journal, "b.jsonl a.json")
    assert [line.is_ready for line in found] == [True, True, False, False]
    assert "in all" in found[2].faults[0]
    assert "in all" in found[3].faults[0]

    (line,) = await read(journal, "c.json")
    assert "larger than" in line.faults[0]


async def test_files_in_an_input_are_looked_at_and_put_in_when_it_is_sent(
    journal: Journal,
) -> None:
    Path("clip.bin").write_bytes(b"content")
    jsonl(
        {"data": "fileb://clip.bin"}, {"data": "fileb://no-such.bin"}, {"text": "file://file://x"}
    )

    found = await read(journal, "b.jsonl", **rest_of("any.model", "s3://media/x/", "", "", ""))
    assert [line.is_ready for line in found] == [True, False, True]
    assert found[0].request is not None
    assert found[0].request.model_input == {"data": "fileb://clip.bin"}

    Path("clip.bin").write_bytes(b"changed meanwhile")
    sent = await batch.ready(line for line in found if line.is_ready)

    inputs = [line.request.model_input for line in sent if line.request]
    content = base64.b64encode(b"changed meanwhile").decode()
    assert inputs == [{"data": content}, {"text": "file://x"}]

    Path("clip.bin").unlink()
    gone, _ = await batch.ready(line for line in found if line.is_ready)
    assert not gone.is_ready


async def test_a_request_is_sent_as_it_was_typed(journal: Journal) -> None:
    value = {"text": "é\u2028😀", "big": 2**63, "small": 1e-7, "deep": [[{"a": None}]]}
    Path("b.jsonl").write_text(json.dumps(value) + "\n" + json.dumps(value, ensure_ascii=False))

    found = await batch.ready(
        await read(journal, "b.jsonl", **rest_of("any.model", "s3://media/x/", "", "", ""))
    )

    assert [line.request.model_input for line in found if line.request] == [value, value]
