from __future__ import annotations

import gzip
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media import npy, png
from tui.model import pieces
from tui.model.encoding import Decoded, decode

GERMAN = "Grüße aus dem Süden, für alle"
STREETS = "Grüße über Straße"
TABLE = "Öl;Käse\r\n5€;7€\r\n"


@pytest.mark.parametrize(
    ("content", "decoded"),
    [
        (b"", Decoded("", "UTF-8")),
        (GERMAN.encode(), Decoded(GERMAN, "UTF-8")),
        (GERMAN.encode("utf-8-sig"), Decoded(GERMAN, "UTF-8")),
        (GERMAN.encode("utf-16"), Decoded(GERMAN, "UTF-16")),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), Decoded(GERMAN, "UTF-16")),
        (GERMAN.encode("latin-1"), Decoded(GERMAN, "taken as windows-1252")),
        (
            "“so” – it is said".encode("cp1252"),
            Decoded("“so” – it is said", "taken as windows-1252"),
        ),
        (STREETS.encode("cp1252"), Decoded(STREETS, "taken as windows-1252")),
        ("Öl;Käse\r\n5€;7€\r\n".encode("cp1252"), Decoded(TABLE, "taken as windows-1252")),
        ("üüü".encode() + b"\xff!", Decoded("üüü�!", "UTF-8, damaged in 1 place")),
        ("tide 🌊".encode()[:-1], Decoded("tide ", "UTF-8")),
        ("tide".encode("utf-16")[:-1], Decoded("tid", "UTF-16")),
        (b"\xff\xfe\0\0t\0\0\0", None),
        (b"a\0b", None),
        (b"\x01\x02 several words \xff of text", None),
        (bytes(range(128, 256)), None),
    ],
)
def test_an_encoding_is_told_by_the_bytes(content: bytes, decoded: Decoded | None) -> None:
    assert decode(content) == decoded


@pytest.mark.parametrize(
    "content",
    [
        png(64, 64),
        gzip.compress(GERMAN.encode() * 9, mtime=0),
        zlib.compress(GERMAN.encode() * 9),
        npy([0.25, -1.5, 3.0], "(3,)"),
        struct.pack("<200f", *(number / 7 for number in range(200))),
        random.Random(1).randbytes(64),
        random.Random(2).randbytes(4096),
    ],
)
def test_what_is_binary_is_no_text(content: bytes) -> None:
    assert decode(content) is None


def test_of_random_bytes_hardly_any_are_a_text() -> None:
    chance = random.Random(0)

    assert sum(decode(chance.randbytes(32)) is not None for _ in range(5_000)) <= 5


@given(st.text().filter(lambda text: "\0" not in text))
def test_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == Decoded(text, "UTF-8")
    assert decode(text.encode()) == Decoded(text.removeprefix("\ufeff"), "UTF-8")


@given(st.binary())
def test_no_text_holds_a_zero(content: bytes) -> None:
    decoded = decode(content)

    assert decoded is None or "\0" not in decoded.text


@given(
    st.text().map(str.encode)
    | st.text().map(lambda text: text.encode("utf-16"))
    | st.text("aü“ \n").map(lambda text: text.encode("cp1252"))
    | st.binary(),
    st.integers(1, 5),
)
def test_what_is_decoded_in_pieces_is_the_same(content: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE", piece)
        in_pieces = decode(content)

    assert in_pieces == decode(content)
