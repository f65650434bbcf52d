from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.builders import NOW, a_note, a_watched, an_invocation
from tui.model.change import Change
from tui.model.invocation import Invocation, Status
from tui.model.parts import Parts

RUNNING = an_invocation()
FAILED = an_invocation(status=Status.FAILED, failure_message="no room")


def test_a_change_is_a_line_with_both_statuses_and_how_it_ended() -> None:
    assert Change(NOW, FAILED, RUNNING).line() == (
        "2026-03-14T09:26:53.000Z  mm0oexhd8y31  luma.ray-v2:0  InProgress → Failed  2m00s  no room"
    )


def test_what_is_new_has_no_status_before() -> None:
    assert Change(NOW, RUNNING).line("->") == (
        "2026-03-14T09:26:53.000Z  mm0oexhd8y31  luma.ray-v2:0  new -> InProgress"
    )


def test_what_kept_its_status_is_told_with_it_alone() -> None:
    line = Change(NOW, RUNNING, RUNNING).line()

    assert line.endswith("luma.ray-v2:0  InProgress")


def test_among_several_contexts_it_is_told_which() -> None:
    row = replace(RUNNING, context="west us-west-2")

    assert "  west us-west-2  mm0oexhd8y31  " in Change(NOW, row).line(is_among_contexts=True)
    assert "west" not in Change(NOW, row).line()


def test_as_an_object_it_is_what_list_prints_and_when_and_what_it_was() -> None:
    told = Change(NOW, FAILED, RUNNING).members()

    assert told["time"] == "2026-03-14T09:26:53.000Z"
    assert (told["oldStatus"], told["status"]) == ("InProgress", "Failed")
    assert told["invocationArn"] == FAILED.invocation_arn
    assert "oldStatus" not in Change(NOW, RUNNING).members()


@pytest.mark.parametrize(
    ("was", "row", "is_told"),
    [
        (None, RUNNING, True),
        (RUNNING, FAILED, True),
        (RUNNING, replace(RUNNING, heard=NOW + timedelta(hours=1)), False),
        (RUNNING, replace(RUNNING, prompt="a tide pool", is_ours=True), False),
        (FAILED, replace(FAILED, failure_message="no right"), True),
        (a_note(), RUNNING, True),
        (
            an_invocation(status=Status.COMPLETED),
            an_invocation(status=Status.COMPLETED, parts=Parts(noun="shots", failed=1, total=3)),
            True,
        ),
    ],
)
def test_only_what_becomes_of_it_is_worth_telling(
    was: Invocation | None, row: Invocation, is_told: bool
) -> None:
    assert Change(NOW, row, was).is_worth_telling == is_told


def test_why_s3_does_not_tell_is_told() -> None:
    row = a_watched()
    assert row.witness
    noted = replace(row, witness=replace(row.witness, note="missing or forbidden"))

    change = Change(NOW, noted, row)

    assert change.is_worth_telling
    assert change.line().endswith("Pending  missing or forbidden")
