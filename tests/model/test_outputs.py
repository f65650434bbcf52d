from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, an_invocation
from tui.model.outputs import OutputObject, Place, hex_lines, places, safe_parts
from tui.model.text import printable

ID = "mm0oexhd8y31"


def an_object(key: str, prefix: str = f"ray/{ID}/") -> OutputObject:
    return OutputObject(Place("media", prefix), key, 3, NOW, '"e"')


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        (f"s3://media/ray/{ID}", Place("media", f"ray/{ID}/")),
        (f"s3://media/ray/{ID}/", Place("media", f"ray/{ID}/")),
        (f"s3://media/{ID}", Place("media", f"{ID}/")),
        ("s3://media/ray", Place("media", f"ray/{ID}/")),
        ("s3://media/ray/", Place("media", f"ray/{ID}/")),
        (f"s3://media/ray-{ID}", Place("media", f"ray-{ID}/{ID}/")),
        ("s3://media", Place("media", f"{ID}/")),
        ("s3://media/", Place("media", f"{ID}/")),
        ("s3://media/a\nb", Place("media", f"a\nb/{ID}/")),
    ],
)
def test_outputs_are_looked_for_in_the_invocations_own_folder(uri: str, place: Place) -> None:
    assert places(an_invocation(s3_uri=uri)) == [place]


@pytest.mark.parametrize("uri", ["", "media/ray", "https://media/ray", "s3:///ray"])
def test_what_is_no_s3_uri_names_no_place(uri: str) -> None:
    assert places(an_invocation(s3_uri=uri)) == []


def test_an_object_is_named_below_its_folder() -> None:
    assert an_object(f"ray/{ID}/shots/shot_0001.mp4").name == "shots/shot_0001.mp4"
    assert an_object("elsewhere/output.mp4").name == "elsewhere/output.mp4"
    assert an_object("output.mp4", prefix="").name == "output.mp4"
    assert an_object(f"ray/{ID}/output.mp4").uri == f"s3://media/ray/{ID}/output.mp4"
    assert str(Place("media", "ray/")) == "s3://media/ray/"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("output.mp4", ("output.mp4",)),
        ("shots/shot_0001.mp4", ("shots", "shot_0001.mp4")),
        ("/etc/passwd", ("etc", "passwd")),
        ("a//./b", ("a", "b")),
        ("..\x00/a", (".._", "a")),
        ("a\\b", ("a", "b")),
        ("...", ("...",)),
        ("~/.bashrc", ("~", ".bashrc")),
        ("\x1b]0;owned\x07.json", ("_]0;owned_.json",)),
        ("\u202egpj.exe", ("_gpj.exe",)),
        ("\udc80", ("_",)),
        ("clip \N{WATER WAVE}.mp4", ("clip \N{WATER WAVE}.mp4",)),
    ],
)
def test_a_key_becomes_folders_and_a_file_name(name: str, parts: tuple[str, ...]) -> None:
    assert safe_parts(name) == parts


@pytest.mark.parametrize(
    "name", ["..", "../x", "a/../../x", "a/ .. /x", "..\\x", "a/..", "", "/", "./ "]
)
def test_a_key_that_leads_out_or_nowhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="the key"):
        safe_parts(name)


hostile = st.lists(st.sampled_from([".", "..", "/", "\\", " ", "\0", "a", "\u2028", "\uff0f"])).map(
    "".join
)


@given(st.text() | hostile | st.text("é/\\.. ", min_size=100))
def test_no_key_leaves_the_folder(name: str) -> None:
    try:
        parts = safe_parts(name)
    except ValueError:
        return

    path = PurePosixPath("/folder").joinpath(*parts)

    assert path.parts == ("/", "folder", *parts)
    assert not {".", "..", ""} & set(parts)
    assert all(len(part.encode()) <= 240 for part in parts)
    assert all("\0" not in part and "/" not in part for part in parts)


def test_bytes_are_shown_as_offset_codes_and_characters() -> None:
    lines = hex_lines(b"tide pool\n\x1b[31m\xff!!", offset=0x20)

    assert lines == [
        "00000020  74 69 64 65 20 70 6f 6f 6c 0a 1b 5b 33 31 6d ff  tide pool..[31m.",
        "00000030  21 21                                            !!",
    ]
    assert hex_lines(b"") == []


@given(st.binary(max_size=100))
def test_shown_bytes_are_only_text(content: bytes) -> None:
    text = "".join(hex_lines(content))

    assert printable(text) == text
