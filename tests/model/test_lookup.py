from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, TOKEN, a_note, a_watched, an_invocation, arn_of
from tui.model.invocation import Invocation
from tui.model.lookup import COMPARED, Match, is_arn, look_up

OLDER = an_invocation("mm0oexhd8y31", submit_time=NOW - timedelta(hours=2))
NEWER = an_invocation("mm0zzzzzzzzz", client_request_token="token-of-mine")
OTHER = an_invocation("q7d2k1m4x8zz")
INFERENCE = a_watched("order-4711")
ROWS = [OLDER, NEWER, OTHER, INFERENCE, a_note()]


def meant(word: str, rows: Sequence[Invocation] = ROWS) -> Match:
    (match,) = look_up([word], rows)
    return match


@pytest.mark.parametrize(
    ("word", "row"),
    [
        (arn_of("mm0oexhd8y31"), OLDER),
        ("mm0oexhd8y31", OLDER),
        ("mm0o", OLDER),
        ("q", OTHER),
        ("token-of-mine", NEWER),
        ("order-4711", INFERENCE),
        ("order", INFERENCE),
        (TOKEN, a_note()),
        (f"token:{TOKEN}", a_note()),
    ],
)
def test_each_name_of_an_invocation_finds_it(word: str, row: Invocation) -> None:
    assert meant(word).row == row


@pytest.mark.parametrize("word", [arn_of("mm0oexhd8y31"), "mm0oexhd8y31", "token-of-mine"])
def test_a_whole_name_is_told_from_a_beginning(word: str) -> None:
    assert meant(word).is_whole
    assert not meant(word[:-1]).is_whole


def test_what_several_begin_with_means_none_and_names_them_newest_first() -> None:
    found = meant("mm0")

    assert found.row is None
    assert found.rows == (NEWER, OLDER)


def test_a_whole_name_goes_before_what_begins_with_it() -> None:
    longer = an_invocation("mm0oexhd8y31x")

    assert meant("mm0oexhd8y31", [longer, OLDER]).row == OLDER


def test_the_middle_of_an_id_and_the_beginning_of_an_arn_mean_nothing() -> None:
    assert meant("exhd").rows == ()
    assert meant("arn:aws:bedrock").rows == ()


def test_what_nothing_is_called_offers_what_is_most_like_it() -> None:
    assert meant("mm0oexhd8y13").near == ("mm0oexhd8y31",)
    assert meant(arn_of("mm0oexhd8y13")).near == ("mm0oexhd8y31",)
    assert meant("zebra").near == ()


def test_only_the_newest_are_compared() -> None:
    many = [
        an_invocation(f"{number:012}", submit_time=NOW + timedelta(seconds=number))
        for number in range(COMPARED)
    ]
    assert meant("mm0oexhd8y13", [OLDER, *many[1:]]).near == ("mm0oexhd8y31",)
    assert meant("mm0oexhd8y13", [OLDER, *many]).near == ()


def test_an_empty_word_means_nothing() -> None:
    assert meant("") == Match("")


def test_an_arn_can_be_asked_for_whether_it_is_known_or_not() -> None:
    assert is_arn(arn_of("mm0oexhd8y31"))
    assert not is_arn("mm0oexhd8y31")
    assert not is_arn("arn:aws:s3:::media/async-invoke")
    assert not is_arn("arn:aws:async-invoke/mm0oexhd8y31")
    assert not is_arn("arn:aws:bedrock:async-invoke/mm0oexhd8y31")


def test_several_words_are_found_each_for_itself() -> None:
    found = look_up(["q7", "mm0", "", "order-4711", "q7d2k1m4x8zz"], ROWS)

    assert [match.row for match in found] == [OTHER, None, None, INFERENCE, OTHER]
    assert [match.word for match in found] == ["q7", "mm0", "", "order-4711", "q7d2k1m4x8zz"]


ids = st.text("ab1", min_size=1, max_size=4)


@given(st.sets(ids, min_size=1), ids)
def test_a_row_is_meant_by_its_id_and_by_what_it_alone_begins_with(
    names: set[str], word: str
) -> None:
    rows = [an_invocation(name) for name in names]

    found = meant(word, rows)

    begun = {name for name in names if name.startswith(word)}
    expected = {word} if word in names else begun
    assert {row.id for row in found.rows} == expected
    assert (found.row is not None) == (len(expected) == 1)
