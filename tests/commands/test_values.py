from __future__ import annotations

from pathlib import Path

import pytest

from tui.commands.values import (
    ValueFault,
    decode,
    parse_json,
    parse_output,
    parse_tags,
    read,
    read_bytes,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "input file.json"
    path.write_text('{"prompt": "\N{WATER WAVE}"}\n', encoding="utf-8")
    return path


def test_an_option_is_its_text_or_a_files() -> None:
    assert read("--x", "as it is") == "as it is"
    assert read("--x", "") == ""


def test_a_file_is_read_where_its_name_is_given(file: Path) -> None:
    assert read("--model-input", f"file://{file}") == '{"prompt": "\N{WATER WAVE}"}\n'
    assert parse_json("--model-input", f"file://{file}") == {"prompt": "\N{WATER WAVE}"}


def test_a_home_directory_may_begin_a_file_name(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(file.parent))

    assert read("--x", f"file://~/{file.name}")


@pytest.mark.parametrize("name", ["", "/nowhere/x.json", "~no-such-user/x.json", "/", "nul\0"])
def test_a_file_that_cannot_be_read_names_the_option(name: str) -> None:
    with pytest.raises(ValueFault, match=r"--model-input: .*cannot be read"):
        read("--model-input", f"file://{name}")


def test_a_file_that_is_no_text_names_the_option(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(b"\x89PNG\xff")

    with pytest.raises(ValueFault, match=r"--model-input: .*image\.png cannot be read"):
        read("--model-input", f"file://{path}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ('{"a": 1,\n "b"}', "line 2"),
        ("{'a': 1}", "double quotes"),
        ('{"a": 1, "a": 2}', "twice"),
        ("NaN", "not JSON"),
    ],
)
def test_what_is_no_json_names_the_option_and_the_place(text: str, words: str) -> None:
    with pytest.raises(ValueFault, match=rf"--model-input: .*{words}"):
        parse_json("--model-input", text)


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (["key=team,value=media"], [{"key": "team", "value": "media"}]),
        (
            ["key=a,value=", "value=x=y,key=b"],
            [{"key": "a", "value": ""}, {"value": "x=y", "key": "b"}],
        ),
        (['[{"key": "a", "value": "b,c"}]'], [{"key": "a", "value": "b,c"}]),
        ([' {"key": "a", "value": "b"}'], {"key": "a", "value": "b"}),
        ([], []),
    ],
)
def test_tags_are_a_json_list_or_words(words: list[str], tags: object) -> None:
    assert parse_tags("--tags", words) == tags


def test_tags_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tags.json"
    path.write_text('[{"key": "a", "value": "b"}]')

    assert parse_tags("--tags", [f"file://{path}"]) == [{"key": "a", "value": "b"}]


@pytest.mark.parametrize("words", [["team"], ["key=a,value=b,c"], ["key=a,key=b"], ["[1"]])
def test_what_is_no_tag_names_the_option(words: list[str]) -> None:
    with pytest.raises(ValueFault, match="--tags: "):
        parse_tags("--tags", words)


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
    assert parse_output("--output-data-config", text) == {"s3OutputDataConfig": config}


@pytest.mark.parametrize(
    "text",
    ["s3://b/", "s3Uri=s3://b/", "s3OutputDataConfig={}", "s3OutputDataConfig={s3Uri}", ""],
)
def test_what_is_no_output_data_config_names_the_option(text: str) -> None:
    with pytest.raises(ValueFault, match="--output-data-config: "):
        parse_output("--output-data-config", text)


BASE64, RAW = "base64", "raw-in-base64-out"


@pytest.mark.parametrize(
    ("text", "binary_format", "body"),
    [
        ("aGVsbG8=", None, b"hello"),
        ("aGVs\nbG8=\n", None, b"hello"),
        ("a,b", None, "a,b"),
        ('{"a": 1}', None, '{"a": 1}'),
        ("", None, b""),
        ("aGVsbG8=", BASE64, b"hello"),
        ("aGVsbG8=", RAW, "aGVsbG8="),
        ("a,b", RAW, "a,b"),
    ],
)
def test_a_body_is_base64_where_it_can_be_or_what_is_said(
    tmp_path: Path, text: str, binary_format: str | None, body: str | bytes
) -> None:
    (tmp_path / "body").write_text(text)

    assert decode("--body", text, binary_format).members == {"Body": body}
    assert read_bytes("--body", text, binary_format).members == {"Body": body}
    assert read_bytes("--body", f"file://{tmp_path}/body", binary_format).members == {"Body": body}


def test_that_base64_was_decoded_is_told_unless_it_was_said() -> None:
    (note,) = decode("--body", "aGVsbG8=", None).notes

    assert note.startswith("--body: Body is read as base64")
    assert RAW in note
    for text, binary_format in (("a,b", None), ("aGVsbG8=", BASE64), ("aGVsbG8=", RAW)):
        assert not decode("--body", text, binary_format).notes


@pytest.mark.parametrize("binary_format", [None, BASE64, RAW])
def test_the_bytes_of_a_file_are_taken_as_they_are(
    tmp_path: Path, binary_format: str | None
) -> None:
    (tmp_path / "body").write_bytes(b"aGVsbG8=\xff")

    said = read_bytes("--body", f"fileb://{tmp_path}/body", binary_format)

    assert (said.members, said.notes) == ({"Body": b"aGVsbG8=\xff"}, ())


@pytest.mark.parametrize(
    ("text", "binary_format", "words"),
    [
        ("a,b", BASE64, "is no base64"),
        ("fileb:///nowhere", None, "/nowhere cannot be read"),
        ("file:///nowhere", RAW, "/nowhere cannot be read"),
        ("fileb://~no-such-user/x", None, "cannot be read"),
    ],
)
def test_a_body_that_cannot_be_had_names_the_option(
    text: str, binary_format: str | None, words: str
) -> None:
    with pytest.raises(ValueFault, match=f"--body: .*{words}"):
        read_bytes("--body", text, binary_format)
