from __future__ import annotations

import pytest

from tui.model import searching
from tui.model.searching import Match, matches, nearest

ROWS = ["A tide pool", "a TIDE, a tide", "nothing [x]"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tide", [(0, 2), (1, 2), (1, 10)]),
        ("Tide", []),
        ("TIDE", [(1, 2)]),
        ("tide pool", [(0, 2)]),
        ("[x]", [(2, 8)]),
    ],
)
def test_words_are_found_as_they_are_typed(words: str, found: list[tuple[int, int]]) -> None:
    assert matches(ROWS, words) == found


def test_no_more_than_some_thousand_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST", 3)

    assert len(matches(["aa"] * 9, "a")) == 3


@pytest.mark.parametrize(
    ("row", "by", "is_there_too", "at"),
    [
        (0, 1, False, 0),
        (1, 1, True, 0),
        (1, 1, False, 2),
        (5, 1, False, 0),
        (5, 1, True, 2),
        (6, -1, False, 2),
        (5, -1, False, 1),
        (1, -1, False, 2),
    ],
)
def test_the_nearest_match_goes_round(row: int, by: int, is_there_too: bool, at: int) -> None:
    found = [Match(1, 0), Match(1, 7), Match(5, 0)]

    assert nearest(found, row, by, is_there_too=is_there_too) == at
