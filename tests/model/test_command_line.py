from __future__ import annotations

import json

import pytest

from tests.model.pasted import INPUT, INVOKE, INVOKED, START, WHOLE, fault, members, understood
from tui.model.document import DocumentFault
from tui.model.operation import INVOKE_MODEL, START_ASYNC_INVOKE
from tui.model.paste import read, with_file
from tui.model.reading import FileReference, Pasted


def test_the_file_of_the_answer_is_noted() -> None:
    pasted = understood(
        read(f"{INVOKE} --model-id x out.json --cli-binary-format raw-in-base64-out")
    )

    assert any(note.startswith("out.json") for note in pasted.notes)


@pytest.mark.parametrize("scheme", ["file", "fileb"])
@pytest.mark.parametrize(
    "body", ['{"prompt": "a tide pool"}', "eyJwcm9tcHQiOiAiYSB0aWRlIHBvb2wifQ==\n"]
)
def test_a_body_in_a_file_is_read(scheme: str, body: str) -> None:
    pasted = understood(
        read(f"{INVOKE} --model-id x --body {scheme}://in.json --trace file://trace out.json")
    )
    in_json, trace = pasted.files

    first = understood(with_file(pasted, in_json, body.encode()))
    whole = understood(with_file(first, trace, b"ENABLED"))

    assert whole.operation is INVOKE_MODEL
    assert whole.members == {"body": INPUT, "modelId": "x", "trace": "ENABLED"}


def test_a_body_that_is_a_string_of_json_stays_one_beside_a_file() -> None:
    pasted = understood(read(f"""{INVOKE} --body '"1"' --trace file://trace"""))

    whole = understood(with_file(pasted, pasted.files[0], b"ENABLED"))

    assert whole.members["body"] == "1"


def test_a_document_of_members_in_a_file_has_its_body_as_text() -> None:
    pasted = understood(read(f"{INVOKE} --cli-input-json file://r.json out.json"))

    whole = json.dumps({**INVOKED, "body": json.dumps(INPUT)}).encode()

    assert understood(with_file(pasted, pasted.files[0], whole)).members == INVOKED


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("key=team,value=media key=run,value=", [("team", "media"), ("run", "")]),
        ("""'[{"key": "a", "value": "b"}]'""", [("a", "b")]),
        ("""'{"key": "a", "value": "b"}' key=c,value=d""", [("a", "b"), ("c", "d")]),
        ("'key=a,value=\"b, c\"'", [("a", "b, c")]),
        (r"'key=a,value=b\,c=d'", [("a", "b,c=d")]),
    ],
)
def test_tags_are_read_as_the_aws_cli_does(words: str, tags: list[tuple[str, str]]) -> None:
    text = f"{START} --tags {words} --model-id x"

    expected = [{"key": key, "value": value} for key, value in tags]
    assert members(text) == {"modelId": "x", "tags": expected}


def test_what_is_left_out_is_noted() -> None:
    text = (
        f"AWS_SECRET_ACCESS_KEY=hush {START} --model-id x --region us-east-1 --profile=p "
        "--output json --query 'invocationArn' --no-cli-pager --debug | jq . > out.json"
    )

    pasted = understood(read(text))

    assert pasted.members == {"modelId": "x"}
    notes = "\n".join(pasted.notes)
    for name in ("--region us-east-1", "--profile p", "--output", "--query", "| jq", "AWS_SECRET"):
        assert name in notes
    assert "hush" not in notes


def test_files_are_for_the_caller_to_read() -> None:
    pasted = understood(
        read(f"{START} --model-id x --model-input file://in.json --tags file://~/t.json")
    )

    assert pasted.members == {"modelId": "x"}
    model_input, tags = pasted.files
    assert model_input == FileReference("--model-input", "in.json")
    assert tags == FileReference("--tags", "~/t.json")
    first = understood(with_file(pasted, model_input, b'{"a": 1}'))
    assert first.files == (tags,)
    second = understood(with_file(first, tags, b'[{"key": "k", "value": "v"}]'))
    assert second.files == ()
    assert second.members == {
        "modelId": "x",
        "modelInput": {"a": 1},
        "tags": [{"key": "k", "value": "v"}],
    }


@pytest.mark.parametrize(
    ("option", "text"),
    [("--cli-input-json", json.dumps(WHOLE)), ("--cli-input-yaml", json.dumps(WHOLE))],
)
def test_options_win_over_the_document_in_a_file(option: str, text: str) -> None:
    pasted = understood(read(f"{START} {option} file://r --model-id other"))

    both = understood(with_file(pasted, pasted.files[0], text.encode()))

    assert both.members == {**WHOLE, "modelId": "other"}


def test_a_file_that_is_no_json_is_named() -> None:
    file = FileReference("--model-input", "in.json")

    pasted = Pasted(START_ASYNC_INVOKE, {}, (), (file,))
    found = with_file(pasted, file, b'{"a": 1\n"b"}')

    assert isinstance(found, DocumentFault)
    assert "--model-input: in.json: line 2, column 1" in str(found)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        (f"{START} --model-id x --seed 5", "has no option --seed", (1, 54)),
        (f"{START} --model-id", "--model-id wants a value", (1, 41)),
        (f"{START} --model-id --tags", "--model-id wants a value", (1, 41)),
        (f"{START} --tags key=team,value='a,b'", "'b' is not name=value", (1, 41)),
        (f"{START} --model-id x y", "y belongs to no option", (1, 54)),
        (f"{START} --model-id 'x", "not closed", (1, 52)),
        (f"{START} --model-id $MODEL", "$MODEL is not known", (1, 52)),
        (f'{START} --model-id "${{A}}"', "${A} is not known", (1, 53)),
        (f"{START} --model-id $(cat x)", "$(…) is not known", (1, 52)),
        (f"{START} --model-id `cat x`", "is not known", (1, 52)),
        (f"{START} --model-input '{{'", "--model-input: line 1", (1, 41)),
        (f"{START}\n --model-id x", "before this line", (2, 2)),
        (f"{START} --model-input file:///dev/stdin", "pipe", (1, 41)),
        ("aws s3 ls", "only these are read: bedrock-runtime start-async-invoke", (1, 1)),
        ("aws bedrock-runtime converse --model-id x", "bedrock-runtime invoke-model,", (1, 1)),
        (f"{INVOKE} --body hello", "--body: line 1, column 1: expecting value", (1, 35)),
        (f"{INVOKE} --body '{{}}' out.json more", "more belongs to no option", (1, 56)),
        (f"{INVOKE} --model-input '{{}}'", "invoke-model has no option --model-input", (1, 35)),
        (f"{INVOKE} --body fileb:///dev/stdin", "pipe", (1, 35)),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(
    text: str, words: str, place: tuple[int, int]
) -> None:
    found = fault(text)

    assert words in found.message
    assert (found.line, found.column) == place
