from __future__ import annotations

from tests.model.windows import made
from tui.model.window import PIECE, Asking, Window

CONTENT = bytes(range(256)) * 4096


def test_what_is_here_is_not_asked_for() -> None:
    content, ranges = made(lambda window: window.read(10, 20), CONTENT, here=100)

    assert (content, ranges) == (CONTENT[10:20], [])


def test_what_is_not_here_is_asked_for_once_with_what_follows() -> None:
    def both(window: Window) -> Asking[bytes]:
        first = yield from window.read(1000, 1010)
        return first + (yield from window.read(1010, 1020))

    content, ranges = made(both, CONTENT, here=100)

    assert content == CONTENT[1000:1020]
    assert ranges == [(1000, 1000 + PIECE)]


def test_what_is_not_there_is_empty() -> None:
    end = len(CONTENT)
    assert made(lambda window: window.read(end, end + 10), CONTENT) == (b"", [])
    assert made(lambda window: window.read(-5, 10), CONTENT) == (b"", [])
    assert made(lambda window: window.read(end - 2, end + 10), CONTENT)[0] == CONTENT[-2:]


def test_a_few_pieces_are_all_that_is_asked_for() -> None:
    def many(window: Window) -> Asking[int]:
        found = 0
        for start in range(0, len(CONTENT), PIECE):
            found += len((yield from window.read(start, start + PIECE)))
        return found

    found, ranges = made(many, CONTENT, here=0)

    assert len(ranges) == 6
    assert found == 6 * PIECE
