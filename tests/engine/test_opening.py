from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.builders import TOKEN, a_request
from tui.engine import opening
from tui.model import form
from tui.model.context import Context
from tui.model.form import MODEL_INPUT
from tui.model.request import InvokeModel
from tui.model.snippet import Kind, write

PUBLISHED = sorted((Path(__file__).parents[1] / "requests").glob("*.json"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", Kind)
def test_a_request_in_any_syntax_fills_every_field(folder: Path, kind: Kind) -> None:
    request = a_request(bucket_owner="123456789012")
    Path("request.txt").write_text(write(request, kind, Context(region="us-west-2")))

    opened = opening.read_file("request.txt")

    assert opened.fields["model_id"] == request.model_id
    assert opened.fields["s3_uri"] == request.s3_uri
    assert opened.fields["bucket_owner"] == "123456789012"
    assert opened.fields["token"] == request.client_request_token
    assert json.loads(opened.fields[MODEL_INPUT]) == request.model_input
    judged = opening.judge(Path("request.txt").read_text())
    assert judged.request is not None
    assert opening.read_pasted(judged.request) == opened


@pytest.mark.parametrize("kind", Kind)
def test_a_request_that_is_waited_for_fills_its_fields(kind: Kind) -> None:
    request = InvokeModel(
        model_id="amazon.nova-pro-v1:0",
        model_input={"prompt": "a tide pool"},
        client_request_token="",
        accept="application/json",
    )
    Path("request.txt").write_text(write(request, kind, Context()))

    opened = opening.read_file("request.txt")

    assert opened.fields["model_id"] == request.model_id
    assert opened.fields["accept"] == "application/json"
    assert json.loads(opened.fields[MODEL_INPUT]) == request.model_input
    judged = opening.judge(Path("request.txt").read_text())
    assert judged.request is not None
    assert opening.read_pasted(judged.request) == opened


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("published", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_request_comes_out_of_the_form_and_back_as_it_was(
    published: Path, kind: Kind
) -> None:
    request = form.read(opening.read_file(str(published)).fields, TOKEN).request
    assert request is not None

    text = write(request, kind, Context(region="us-west-2"))

    assert form.read(opening.read_text(text).fields, "").request == request


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ('{"modelId": "m", "body": {}}', "InvokeModel"),
        ('{"EndpointName": "e", "InputLocation": "s3://b/k"}', "InvokeEndpointAsync"),
    ],
)
def test_only_what_bedrock_starts_is_sent_many_at_once(text: str, operation: str) -> None:
    with pytest.raises(ValueError, match=f"only StartAsyncInvoke .* not {operation}"):
        opening.members_of(text)


def test_a_body_in_a_file_comes_with_its_command() -> None:
    Path("body.json").write_text('{"prompt": "a tide pool"}')

    opened = opening.read_text(
        "aws bedrock-runtime invoke-model --model-id m --body fileb://body.json out.json"
    )

    assert json.loads(opened.fields[MODEL_INPUT]) == {"prompt": "a tide pool"}
    assert any("out.json" in note for note in opened.notes)


def test_a_model_input_fills_its_own_field_as_it_stands() -> None:
    text = '{ "prompt":   "a tide pool" }'
    Path("input.json").write_text(text)

    assert opening.read_file("input.json").fields == {MODEL_INPUT: text}
    assert opening.judge(text).request is None


@pytest.mark.parametrize("text", ['{"modelInput": {"a": 1}}', "{a: 1}", "a = {'a': 1}"])
def test_a_model_input_in_another_syntax_becomes_json(text: str) -> None:
    assert json.loads(opening.read_text(text).fields[MODEL_INPUT]) == {"a": 1}


def test_json_that_is_not_finished_may_be_mended_in_the_form() -> None:
    Path("input.json").write_text('{"prompt": ')

    assert opening.read_file("input.json").fields == {MODEL_INPUT: '{"prompt": '}


def test_a_command_brings_the_files_that_it_names_and_what_it_leaves_out() -> None:
    Path("input.json").write_text('{"prompt": "a tide pool"}')
    command = (
        "aws bedrock-runtime start-async-invoke --model-id luma.ray-v2:0 --profile prod"
        " --model-input file://input.json"
        " --output-data-config s3OutputDataConfig={s3Uri=s3://media/ray/}"
    )

    opened = opening.read_text(command)

    assert json.loads(opened.fields[MODEL_INPUT]) == {"prompt": "a tide pool"}
    assert opened.fields["s3_uri"] == "s3://media/ray/"
    assert any("profile" in note for note in opened.notes)


def test_tags_come_as_they_are_typed() -> None:
    opened = opening.read_text(
        '{"modelId": "m", "modelInput": {}, "tags": [{"key": "team", "value": "media"}]}'
    )

    assert opened.fields["tags"] == "team=media"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"EndpointName": "e", "TargetModel": "m"}', "TargetModel"),
        ('{"EndpointName": "e", "RequestTTLSeconds": "600"}', "RequestTTLSeconds"),
        ('{"modelId": "m", "body": "{"}', "body: line 1"),
        ('{"modelId": ["m"], "body": {}}', "modelId"),
        ('{"modelId": "m", "messages": []}', "messages"),
        ('{"modelId": 3, "modelInput": {}}', "modelId"),
    ],
)
def test_another_operation_or_a_wrong_member_is_refused(content: str, reason: str) -> None:
    Path("request.json").write_text(content)

    with pytest.raises(ValueError, match=reason):
        opening.read_file("request.json")


@pytest.mark.parametrize("name", ["no-such.json", ".", "pipe", "latin.json", "nul\0"])
def test_what_cannot_be_read_is_said_and_nothing_hangs(name: str) -> None:
    os.mkfifo("pipe")
    Path("latin.json").write_bytes(b"caf\xe9")

    with pytest.raises(ValueError, match=r"\S"):
        opening.read_file(name)


@pytest.mark.parametrize("text", ["", "hello", "s3://media/ray/", '{"prompt": "x"}', "aws s3 ls"])
def test_ordinary_pastes_are_no_requests(text: str) -> None:
    assert opening.judge(text).request is None


@pytest.mark.parametrize(
    "text",
    [
        "aws s3 ls",
        "$ AWS_PROFILE=x aws bedrock-runtime start-async-invoke --model-id $M --model-input '{",
        "client.start_async_invoke(\n  modelId=model_id,\n  modelInput=body)",
        "client.start_async_invoke(**arguments)",
        "await client.send(new StartAsyncInvokeCommand({modelId, modelInput: input}))",
        '{"modelId": "x", "modelInput": {"a": NaN}}',
        "modelId: x\nmodelInput:\n\tbad: 1",
    ],
)
def test_what_looks_like_a_request_and_cannot_be_read_says_why(text: str) -> None:
    judged = opening.judge(text)

    assert judged.request is None
    assert judged.why


@pytest.mark.parametrize("text", ["hello", '{"prompt": "invoke_model, modelId"}', '{"prompt": '])
def test_what_is_no_request_is_not_explained(text: str) -> None:
    assert opening.judge(text) == opening.Judged()


def test_a_request_with_a_picture_in_it_is_read_from_any_syntax() -> None:
    picture = "A" * 1_200_000
    judged = opening.judge(f"{{'modelId': 'm', 'modelInput': {{'image': '{picture}'}}}}")

    assert judged.request is not None
    assert judged.request.members["modelInput"] == {"image": picture}


def test_a_pasted_command_brings_the_file_that_it_names() -> None:
    Path("input.json").write_text('{"prompt": "a tide pool"}')
    judged = opening.judge("aws bedrock-runtime start-async-invoke --model-input file://input.json")

    assert judged.request is not None
    fields = opening.read_pasted(judged.request).fields
    assert fields.keys() == {MODEL_INPUT}
    assert json.loads(fields[MODEL_INPUT]) == {"prompt": "a tide pool"}

    Path("input.json").unlink()
    with pytest.raises(ValueError, match="no such file"):
        opening.read_pasted(judged.request)


def test_a_byte_order_mark_is_taken_off_a_file() -> None:
    Path("input.json").write_bytes(b'\xef\xbb\xbf{"prompt": "x"}')

    assert opening.read_file("input.json").fields == {MODEL_INPUT: '{"prompt": "x"}'}
