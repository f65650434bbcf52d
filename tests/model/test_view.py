from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, TOKEN, a_note, an_invocation
from tui.model.board import Board
from tui.model.columns import COLUMNS
from tui.model.filter import parse
from tui.model.invocation import Invocation, Status
from tui.model.view import Listing, View, unseen

RUNNING = an_invocation(id="running", submit_time=NOW - timedelta(minutes=1))
DONE = an_invocation(
    id="done",
    status=Status.COMPLETED,
    model_id="amazon.nova-reel-v1:1",
    submit_time=NOW - timedelta(hours=1),
    end_time=NOW - timedelta(minutes=50),
)
BROKEN = an_invocation(
    id="broken",
    status=Status.FAILED,
    submit_time=NOW - timedelta(hours=2),
    end_time=NOW - timedelta(hours=2) + timedelta(seconds=41),
    failure_message="blocked by our content filters",
)
LOST = a_note(submit_time=NOW - timedelta(hours=3))
ROWS = [DONE, LOST, RUNNING, BROKEN]

VIEWS = [
    View(filter=parse(text, NOW), tab=tab, sort=sort, is_descending=is_descending)
    for text in ("", "!luma", "status:failed,pending")
    for tab in (None, Status.COMPLETED)
    for sort in COLUMNS
    for is_descending in (True, False)
]


def shown(view: View) -> list[str]:
    board = Board(ROWS)
    return [board[key].id for key in Listing(board, view)]


def test_the_newest_come_first() -> None:
    assert shown(View()) == ["running", "done", "broken", TOKEN]


def test_a_tab_keeps_one_status() -> None:
    assert shown(View(tab=Status.FAILED)) == ["broken"]
    assert shown(View(tab=Status.UNKNOWN)) == [TOKEN]


def test_a_filter_and_a_tab_hold_together() -> None:
    assert shown(View(filter=parse("luma", NOW))) == ["running", "broken", TOKEN]
    assert shown(View(filter=parse("luma", NOW), tab=Status.IN_PROGRESS)) == ["running"]


@pytest.mark.parametrize(
    ("sort", "is_descending", "ids"),
    [
        ("submitted", False, [TOKEN, "broken", "done", "running"]),
        ("status", False, ["done", "broken", "running", TOKEN]),
        ("target", False, ["done", "running", "broken", TOKEN]),
        ("target", True, ["running", "broken", TOKEN, "done"]),
        ("id", False, [TOKEN, "broken", "done", "running"]),
        ("took", False, ["broken", "done", "running", TOKEN]),
        ("took", True, [TOKEN, "running", "done", "broken"]),
        ("heard", True, ["running", "done", "broken", TOKEN]),
    ],
)
def test_sorted_by_a_column_ties_keep_the_newest_first(
    sort: str, is_descending: bool, ids: list[str]
) -> None:
    assert shown(View(sort=sort, is_descending=is_descending)) == ids


@given(st.permutations(ROWS), st.sampled_from(VIEWS))
def test_the_order_does_not_depend_on_the_order_of_the_rows(
    rows: list[Invocation], view: View
) -> None:
    assert list(Listing(Board(rows), view)) == list(Listing(Board(ROWS), view))


@given(st.sampled_from(VIEWS))
def test_a_key_stands_on_its_line(view: View) -> None:
    listing = Listing(Board(ROWS), view)

    assert [listing.line(key) for key in listing] == list(range(len(listing)))
    assert listing.line("arn:nowhere") is None
    assert listing.line(None) is None
    assert listing[0:2] == list(listing)[0:2]


_rows = st.builds(
    lambda number, status, minutes: an_invocation(
        f"id{number}",
        status=status,
        submit_time=NOW - timedelta(minutes=minutes),
        model_id=("luma.ray-v2:0", "amazon.nova-reel-v1:1")[number % 2],
    ),
    st.integers(0, 30),
    st.sampled_from(Status),
    st.integers(0, 5),
)


@given(st.sampled_from(VIEWS), st.lists(st.tuples(st.lists(_rows), st.booleans()), max_size=8))
def test_following_the_changes_comes_to_the_same_as_looking_anew(
    view: View, rounds: list[tuple[list[Invocation], bool]]
) -> None:
    board = Board([a_note()])
    listing = Listing(board, view)

    for rows, is_dropped in rounds:
        keys = [row.key for row in rows]
        listing.follow(board.drop(keys) if is_dropped else board.apply(rows))

        assert list(listing) == list(Listing(board, view))


def test_an_accepted_submission_takes_the_place_of_its_note() -> None:
    board = Board([LOST])
    listing = Listing(board, View())
    accepted = replace(
        an_invocation("accepted"), client_request_token=TOKEN, submit_time=LOST.submit_time
    )

    listing.follow(board.apply([accepted]))

    assert list(listing) == [accepted.key]


@given(st.text())
def test_any_filter_keeps_a_subset(words: str) -> None:
    keys = list(Listing(Board(ROWS), View(filter=parse(words, NOW))))

    assert set(keys) <= {row.key for row in ROWS}
    assert len(keys) == len(set(keys))


def test_what_is_not_shown_is_told_only_where_something_is() -> None:
    assert unseen([RUNNING, DONE, BROKEN], {RUNNING.key, DONE.key, BROKEN.key}) == ""
    assert unseen([RUNNING, DONE, BROKEN], {DONE.key}) == ", 2 of them not shown"
    assert unseen([RUNNING], set()) == ", which is not shown"
