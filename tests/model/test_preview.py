from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media import FTYP, KINDS, box, moov
from tui.model import window
from tui.model.archive import UNPACKED
from tui.model.preview import Preview, preview_of, preview_of_end

NAMES = st.sampled_from(["", "a.out", "a.json", "a.jsonl", "a.csv", "a.tsv", "a.txt", "a.gz"])
STARTS = [content for content, _, _ in KINDS.values()]


def shown(
    name: str, content: bytes, here: int = 256 * 1024, answers: bytes | None = None
) -> tuple[Preview, int]:
    """The preview of an object of which so many bytes are here, and how many more it asked for."""
    asking, asked = preview_of(name, len(content), content[:here]), 0
    try:
        start, end = next(asking)
        while True:
            asked += end - start
            assert 0 <= start < end <= len(content)
            start, end = asking.send(content[start:end] if answers is None else answers)
    except StopIteration as done:
        return done.value, asked


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_known(name: str) -> None:
    content, facts, part = KINDS[name]

    preview, _ = shown(name, content)

    told = facts.partition(" · 35 B")[0].partition(" · 21 B")[0].partition(" · 200 B")[0]
    assert preview.facts == told
    assert part in preview.text
    assert not preview.grows


@given(st.binary(max_size=300) | st.text().map(str.encode), NAMES, st.binary(max_size=99))
def test_any_bytes_have_a_preview(content: bytes, name: str, answers: bytes) -> None:
    for preview, _ in (
        shown(name, content),
        shown(name, content, 100),
        shown(name, content, 100, answers),
    ):
        assert preview.facts
        assert len(preview.text) < 100_000


@given(
    st.sampled_from(STARTS),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    st.integers(0, 1000),
    st.binary(max_size=40),
)
def test_any_damage_to_a_known_format_has_a_preview(
    content: bytes, changes: list[tuple[int, int]], cut: int, end: bytes
) -> None:
    damaged = bytearray(content[:cut] + end)
    for place, byte in changes:
        if place < len(damaged):
            damaged[place] = byte

    for here in (len(damaged), 64):
        preview, asked = shown("a", bytes(damaged), here)
        assert preview.facts
        assert asked <= 6 * window.PIECE


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 1_000_000,
        b"[" * 90_000 + b"]" * 90_000,
        b"[" + b"[],".join([b"[" * 90 + b"]" * 90 + b","] * 1000) + b"1]",
        b'{"a":' * 50_000,
        b'["' + b'\\"' * 200_000,
        b'"' + b"\\" * 400_000,
        b"[" + b"1," * 400_000,
        b"1," * 400_000,
        b'"' * 300_000,
        b'"a\n' * 100_000,
        b"," * 400_000,
        b"\n" * 400_000,
        b"{}\n" * 100_000,
        gzip.compress(bytes(50_000_000)),
        gzip.compress(b"") * 10_000,
        b"\xff" * 300_000,
        b"\x1aE\xdf\xa3\x81" * 50_000,
        FTYP + box(b"free") * 100_000,
        FTYP + box(b"moov", box(b"trak") * 50_000),
        FTYP + box(b"moov", box(b"trak", box(b"mdia", box(b"minf") * 99)) * 300),
        b"II*\0\x08\0\0\0\xff\xff" + bytes(300_000),
        b"\xff\xd8" + b"\xff\xe0\0\0" * 90_000,
    ],
    ids=range(22),
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.out"])
def test_a_content_that_is_made_to_be_slow_or_large_is_shown_within_bounds(
    content: bytes, name: str
) -> None:
    for here in (1 << 18, len(content)):
        preview, asked = shown(name, content, here)
        assert preview.facts
        assert len(preview.text) <= 16_100_000
        assert asked <= 6 * window.PIECE


def test_of_a_cut_text_more_can_be_read() -> None:
    assert shown("a.txt", b"abc" * 10, here=10)[0] == Preview("text", "abcabcabca", grows=True)
    assert shown("a.json", b'"a long text"', here=4)[0].facts == "JSON, cut: as it stands"
    assert shown("a.json", b'"a long text"', here=4)[0].grows
    assert shown("a.bin", b"\0" * 10, here=5)[0].grows
    assert not shown("a.png", b"\x89PNG\r\n\x1a\n" + bytes(10), here=9)[0].grows
    assert not shown("a.txt", b"\n" * 200_000, here=199_999)[0].grows


def test_of_a_cut_json_the_whole_members_are_laid_out() -> None:
    preview, _ = shown("a.json", b'{"a": [1, 2], "b": {"c": "cut off"}}', here=27)

    assert preview.facts == "JSON, its first members"
    assert preview.text == '{\n  "a": [ 1, 2 ],\n  "b": {}\n}'
    assert preview.document == preview.text
    assert preview.grows


def test_what_the_end_of_what_was_read_cuts_is_left_out() -> None:
    lines, _ = shown("a.jsonl", b'{"a": 1}\n{"b": 2}\n{"c"', here=20)
    assert lines.text == 'record 1 {\n  "a": 1\n}\nrecord 2 {\n  "b": 2\n}'
    assert lines.facts == "JSON lines · 2 records"
    table, _ = shown("a.csv", b"a,b\n1,2\n3,4444", here=11)
    assert table.text.split("\n") == ["a  b", "-  -", "1  2"]
    assert table.facts == "CSV · 2 columns · 1 row"


def test_bytes_of_no_format_are_shown_as_hex_as_far_as_they_are_read() -> None:
    preview, _ = shown("a.bin", bytes(100_000), here=50_000)

    assert preview.text.count("\n") + 1 == 50_000 // 16
    assert preview.grows


def test_gzip_is_unpacked_within_bounds_and_says_so() -> None:
    preview, asked = shown("a.txt.gz", gzip.compress(b"tide\n" * 1_000_000))
    assert preview.facts == "gzip · text · 262.1 kB of it unpacked"
    assert len(preview.text) == UNPACKED
    assert (asked, preview.grows) == (0, False)

    members = gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")
    assert shown("a.txt.gz", members)[0] == Preview("gzip · text", "a,b\n1,2\n")
    assert shown("a.gz", gzip.compress(b""))[0].facts == "gzip · of nothing"
    assert shown("a.gz", b"\x1f\x8b\x08" + b"\xff" * 40)[0].facts == "gzip · damaged"
    inner = gzip.compress(gzip.compress(b"x"))
    assert shown("a.gz", inner)[0].facts == "gzip · gzip"


def test_a_clip_in_gzip_asks_for_nothing_outside() -> None:
    clip = FTYP + box(b"mdat", bytes(400_000)) + moov()

    assert shown("a.mp4.gz", gzip.compress(clip))[1] == 0


def test_the_end_of_a_text_begins_with_a_whole_line() -> None:
    end = "à demi\nla fin".encode()[1:]

    preview = preview_of_end("a.txt", 1000, "é".encode(), end)

    assert preview == Preview("text, its end: as it stands", "la fin")


def test_the_end_of_json_lines_is_its_last_records() -> None:
    preview = preview_of_end("a.jsonl", 1000, b'{"a": 1}\n', b'ut": 0}\n{"a": 2}\n{"a": 3}\n')

    assert preview.facts == "JSON lines · the last 2 records"
    assert preview.text == 'record -2 {\n  "a": 2\n}\nrecord -1 {\n  "a": 3\n}'


def test_the_end_of_utf_16_goes_by_the_mark_at_the_beginning() -> None:
    content = "\ufeffone\ntwo\nthree".encode("utf-16-le")

    assert preview_of_end("a.txt", len(content), content[:4], content[8:]).text == "two\nthree"


@pytest.mark.parametrize("head", [b"\0\1", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08"])
def test_the_end_of_other_bytes_is_hex_with_its_place(head: bytes) -> None:
    preview = preview_of_end("a.bin", 5000, head, bytes(4200))

    assert preview.facts.endswith("its last 4.1 kB")
    assert preview.text.split("\n")[0].startswith(f"{904:08x}  00 00")


@given(st.binary(min_size=1), st.binary())
def test_any_end_has_a_preview(head: bytes, end: bytes) -> None:
    assert preview_of_end("a.out", len(head) + len(end), head, end).facts
