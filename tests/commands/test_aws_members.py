from __future__ import annotations

import argparse
import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from tui.commands import options
from tui.commands.aws_members import members_of
from tui.commands.values import ValueFault
from tui.config import BinaryFormat
from tui.model.operation import OPERATIONS, QUESTIONS


def said(*arguments: str, binary: BinaryFormat | None = None) -> dict[str, object]:
    """What a command line says of its request."""
    given: argparse.Namespace = options.build().parse_args(arguments)
    operation = next(each for each in (*OPERATIONS, *QUESTIONS) if each.command == given.command)
    return members_of(operation, given, binary)


def start(*arguments: str) -> dict[str, object]:
    return said("start-async-invoke", *arguments)


def invoke(*arguments: str, binary: BinaryFormat | None = None) -> dict[str, object]:
    return said("invoke-model", "out.json", *arguments, binary=binary)


def test_a_command_line_without_options_says_nothing() -> None:
    assert start() == invoke() == said("list-async-invokes") == {}


@pytest.mark.parametrize(
    "option",
    ["--model-id", "--client-request-token", "--model-input", "--tags", "--cli-input-json"],
)
def test_an_empty_option_such_as_of_a_variable_not_set_is_named(option: str) -> None:
    with pytest.raises(ValueFault, match=f"{option}: is empty"):
        start(option, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,\n "b"}', "line 2"),
        ("{'a': 1}", "double quotes"),
        ('{"a": 1, "a": 2}', "twice"),
        ("NaN", "not JSON"),
    ],
)
def test_what_is_no_json_names_the_option_and_the_place(text: str, words: str) -> None:
    with pytest.raises(ValueFault, match=rf"--model-input: .*{words}"):
        start("--model-input", text)


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (["key=team,value=media"], {"key": "team", "value": "media"}),
        (
            ["key=a,value=", "value=x=y,key=b"],
            [{"key": "a", "value": ""}, {"value": "x=y", "key": "b"}],
        ),
        (['[{"key": "a", "value": "b,c"}]'], [{"key": "a", "value": "b,c"}]),
        (
            ['{"key": "a", "value": "b"}', '{"key": "c", "value": "d"}'],
            [{"key": "a", "value": "b"}, {"key": "c", "value": "d"}],
        ),
    ],
)
def test_tags_are_json_or_words(words: Sequence[str], tags: object) -> None:
    assert start("--tags", *words) == {"tags": tags}


@pytest.mark.parametrize("words", [["team"], ["key=a,value=b,c"], ["key=a,key=b"], ["[1"]])
def test_what_is_no_tag_names_the_option(words: Sequence[str]) -> None:
    with pytest.raises(ValueFault, match="--tags: "):
        start("--tags", *words)


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ('{"s3OutputDataConfig": {"s3Uri": "s3://b/"}}', {"s3Uri": "s3://b/"}),
        ("s3OutputDataConfig={s3Uri=s3://b/a=b/}", {"s3Uri": "s3://b/a=b/"}),
        (
            " s3OutputDataConfig={s3Uri=s3://b/, bucketOwner=123456789012} ",
            {"s3Uri": "s3://b/", "bucketOwner": "123456789012"},
        ),
    ],
)
def test_an_output_data_config_is_json_or_shorthand(text: str, config: dict[str, str]) -> None:
    expected = {"outputDataConfig": {"s3OutputDataConfig": config}}
    assert start("--output-data-config", text) == expected


def test_every_value_may_be_in_a_file_but_what_is_uploaded(tmp_path: Path) -> None:
    (tmp_path / "tags").write_text('[{"key": "a", "value": "b"}]')
    (tmp_path / "id").write_text("luma.ray-v2:0")
    (tmp_path / "number").write_text("60")
    place = f"file://{tmp_path}"

    assert start("--tags", f"{place}/tags") == {"tags": [{"key": "a", "value": "b"}]}
    assert start("--model-id", f"{place}/id") == {"modelId": "luma.ray-v2:0"}
    endpoint = ("invoke-endpoint-async", "--request-ttl-seconds", f"{place}/number")
    assert said(*endpoint) == {"RequestTTLSeconds": 60}
    location = ("invoke-endpoint-async", "--input-location", f"{place}/id")
    assert said(*location) == {"InputLocation": f"{place}/id"}


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--cli-input-json", '{"modelId": "a", "modelInput": {"prompt": "x"}}'),
        ("--cli-input-yaml", "modelId: a  # a model\nmodelInput:\n  prompt: x\n"),
    ],
)
def test_an_option_of_its_own_wins_over_the_whole_request(
    tmp_path: Path, option: str, text: str
) -> None:
    (tmp_path / "whole").write_text(text)

    for value in (text, f"file://{tmp_path}/whole"):
        found = start(option, value, "--model-id", "b")
        assert found == {"modelId": "b", "modelInput": {"prompt": "x"}}


def test_only_one_option_may_say_the_whole_request() -> None:
    with pytest.raises(ValueFault, match="--cli-input-json and --cli-input-yaml: only one"):
        start("--cli-input-json", "{}", "--cli-input-yaml", "{}")


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("--cli-input-json", "[1]", "--cli-input-json: wants an object"),
        ("--cli-input-json", "{", "--cli-input-json: line 1"),
        ("--cli-input-yaml", "- a", "--cli-input-yaml: wants an object"),
        ("--cli-input-yaml", "a: [", "--cli-input-yaml: not YAML"),
        ("--cli-input-yaml", "file:///nowhere", "/nowhere cannot be read"),
    ],
)
def test_what_is_no_whole_request_names_the_option(option: str, text: str, words: str) -> None:
    with pytest.raises(ValueFault, match=words):
        start(option, text)


PROMPT = '{"prompt": "x"}'
ENCODED = base64.b64encode(PROMPT.encode()).decode()


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        (PROMPT, None),
        (PROMPT, BinaryFormat.RAW),
        (ENCODED, None),
        (ENCODED, BinaryFormat.BASE64),
        ("file://body", BinaryFormat.RAW),
        ("fileb://body", None),
        ("fileb://body", BinaryFormat.BASE64),
        ("file://encoded", BinaryFormat.BASE64),
    ],
)
def test_a_body_of_invoke_model_is_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, binary: BinaryFormat | None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "body").write_text(PROMPT)
    (tmp_path / "encoded").write_text(ENCODED)

    assert invoke("--body", text, binary=binary) == {"body": {"prompt": "x"}}


@pytest.mark.parametrize(
    ("text", "binary", "words"),
    [
        (PROMPT, BinaryFormat.BASE64, "--body: is no base64, which --cli-binary-format says"),
        (ENCODED, BinaryFormat.RAW, "--body: line 1"),
        ("hello", None, "--body: line 1"),
        ("", None, "--body: .*the input is empty"),
        ("fileb:///nowhere", None, "--body: /nowhere cannot be read"),
    ],
)
def test_a_body_that_is_none_names_the_option(
    text: str, binary: BinaryFormat | None, words: str
) -> None:
    with pytest.raises(ValueFault, match=words):
        invoke("--body", text, binary=binary)


def test_a_number_is_a_number() -> None:
    assert said("list-async-invokes", "--max-results", "7") == {"maxResults": 7}
    with pytest.raises(ValueFault, match="--max-results: wants a whole number, not many"):
        said("list-async-invokes", "--max-results", "many")
