from __future__ import annotations

import pytest

from tui.model.counting import so_many


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (so_many(0, "object"), "0 objects"),
        (so_many(1, "object"), "1 object"),
        (so_many(1204, "object"), "1,204 objects"),
        (so_many(1, "of them was", "of them were"), "1 of them was"),
        (so_many(2, "of them was", "of them were"), "2 of them were"),
    ],
)
def test_the_words_agree_with_the_number(told: str, text: str) -> None:
    assert told == text
