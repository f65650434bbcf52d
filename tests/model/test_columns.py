from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_invocation
from tui.model.columns import COLUMNS, SHOWN, Layout, Width, following
from tui.model.invocation import Invocation, Status
from tui.model.parts import Parts
from tui.model.tag import Tag

RUNNING = an_invocation(submit_time=NOW - timedelta(minutes=1))
BROKEN = an_invocation(
    status=Status.FAILED,
    submit_time=NOW - timedelta(seconds=41),
    end_time=NOW,
    failure_message="blocked by our content filters",
)
LAYOUTS = st.builds(
    Layout,
    st.lists(
        st.builds(Width, st.sampled_from(sorted(COLUMNS)), st.sampled_from((0, 4, 50))),
        min_size=1,
        unique_by=lambda place: place.id,
    ).map(tuple),
)


def noted(row: Invocation) -> Invocation:
    assert row.witness
    return replace(row, witness=replace(row.witness, note="missing or forbidden"))


def text_of(column: str, row: Invocation) -> str:
    return COLUMNS[column].text(row, NOW)


def test_a_finished_row_says_exactly_what_it_took_a_running_one_coarsely() -> None:
    assert text_of("took", BROKEN) == "41s"
    assert text_of("took", RUNNING) == "1m"
    assert text_of("took", a_note()) == "–"


def test_the_output_says_where_it_is_or_why_there_is_none() -> None:
    assert text_of("output", RUNNING) == "s3://media/ray/mm0oexhd8y31"
    assert text_of("output", BROKEN) == "blocked by our content filters"
    assert text_of("output", an_invocation(status=Status.FAILED)) == "failed without a message"
    assert "no answer" in text_of("output", a_note())


def test_what_completed_in_part_says_what_failed_in_place_of_where_it_is() -> None:
    lost = Parts(noun="shot", failed=2, total=5, why="DEFLECTED: blocked")
    row = an_invocation(status=Status.COMPLETED, parts=lost)

    assert text_of("status", row) == "Completed"
    assert text_of("output", row) == "2 of 5 shots failed: DEFLECTED: blocked"
    assert text_of("failure", row) == "DEFLECTED: blocked"


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (a_watched(), "queues or runs"),
        (a_watched(status=Status.OVERDUE), "time is up; watched on"),
        (a_watched(status=Status.COMPLETED, end_time=NOW), a_watched().s3_uri),
        (a_watched(status=Status.FAILED, failure_message="out of memory"), "out of memory"),
        (
            a_note(operation="InvokeEndpointAsync", s3_uri=""),
            "no answer came: check before sending again",
        ),
        (
            a_note(operation="InvokeEndpointAsync", s3_uri="", status=Status.QUEUED),
            "waits here for its turn",
        ),
    ],
)
def test_the_output_of_an_inference_says_what_s3_tells_of_it(row: Invocation, text: str) -> None:
    assert text_of("output", row) == text


@pytest.mark.parametrize("status", [Status.PENDING, Status.OVERDUE])
def test_why_s3_does_not_tell_stands_in_place_of_the_output(status: Status) -> None:
    assert text_of("output", noted(a_watched(status=status))) == "missing or forbidden"


def test_a_note_of_the_past_does_not_hide_the_output() -> None:
    row = noted(a_watched(status=Status.COMPLETED, end_time=NOW))

    assert text_of("output", row) == row.s3_uri


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("status", "InProgress"),
        ("target", "luma.ray-v2:0"),
        ("id", "mm0oexhd8y31"),
        ("region", "us-west-2"),
        ("account", "123456789012"),
        ("tags", "team=media run=42"),
        ("prompt", "a tide pool"),
        ("origin", "here"),
        ("failure", ""),
        ("heard", "2m ago"),
    ],
)
def test_each_column_says_one_thing(column: str, text: str) -> None:
    row = an_invocation(
        tags=(Tag("team", "media"), Tag("run", "42")),
        prompt="a tide pool",
        is_ours=True,
        heard=NOW - timedelta(minutes=2),
    )

    assert text_of(column, row) == text


def test_what_has_just_begun_took_less_than_ten_seconds_so_far() -> None:
    row = an_invocation(submit_time=NOW - timedelta(seconds=4), status=Status.IN_PROGRESS)

    assert text_of("took", row) == "<10s"


def test_only_relative_columns_change_with_time() -> None:
    later = NOW + timedelta(days=1)
    row = an_invocation(submit_time=NOW - timedelta(minutes=1))

    changed = {name for name, c in COLUMNS.items() if c.text(row, NOW) != c.text(row, later)}

    assert changed == {name for name, column in COLUMNS.items() if column.is_relative}


@given(LAYOUTS, st.integers(0, 400))
def test_columns_use_the_room_or_are_squeezed_as_far_as_they_go(layout: Layout, room: int) -> None:
    cells = layout.cells(room)

    needed = sum(cells) + len(cells)
    columns = [COLUMNS[place.id] for place in layout.columns]
    for place, column, size in zip(layout.columns, columns, cells, strict=True):
        assert size == place.cells or (not place.cells and column.least <= size <= column.most)
    if needed > room:
        assert all(
            size == (place.cells or column.least)
            for place, column, size in zip(layout.columns, columns, cells, strict=True)
        )
    if needed < room:
        assert all(
            size == (place.cells or column.most)
            for place, column, size in zip(layout.columns, columns, cells, strict=True)
        )


@pytest.mark.parametrize("room", [80, 100, 120, 200])
def test_the_first_layout_fills_every_usual_width_and_no_more(room: int) -> None:
    cells = Layout().cells(room)

    assert sum(cells) + len(cells) == room


def test_a_layout_of_another_version_keeps_what_is_known() -> None:
    kept = Layout(columns=(Width("colour"), Width("id", 20)), sort="colour")

    assert kept.known == Layout(columns=(Width("id", 20),))
    assert Layout(columns=(Width("colour"),)).known == Layout()


def test_sorting_by_the_same_column_turns_the_order_round() -> None:
    layout = Layout().sorted_by("target")

    assert (layout.sort, layout.is_descending) == ("target", False)
    assert layout.sorted_by("target").is_descending
    assert Layout().sorted_by("took").is_descending


def test_the_next_column_to_sort_by_is_the_one_to_the_right() -> None:
    places = Layout().columns

    assert following("status", places) == "target"
    assert following(SHOWN[-1], places) == SHOWN[0]
    assert following("region", places) == SHOWN[0]


def test_the_age_of_the_news_stands_beside_the_status_once() -> None:
    shown = Layout().with_heard

    assert [place.id for place in shown.columns[:2]] == ["status", "heard"]
    assert shown.with_heard == shown


def test_the_age_of_the_news_fits_beside_the_first_columns_at_80_cells() -> None:
    cells = Layout().with_heard.cells(79)

    assert sum(cells) + len(cells) == 79
