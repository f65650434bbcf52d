from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model.pieces import PIECE, pieces


@given(st.integers(0, 3 * PIECE))
def test_nothing_is_lost_and_no_piece_is_too_long(length: int) -> None:
    content = bytes(length)
    found = list(pieces(content))

    assert b"".join(found) == content
    assert all(0 < len(piece) <= PIECE for piece in found)


def test_a_text_is_cut_where_a_piece_is_full() -> None:
    assert [len(piece) for piece in pieces("x" * (PIECE + 1))] == [PIECE, 1]
