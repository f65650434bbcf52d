from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN, a_note, an_invocation, arn_of
from tui.model.invocation import (
    Invocation,
    Status,
    ago,
    coarse,
    duration,
    key_of_token,
    model_id_of,
    token_of_key,
    utc,
)


def test_an_invocation_is_called_by_the_end_of_its_arn_or_by_its_token() -> None:
    assert an_invocation(id="q7d2k1m4x8zz").id == "q7d2k1m4x8zz"
    assert a_note().id == TOKEN


def test_the_account_is_in_the_arn() -> None:
    assert an_invocation().account == "123456789012"
    assert a_note().account == ""
    assert an_invocation(invocation_arn="odd").account == ""


@pytest.mark.parametrize(
    ("status", "is_terminal"),
    [
        (Status.IN_PROGRESS, False),
        (Status.UNKNOWN, False),
        (Status.COMPLETED, True),
        (Status.FAILED, True),
    ],
)
def test_only_an_end_is_terminal(status: Status, is_terminal: bool) -> None:
    assert status.is_terminal is is_terminal
    assert an_invocation(status=status).is_pending is not is_terminal


def test_what_has_no_arn_cannot_be_asked_for() -> None:
    assert not a_note().is_pending


def test_a_running_invocation_takes_until_now() -> None:
    assert an_invocation().took(NOW) == 120


def test_a_finished_invocation_took_until_its_end_whatever_the_time() -> None:
    row = an_invocation(status=Status.COMPLETED)

    assert row.took(NOW + timedelta(days=1)) == 120


def test_a_finished_invocation_without_an_end_took_until_its_last_change() -> None:
    changed = NOW - timedelta(minutes=1)
    row = an_invocation(status=Status.FAILED, end_time=None, last_modified_time=changed)

    assert row.took(NOW) == 60
    assert an_invocation(status=Status.FAILED, end_time=None).took(NOW) == 120


def test_a_clock_behind_the_service_makes_no_negative_time() -> None:
    row = an_invocation(submit_time=NOW + timedelta(seconds=30))

    assert row.took(NOW) == 0
    assert ago(row.submit_time, NOW) == "now"


def test_a_key_of_a_token_gives_the_token_back() -> None:
    assert token_of_key(key_of_token(TOKEN)) == TOKEN
    assert token_of_key(arn_of("x")) == ""


@pytest.mark.parametrize(
    ("arn", "model_id"),
    [
        ("arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0", "luma.ray-v2:0"),
        ("arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/a.b", "a.b"),
        ("luma.ray-v2:0", "luma.ray-v2:0"),
        ("arn:aws:bedrock:us-west-2::x", "arn:aws:bedrock:us-west-2::x"),
        ("", ""),
    ],
)
def test_the_model_id_is_the_end_of_the_model_arn(arn: str, model_id: str) -> None:
    assert model_id_of(arn) == model_id


def test_times_are_brought_to_utc() -> None:
    east = timezone(timedelta(hours=2))

    assert utc(datetime(2026, 3, 14, 11, 26, 53, tzinfo=east)) == NOW
    assert utc(datetime(2026, 3, 14, 11, 26, 53, tzinfo=east)).tzinfo is timezone.utc
    assert utc(datetime(2026, 3, 14, 9, 26, 53)) == NOW  # noqa: DTZ001, RUF100


@pytest.mark.parametrize(
    ("seconds", "roughly", "exactly"),
    [
        (0, "now", "0s"),
        (9.9, "now", "9s"),
        (10, "10s", "10s"),
        (59.9, "50s", "59s"),
        (60, "1m", "1m00s"),
        (372, "6m", "6m12s"),
        (3599, "59m", "59m59s"),
        (3900, "1h", "1h05m"),
        (86400, "1d", "1d00h"),
        (183_600, "2d", "2d03h"),
    ],
)
def test_a_length_of_time_in_one_unit_and_in_two(
    seconds: float, roughly: str, exactly: str
) -> None:
    assert coarse(seconds) == roughly
    assert duration(seconds) == exactly


@given(st.floats(-1e9, 1e9), st.floats(0, 5))
def test_a_coarse_time_is_short_and_seldom_changes(seconds: float, more: float) -> None:
    texts = {coarse(seconds + more * part / 10) for part in range(11)}

    assert len(texts) <= 2
    assert all(len(text) <= 6 for text in texts)


def test_an_invocation_survives_being_written_down() -> None:
    row = an_invocation(status=Status.FAILED, failure_message="no\n\x00 \N{WATER WAVE}")

    assert msgspec.json.decode(msgspec.json.encode(row), type=Invocation) == row
