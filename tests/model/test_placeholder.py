from __future__ import annotations

import contextlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from tui.model import placeholder

KNOWN = {"date": "2026-03-14", "model": "luma.ray-v2-0", "user": "ann"}


def test_placeholders_are_filled_in() -> None:
    uri = placeholder.fill("s3://media/{user}/{date}/{model}/", KNOWN)

    assert uri == "s3://media/ann/2026-03-14/luma.ray-v2-0/"


def test_double_braces_stand_for_one() -> None:
    assert placeholder.fill("s3://b/{{date}}/{{}}", KNOWN) == "s3://b/{date}/{}"


@pytest.mark.parametrize("text", ["{dat}", "{}", "{ date }", "{DATE}", "{date", "date}", "{{date}"])
def test_what_is_no_placeholder_is_named_with_those_that_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"\{date\} \{model\} \{user\}|a lone [{}]"):
        placeholder.fill(text, KNOWN)


@given(st.text())
def test_a_literal_comes_back_as_it_was(text: str) -> None:
    assert placeholder.fill(placeholder.literal(text), {}) == text


@given(st.text())
def test_any_text_is_filled_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(placeholder.fill(text, KNOWN), str)


def test_the_date_is_utc_s() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert placeholder.values("m", late, "ann")["date"] == "2026-03-02"


@given(st.text(), st.text())
def test_values_are_one_part_of_a_key_each(model_id: str, user: str) -> None:
    for value in placeholder.values(model_id, NOW, user).values():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", value)
        assert value not in (".", "..")


def test_an_arn_gives_its_last_part() -> None:
    arn = "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0"

    assert placeholder.values(arn, NOW, "ann")["model"] == "luma.ray-v2-0"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("s3://b/{", "s3://b/{date}"),
        ("s3://b/{date}/{m", "s3://b/{date}/{model}"),
        ("s3://b/{{", None),
        ("s3://b/{x", None),
        ("s3://b/{date}", None),
        ("s3://b/", None),
    ],
)
def test_a_placeholder_is_completed(typed: str, completed: str | None) -> None:
    assert placeholder.complete(typed) == completed
