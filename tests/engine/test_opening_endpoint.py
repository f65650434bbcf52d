from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import an_inference
from tests.model.pasted import AS_PUBLISHED, ENDPOINT
from tui.engine import opening
from tui.model import form
from tui.model.context import Context
from tui.model.form import MODEL_INPUT, OPERATION
from tui.model.snippet import Kind, write

REQUESTS = {
    "location": an_inference(content_type="text/csv", request_ttl_seconds=600),
    "body": an_inference(
        input_location="", model_input=b'{"inputs": "it\'s \xc3\xa9"}', accept="x"
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_in_any_syntax_comes_out_of_the_form_as_it_was(name: str, kind: Kind) -> None:
    text = write(REQUESTS[name], kind, Context(region="us-west-2"))
    Path("request.txt").write_text(text)

    opened = opening.read_file("request.txt")

    assert opened.fields[OPERATION] == "InvokeEndpointAsync"
    assert form.read(opened.fields, "").request == REQUESTS[name]
    judged = opening.judge(text)
    assert judged.request is not None
    assert opening.read_pasted(judged.request) == opened


@pytest.mark.parametrize("published", AS_PUBLISHED)
def test_a_published_request_fills_the_form(published: str) -> None:
    Path("request.json").write_text(json.dumps(AS_PUBLISHED[published]))

    request = form.read(opening.read_file("request.json").fields, "").request

    assert request is not None
    assert request.arguments() == AS_PUBLISHED[published]


def test_a_body_in_a_file_comes_as_it_stands() -> None:
    Path("body.csv").write_bytes(b"dGVzdA==\r\n")

    opened = opening.read_text(f"{ENDPOINT} --endpoint-name e --body fileb://body.csv")

    assert opened.fields[MODEL_INPUT] == "dGVzdA==\r\n"


def test_a_body_in_a_file_that_no_editor_shows_stays_in_its_file() -> None:
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff")

    opened = opening.read_text(f"{ENDPOINT} --endpoint-name e --body fileb://photo.jpg")

    assert opened.fields["input_location"] == "photo.jpg"
    assert not opened.fields[MODEL_INPUT]
    assert not opened.notes


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\n1,2\r\n",
        b'\xef\xbb\xbf{"a": 1}',
        b"prompt: hi\n",
        b'{"modelInput": {"a": 1}}',
        b'{"inputs": [1,   2]}',
        b'{"a": 1}\n{"a": 2}\n',
        b"{'a': 1}",
    ],
)
def test_a_body_in_a_file_is_taken_byte_by_byte(content: bytes) -> None:
    Path("body").write_bytes(content)

    opened = opening.read_file("body", form.AT_ENDPOINT)

    assert opened.fields[MODEL_INPUT].encode() == content
    assert opened.fields.keys() == {MODEL_INPUT}
    assert not opened.notes


@pytest.mark.parametrize(
    "content",
    [
        '{"body": {}, "modelId": 3}',
        "aws s3 ls",
        "modelId: [a",
        "EndpointName,cost\ne,1\n",
        '{"EndpointName": "x", "inputs": [1]}',
        f"{ENDPOINT} --endpoint-name",
    ],
)
def test_a_body_that_looks_like_a_request_is_taken_with_a_word(content: str) -> None:
    Path("body").write_text(content)

    opened = opening.read_file("body", form.AT_ENDPOINT)

    assert opened.fields == {MODEL_INPUT: content}
    assert "taken as the body" in "".join(opened.notes)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", b"a\r\nb\n", b"x" * 31, b"\xff EndpointName: \xfe"]
)
def test_a_file_that_cannot_be_edited_here_is_named(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LARGEST_FILE", 30)
    Path("body").write_bytes(content)

    opened = opening.read_file("body", form.AT_ENDPOINT)

    assert opened.fields == {"input_location": "body"}
    assert "named as the input" in "".join(opened.notes)


def test_a_request_in_a_file_is_opened_at_an_endpoint_whatever_its_line_ends() -> None:
    Path("request").write_bytes(f"{ENDPOINT} \\\r\n --endpoint-name e\r\n".encode())
    opened = opening.read_file("request", form.AT_ENDPOINT)
    assert opened.fields["endpoint_name"] == "e"
    assert "read as a request" in opened.notes[-1]

    Path("request").write_text('{"modelId": "m", "modelInput": {}}')
    assert opening.read_file("request", form.AT_ENDPOINT).fields[OPERATION] == form.ASYNC


def test_an_empty_file_is_no_body() -> None:
    Path("body").touch()

    with pytest.raises(ValueError, match="body is empty"):
        opening.read_file("body", form.AT_ENDPOINT)


def test_a_body_in_a_text_file_is_read_as_the_aws_cli_reads_it() -> None:
    Path("body.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")

    opened = opening.read_text(f"{ENDPOINT} --endpoint-name e --body file://body.csv")

    assert opened.fields[MODEL_INPUT] == "\ufeffa,b\n1,2\n"


def test_a_body_that_no_editor_shows_is_left_out_and_said() -> None:
    opened = opening.read_text("c.invoke_endpoint_async(EndpointName='e', Body=b'\\xff')")

    assert not opened.fields[MODEL_INPUT]
    assert "left out" in "".join(opened.notes)


def test_a_whole_request_in_a_file_comes_with_its_command() -> None:
    Path("request.json").write_text('{"EndpointName": "e", "InputLocation": "s3://media/in/x"}')

    opened = opening.read_text(f"{ENDPOINT} --cli-input-json file://request.json --accept text/csv")

    request = form.read(opened.fields, "").request
    assert request is not None
    assert request.arguments() == {
        "EndpointName": "e",
        "InputLocation": "s3://media/in/x",
        "Accept": "text/csv",
    }


@pytest.mark.parametrize(
    "text",
    [
        "client.invoke_endpoint_async(EndpointName=name, InputLocation=uri)",
        "client.invoke_endpoint(EndpointName='e', Body='')",
        "aws sagemaker-runtime invoke-endpoint-async --endpoint-name $NAME",
        "aws sagemaker-runtime invoke-endpoint --endpoint-name e out.json",
        '{"EndpointName": "e", "RequestTTLSeconds": "ten"}',
        "EndpointName: e\nTargetModel: m",
    ],
)
def test_what_looks_like_a_request_and_cannot_be_read_says_why(text: str) -> None:
    judged = opening.judge(text)

    assert judged.request is None
    assert judged.why
