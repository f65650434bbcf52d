from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_invocation
from tui.model.board import Board, Changes
from tui.model.boards import Boards
from tui.model.invocation import Status

A, B = an_invocation("aaaaaaaaaaaa"), an_invocation("bbbbbbbbbbbb")
A_DONE = an_invocation("aaaaaaaaaaaa", Status.COMPLETED)


def test_the_rows_of_two_boards_are_there_with_their_contexts() -> None:
    boards = Boards(Board([A], context="one"), Board([B], context="two"))

    assert {row.key: row.context for row in boards} == {A.key: "one", B.key: "two"}
    assert len(boards) == 2
    assert boards.counts[Status.IN_PROGRESS] == 2


def test_one_board_s_changes_pass_as_they_are() -> None:
    board = Board()
    boards = Boards(board)
    changes = board.apply([A])

    assert boards.follow(board, changes) is changes
    assert boards.counts is board.counts


def test_what_two_boards_hold_is_one_row_of_the_first() -> None:
    first, second = Board([A], context="one"), Board(context="two")
    boards = Boards(first, second)

    changes = boards.follow(second, second.apply([A_DONE]))

    assert not changes
    assert [row.context for row in boards] == ["one"]
    assert (len(boards), boards.counts[Status.COMPLETED]) == (1, 0)


def test_a_row_that_only_one_of_two_drops_stays() -> None:
    first, second = Board([A], context="one"), Board([A_DONE], context="two")
    boards = Boards(first, second)

    changes = boards.follow(first, first.forget([A.key]))

    assert changes == Changes(updated=frozenset({A.key}))
    assert boards[A.key].context == "two"
    assert boards.counts[Status.COMPLETED] == 1
    assert boards.follow(second, second.forget([A.key])).removed == {A.key}
    assert A.key not in boards


def test_an_end_is_told_once() -> None:
    first, second = Board([A], context="one"), Board([A], context="two")
    boards = Boards(first, second)

    assert boards.follow(second, second.apply([A_DONE])).ended == frozenset()
    assert boards.follow(first, first.apply([A_DONE])).ended == {A.key}


def test_a_board_that_goes_leaves_what_the_other_holds() -> None:
    first, second = Board([A], context="one"), Board([A_DONE, B], context="two")
    boards = Boards(first, second)

    boards.remove(first)

    assert {row.key: row.context for row in boards} == {A.key: "two", B.key: "two"}
    assert sum(boards.counts.values()) == len(boards) == 2


def test_a_key_that_nobody_holds_is_no_row() -> None:
    with pytest.raises(KeyError):
        Boards(Board([A]))[B.key]


keys = st.sampled_from(["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"])
statuses = st.sampled_from([Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED])
steps = st.lists(st.tuples(st.integers(0, 2), keys, st.one_of(st.none(), statuses)), max_size=30)


@given(steps)
def test_followed_by_its_changes_it_is_what_it_holds(
    steps: list[tuple[int, str, Status | None]],
) -> None:
    each = [Board(context=str(number)) for number in range(3)]
    boards, shown = Boards(*each), set[str]()

    for place, name, status in steps:
        board = each[place]
        row = an_invocation(name, status or Status.IN_PROGRESS)
        changes = boards.follow(
            board, board.drop([row.key]) if status is None else board.apply([row])
        )
        assert not changes.added & shown
        assert changes.updated <= shown
        assert changes.removed <= shown
        shown = (shown | changes.added) - changes.removed

        assert shown == {row.key for row in boards}
        assert len(boards) == len(shown)
        counts = {status: count for status, count in boards.counts.items() if count}
        held = [row.status for row in boards]
        assert counts == {status: held.count(status) for status in set(held)}
