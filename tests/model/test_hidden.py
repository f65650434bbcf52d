from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model.hidden import Hidden


def test_what_is_hidden_has_the_place_of_what_hides_it() -> None:
    hidden = Hidden(10, [range(4, 6), range(2, 7), range(8, 9), range(3, 3)])

    assert hidden.seen == 4
    assert [hidden.row(place) for place in range(4)] == [0, 1, 7, 9]
    assert [hidden.place(row) for row in range(10)] == [0, 1, 1, 1, 1, 1, 1, 2, 2, 3]


@given(st.lists(st.integers(1, 9), max_size=8), st.sets(st.integers(0, 7)))
def test_places_and_rows_belong_together(sizes: list[int], folded: set[int]) -> None:
    starts = [sum(sizes[:at]) for at in range(len(sizes) + 1)]
    ranges = [range(starts[at] + 1, starts[at + 1]) for at in folded if at < len(sizes)]
    hidden = Hidden(starts[-1], ranges)

    shown = [row for row in range(starts[-1]) if not any(row in each for each in ranges)]

    assert [hidden.row(place) for place in range(hidden.seen)] == shown
    assert [hidden.place(row) for row in shown] == list(range(hidden.seen))
