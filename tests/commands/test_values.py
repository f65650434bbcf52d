from __future__ import annotations

from pathlib import Path

import pytest

from tui.commands.values import (
    ValueFault,
    decode,
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
    assert read("--model-input", f"fileb://{file}") == '{"prompt": "\N{WATER WAVE}"}\n'


def test_a_home_directory_may_begin_a_file_name(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(file.parent))

    assert read("--x", f"file://~/{file.name}")
    assert read("--x", f"file://$HOME/{file.name}")


@pytest.mark.parametrize("name", ["", "/nowhere/x.json", "~no-such-user/x.json", "/", "nul\0"])
def test_a_file_that_cannot_be_read_names_the_option(name: str) -> None:
    with pytest.raises(ValueFault, match=r"--model-input: .*cannot be read"):
        read("--model-input", f"file://{name}")


def test_a_file_that_is_no_text_names_the_option(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    path.write_bytes(b"\x89PNG\xff")

    with pytest.raises(ValueFault, match=r"--model-input: .*image\.png cannot be read"):
        read("--model-input", f"file://{path}")


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
