from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.contact_strip import Layout, Spot, fitted, layout

PIXELS = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("room", "size", "frames"),
    [
        ((80, 20), (26, 7), [0, 1, 2, 3, 4, 5]),
        ((80, 8), (25, 7), [0, 2, 4]),
        ((30, 9), (28, 8), [0]),
        ((3, 1), (1, 1), [0]),
    ],
)
def test_as_many_frames_are_shown_as_can_be_made_out(
    room: tuple[int, int], size: tuple[int, int], frames: list[int]
) -> None:
    found = layout(6, 480, 270, *room, has_times=True)

    assert (found.columns, found.rows) == size
    assert [spot.frame for spot in found.spots] == frames


def test_an_image_takes_the_room_that_it_can() -> None:
    assert layout(1, 640, 360, 80, 40, has_times=False) == Layout(80, 22, (Spot(0, 0, 0),))
    assert layout(1, 640, 360, 80, 10, has_times=False) == Layout(36, 10, (Spot(0, 0, 0),))


def test_an_image_of_few_pixels_stays_small() -> None:
    assert fitted(16, 16, 80, 20) == (16, 8)


@given(PIXELS, PIXELS, st.integers(1, 300), st.integers(2, 100), st.integers(1, 6))
def test_frames_are_in_the_room_and_beside_each_other(
    width: int, height: int, columns: int, rows: int, count: int
) -> None:
    found = layout(count, width, height, columns, rows, has_times=True)

    cells = [
        (spot.column + x, spot.row + y)
        for spot in found.spots
        for x in range(found.columns)
        for y in range(found.rows + 1)
    ]
    assert len(set(cells)) == len(cells)
    assert all(x < columns and y < rows for x, y in cells)
    assert [spot.frame for spot in found.spots] == sorted({spot.frame for spot in found.spots})
