from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.outputs import Place
from tui.model.place_completion import answer, first, question


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("s3://", Place("", "")),
        ("s3://me", Place("", "me")),
        ("s3://media/", Place("media", "")),
        ("s3://media/ray/ti", Place("media", "ray/ti")),
        ("s3://media/{{x", Place("media", "{x")),
        ("s3://media/{date}/", None),
        ("s3:/", None),
        ("https://media/", None),
    ],
)
def test_what_is_typed_says_what_to_ask(typed: str, place: Place | None) -> None:
    assert question(typed) == place


def test_a_bucket_continues_with_a_slash() -> None:
    assert answer("s3://me", Place("", "me"), ["logs", "media"]) == "s3://media/"


def test_a_prefix_continues_the_folder() -> None:
    found = answer("s3://media/r", Place("media", "r"), ["embed/", "ray/"])

    assert found == "s3://media/ray/"


def test_braces_in_a_key_are_offered_as_they_are_typed() -> None:
    assert answer("s3://m/", Place("m", ""), ["{x}/"]) == "s3://m/{{x}}/"


def test_nothing_is_offered_that_is_there_already() -> None:
    assert answer("s3://media/ray/", Place("media", "ray/"), ["ray/"]) is None
    assert first("s3://media/", ["s3://media/", "s3://other/"]) is None


@given(st.text())
def test_any_text_is_a_question_or_none(text: str) -> None:
    wanted = question("s3://" + text)

    assert wanted is None or answer("s3://" + text, wanted, ["a", "b/"]) is not text
