from __future__ import annotations

import pytest

from tui.model.telling_apart import cut_in_middle, told_apart


@pytest.mark.parametrize(
    ("labels", "cells", "expected"),
    [
        (("prod us-west-2", "prod us-west-1"), 14, ("prod us-west-2", "prod us-west-1")),
        (("prod us-west-2", "prod us-west-1"), 9, ("us-west-2", "us-west-1")),
        (("west us-west-2", "east eu-west-1"), 9, ("west", "east")),
        (("video-prod-eu", "video-prod-us"), 9, ("vide…d-eu", "vide…d-us")),
        (("dev no region", "prod us-west-2"), 9, ("dev", "prod")),
        (
            ("team-a-video-x us-west-2", "team-b-video-x us-west-1"),
            9,
            ("us-west-2", "us-west-1"),
        ),
        (("a us-west-2", "a us-west-1", "b us-west-2"), 9, ("a us…st-2", "a us…st-1", "b us…st-2")),
    ],
)
def test_what_differs_is_shown_where_there_is_no_room_for_all(
    labels: tuple[str, ...], cells: int, expected: tuple[str, ...]
) -> None:
    assert tuple(told_apart(label, labels, cells) for label in labels) == expected


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut_in_middle("us-west-2", 9) == "us-west-2"
    assert cut_in_middle("us-west-2", 1) == "…"
