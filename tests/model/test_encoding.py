from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import pieces
from tui.model.encoding import Decoded, decode

GERMAN = "Grüße aus dem Süden, für alle"


@pytest.mark.parametrize(
    ("content", "decoded"),
    [
        (b"", Decoded("", "UTF-8")),
        (GERMAN.encode(), Decoded(GERMAN, "UTF-8")),
        (GERMAN.encode("utf-8-sig"), Decoded(GERMAN, "UTF-8")),
        (GERMAN.encode("utf-16"), Decoded(GERMAN, "UTF-16")),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), Decoded(GERMAN, "UTF-16")),
        (GERMAN.encode("latin-1"), Decoded(GERMAN, "perhaps Latin-1")),
        ("“so” – it is said".encode("cp1252"), Decoded("“so” – it is said", "perhaps Latin-1")),
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
