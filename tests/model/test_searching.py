from __future__ import annotations

import pytest

from tui.model import searching
from tui.model.searching import matches

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
