from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, an_invocation
from tests.model.filters import REEL, RUNNING, shown
from tui.model.filter import parse
from tui.model.haystack import Haystack, is_short_for
from tui.model.invocation import Status
from tui.model.tag import Tag


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("nreel", "reel"),
        ("nvreel", "reel"),
        ("reel11", "reel"),
        ("anr", "reel"),
        ("marengo27", "marengo"),
        ("mrng", "marengo"),
        ("ray2", "running lost"),
        ("lr2", "running lost"),
        ("nova2", "nova"),
        ("mltmdl", "nova"),
        ("srch", "marengo"),
        ("drgns", "running"),
        ("gldn", "running"),
    ],
)
def test_a_word_may_abbreviate_model_id_tag_or_prompt_word(word: str, names: str) -> None:
    assert shown(word) == names


@pytest.mark.parametrize(
    "word",
    [
        "rl",  # too short
        "eel2",  # the first letter begins no part
        "rngo",
        "twb",  # leaves out consonants
        "the",
        "cat",
        "20",  # a number
        "nova.rl",  # punctuation is meant literally
        "rnnng1",  # an id
        "blckd",  # a failure message
        "tmsr",  # pieces of a tag's key and value
        "dtp",  # initials of prompt words
        "tdpl",  # pieces of two prompt words
    ],
)
def test_a_word_does_not_match_nearly_everything(word: str) -> None:
    assert shown(word) == ""


def test_a_phrase_is_literal_and_contiguous_over_line_ends() -> None:
    assert shown('"a tide pool"') == "running"
    assert shown('"our content filters"') == "marengo"
    assert shown('"tide a pool"') == ""
    assert shown('"nvreel"') == ""
    assert shown('"tide   pool') == "running"


def test_a_phrase_does_not_reach_from_one_field_into_the_next() -> None:
    row = an_invocation(id="one", s3_uri="s3://two")

    assert not parse('"one InProgress"', NOW).keeps(row)
    assert not parse('"InProgress s3"', NOW).keeps(row)


def test_words_are_found_in_a_row_that_took_another_ones_place() -> None:
    haystack = Haystack()
    blocked = parse("blocked", NOW)
    assert blocked.select([RUNNING, REEL], haystack) == []

    failed = replace(RUNNING, status=Status.FAILED, failure_message="blocked")

    assert blocked.select([failed, REEL], haystack) == [failed]


def test_a_haystack_forgets_rows_that_have_gone() -> None:
    haystack = Haystack()
    word = parse("nvreel", NOW)
    for _ in range(5):
        rows = [replace(REEL) for _ in range(1000)]
        assert word.select(rows, haystack) == rows

    assert haystack.text_count <= 3500


def test_a_word_that_abbreviates_many_words_finds_them_all() -> None:
    words = [f"stage{letter}" for letter in "abcdefghij"]
    rows = [
        an_invocation(id=word, prompt=word, tags=(Tag("run", word),), s3_uri="") for word in words
    ]

    assert parse("stge", NOW).select([RUNNING, *rows], Haystack()) == rows
    assert parse("!stge", NOW).select([RUNNING, *rows], Haystack()) == [RUNNING]
    assert parse("stgec", NOW).select(rows, Haystack()) == rows[2:3]


def test_a_foreign_separator_in_a_row_makes_no_word() -> None:
    tagged = an_invocation(id="a", tags=(Tag("team", "media"),))
    forged = an_invocation(id="b", failure_message="\1media\1", s3_uri="\1media\1")

    assert parse("mdia", NOW).select([tagged, forged], Haystack()) == [tagged]


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_abbreviation_has_its_letters_in_order(word: str, name: str) -> None:
    letters = iter(name)

    assert not is_short_for(word, name) or all(letter in letters for letter in word)
