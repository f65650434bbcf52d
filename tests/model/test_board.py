from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN, a_note, an_invocation, arn_of
from tui.model.board import Board, Changes
from tui.model.invocation import Invocation, Key, Status, key_of_token
from tui.model.parts import Parts

NOTE = key_of_token(TOKEN)
ARN = arn_of("mm0oexhd8y31")


def test_what_is_seen_first_is_added() -> None:
    board = Board()

    changes = board.apply([an_invocation()])

    assert changes == Changes(added=frozenset({ARN}))
    assert board[ARN] == an_invocation()


def test_a_changed_status_is_an_update() -> None:
    board = Board([an_invocation()])

    changes = board.apply([an_invocation(status=Status.COMPLETED)])

    assert changes == Changes(updated=frozenset({ARN}), ended=frozenset({ARN}))
    assert board[ARN].status is Status.COMPLETED
    assert +board.counts == {Status.COMPLETED: 1}


def test_news_that_says_nothing_new_is_no_change_but_was_heard() -> None:
    board = Board([an_invocation()])
    later = NOW + timedelta(seconds=5)

    changes = board.apply([an_invocation(heard=later)])

    assert not changes
    assert board[ARN].heard == later


def test_what_we_say_ourselves_does_not_take_back_that_aws_has_spoken() -> None:
    board = Board([an_invocation()])

    changes = board.apply([an_invocation(heard=None)])

    assert not changes
    assert board[ARN].heard == NOW


@pytest.mark.parametrize("ended", [Status.COMPLETED, Status.FAILED])
@pytest.mark.parametrize("late", [Status.IN_PROGRESS, Status.UNKNOWN])
def test_a_terminal_status_never_goes_back(ended: Status, late: Status) -> None:
    board = Board([an_invocation(status=ended)])

    changes = board.apply([an_invocation(status=late, heard=NOW + timedelta(seconds=5))])

    assert not changes
    assert board[ARN].status is ended
    assert board[ARN].end_time == NOW


def test_a_summary_without_a_status_changes_no_status() -> None:
    board = Board([an_invocation(status=Status.IN_PROGRESS)])

    changes = board.apply([an_invocation(status=Status.UNKNOWN)])

    assert not changes
    assert board[ARN].status is Status.IN_PROGRESS


def test_what_an_observation_leaves_out_stays_known() -> None:
    full = an_invocation(
        client_request_token=TOKEN, kms_key_id="arn:key", bucket_owner="1" * 12, is_ours=True
    )
    board = Board([full])

    board.apply([an_invocation(s3_uri="", model_arn="", model_id="")])

    assert board[ARN] == full


def test_an_observation_with_an_arn_takes_over_the_row_of_its_token() -> None:
    board = Board([a_note()])

    changes = board.apply([an_invocation(client_request_token=TOKEN)])

    assert changes == Changes(updated=frozenset({ARN}), renamed={NOTE: ARN})
    assert [row.key for row in board] == [ARN]
    assert board[ARN].is_ours


def test_why_no_answer_came_is_not_told_of_an_invocation_that_was_found() -> None:
    board = Board([a_note(failure_message="ReadTimeoutError: no answer")])

    board.apply([an_invocation(client_request_token=TOKEN)])
    board.apply([an_invocation(client_request_token=TOKEN, status=Status.FAILED)])

    assert board[ARN].failure_message == ""


def test_a_missing_answer_does_not_double_what_a_poll_has_found_already() -> None:
    board = Board()
    board.apply([an_invocation(client_request_token=TOKEN)])

    changes = board.apply([a_note()])

    assert [row.key for row in board] == [ARN]
    assert changes == Changes(updated=frozenset({ARN}))
    assert board[ARN].status is Status.IN_PROGRESS
    assert board[ARN].is_ours


def test_a_late_answer_to_a_submission_keeps_what_aws_said_meanwhile() -> None:
    seen = an_invocation(client_request_token=TOKEN, status=Status.COMPLETED)
    board = Board([seen])
    answer = an_invocation(
        client_request_token=TOKEN,
        s3_uri="s3://media/ray/",
        submit_time=NOW - timedelta(minutes=2, seconds=1),
        heard=None,
        is_ours=True,
    )

    board.apply([answer])

    assert board[ARN].is_ours
    assert board[ARN].submit_time == seen.submit_time
    assert board[ARN].s3_uri == seen.s3_uri
    assert board[ARN].status is Status.COMPLETED


def test_a_refusal_yields_to_what_another_call_with_its_token_began() -> None:
    refusal = a_note(status=Status.FAILED, failure_message="ValidationException", end_time=NOW)
    seen = an_invocation(client_request_token=TOKEN)
    first, second = Board([refusal]), Board([seen])

    changes = first.apply([seen])
    second.apply([refusal])

    assert changes.renamed == {NOTE: ARN}
    assert +first.counts == +second.counts == {Status.IN_PROGRESS: 1}
    assert first.pending() == [first[ARN]]
    for board in (first, second):
        assert board[ARN].failure_message == ""
        assert board[ARN].end_time is None


def test_a_refusal_that_aws_lists_nothing_for_stays() -> None:
    board = Board([a_note(status=Status.FAILED, failure_message="ValidationException")])

    board.apply([a_note()])

    assert board[NOTE].status is Status.FAILED


def test_a_row_is_found_by_its_token_after_it_got_its_arn() -> None:
    board = Board([a_note()])

    board.apply([an_invocation(client_request_token=TOKEN)])

    assert board[NOTE] is board[ARN]
    assert board.get(NOTE) is board[ARN]
    assert NOTE in board


def test_two_rows_of_one_invocation_in_an_old_ledger_become_one() -> None:
    board = Board([an_invocation(client_request_token=TOKEN), a_note()])

    changes = board.apply([an_invocation(client_request_token=TOKEN)])

    assert [row.key for row in board] == [ARN]
    assert changes == Changes(updated=frozenset({ARN}), renamed={NOTE: ARN})
    assert board[ARN].is_ours


def test_a_row_noted_and_found_in_one_round_is_added_once() -> None:
    board = Board()

    changes = board.apply([a_note(), an_invocation(client_request_token=TOKEN)])

    assert changes == Changes(added=frozenset({ARN}))
    assert [row.key for row in board] == [ARN]


def test_rows_without_a_token_are_not_taken_for_each_other() -> None:
    board = Board([a_note(token="")])

    changes = board.apply([an_invocation(), an_invocation(id="q7d2k1m4x8zz")])

    assert len(board) == 3
    assert len(changes.added) == 2


def test_a_forgotten_row_is_gone_and_may_come_back_under_its_token() -> None:
    board = Board([an_invocation(client_request_token=TOKEN)])

    changes = board.forget([ARN, "no such key"])
    board.apply([a_note()])

    assert changes == Changes(removed=frozenset({ARN}))
    assert ARN not in board
    assert board[NOTE] == a_note()


def test_pending_are_those_the_service_may_still_change_oldest_first() -> None:
    old = an_invocation(id="old", submit_time=NOW - timedelta(hours=1))
    listed_without_status = an_invocation(id="odd", status=Status.UNKNOWN)
    board = Board(
        [listed_without_status, old, a_note(), an_invocation(id="done", status=Status.COMPLETED)]
    )

    assert board.pending() == [old, listed_without_status]


def test_an_unknown_key_is_nothing() -> None:
    board = Board()

    assert board.get("token:x") is None
    assert board.get(None) is None
    with pytest.raises(KeyError):
        board["token:x"]


IDS = ("aaa", "bbb", "ccc")


@st.composite
def observations(draw: st.DrawFn) -> Invocation:
    """Something that may be said of one of three invocations, truly, at any moment of its life."""
    name = draw(st.sampled_from(IDS))
    if draw(st.booleans()):
        return a_note(token=f"token-{name}")
    end = Status.FAILED if name == "aaa" else Status.COMPLETED
    status = draw(st.sampled_from([Status.UNKNOWN, Status.IN_PROGRESS, end]))
    return an_invocation(
        id=name,
        status=status,
        client_request_token=draw(st.sampled_from(["", f"token-{name}"])),
        heard=draw(st.sampled_from([None, NOW, NOW + timedelta(seconds=1)])),
        is_ours=draw(st.booleans()),
    )


rounds = st.lists(st.lists(observations(), max_size=4), max_size=6)


@given(rounds)
def test_no_stream_of_observations_takes_a_terminal_status_back(
    stream: list[list[Invocation]],
) -> None:
    board = Board()
    ended: dict[Key, Status] = {}

    for observed in stream:
        board.apply(observed)
        ended |= {row.key: row.status for row in observed if row.status.is_terminal}

        assert {key: board[key].status for key in ended} == ended


@given(rounds)
def test_an_observation_said_again_changes_nothing(stream: list[list[Invocation]]) -> None:
    board = Board()

    for observed in stream:
        for row in observed:
            board.apply([row])
            before = list(board)

            assert not board.apply([row])
            assert list(board) == before


@given(rounds)
def test_what_is_reported_is_what_is_different(stream: list[list[Invocation]]) -> None:
    board = Board()

    for observed in stream:
        before = {row.key: row for row in board}
        changes = board.apply(observed)
        after = {row.key: row for row in board}

        assert changes.added | set(changes.renamed.values()) >= after.keys() - before.keys()
        assert changes.renamed.keys() == before.keys() - after.keys()
        assert changes.added <= after.keys() - before.keys()
        assert changes.updated <= after.keys() - changes.added
        same = after.keys() & before.keys() - changes.updated
        assert all(after[key].status is before[key].status for key in same)


@given(rounds)
def test_an_invocation_whose_token_is_known_never_has_two_rows(
    stream: list[list[Invocation]],
) -> None:
    board = Board()

    for observed in stream:
        board.apply(observed)
        tokens = [row.client_request_token for row in board if row.client_request_token]

        assert len(tokens) == len(set(tokens))
        assert all(key == row.key for key, row in ((row.key, board[row.key]) for row in board))


@given(st.permutations([Status.UNKNOWN, Status.IN_PROGRESS, Status.FAILED, Status.IN_PROGRESS]))
def test_the_order_of_observations_does_not_matter_to_the_end(order: list[Status]) -> None:
    board = Board()

    for status in order:
        board.apply([an_invocation(status=status)])

    assert board[ARN].status is Status.FAILED


def test_many_notes_at_once_each_go_to_the_row_that_has_their_token() -> None:
    board = Board(
        an_invocation(f"id{number}", client_request_token=f"t{number}") for number in "12"
    )

    changes = board.apply([a_note("t2"), a_note("t3"), a_note("t1"), a_note("t4"), a_note("t3")])

    assert changes.added == {key_of_token("t3"), key_of_token("t4")}
    assert len(board) == 4


def test_a_note_that_comes_with_the_answer_to_it_does_not_double_it() -> None:
    board = Board([a_note("t")])

    board.apply([an_invocation("id", client_request_token="t"), a_note("t")])

    assert [row.key for row in board] == [arn_of("id")]


def test_failed_parts_stay_known_whatever_a_later_list_leaves_out() -> None:
    parts = Parts(noun="shot", failed=1, total=2)
    board = Board([an_invocation()])
    board.apply([an_invocation(status=Status.COMPLETED)])

    noted = board.apply([an_invocation(status=Status.COMPLETED, parts=parts)])
    listed = board.apply([an_invocation(status=Status.COMPLETED, heard=NOW + timedelta(hours=1))])

    assert noted == Changes(updated=frozenset({ARN}))
    assert not listed
    assert board[ARN].parts == parts
