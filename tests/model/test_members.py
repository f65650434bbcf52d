from __future__ import annotations

import pytest

from tui.model.members import list_of, number_of, object_of, text_of


def test_a_member_is_what_it_is() -> None:
    assert object_of({"a": 1}) == {"a": 1}
    assert list_of([1, 2]) == [1, 2]
    assert text_of("two\n  words") == "two words"
    assert number_of(4) == 4.0


def test_an_object_alone_is_a_list_of_one() -> None:
    assert list_of({"a": 1}) == [{"a": 1}]


@pytest.mark.parametrize("value", [None, True, 1.5, b"x"])
def test_what_is_of_another_type_is_not_there(value: object) -> None:
    assert object_of(value) == {}
    assert list_of(value) == []
    assert text_of(value) == ""


@pytest.mark.parametrize("value", [None, True, "1", [1], 10**400])
def test_what_is_no_number_or_holds_too_much_is_none(value: object) -> None:
    assert number_of(value) is None


def test_a_long_text_is_cut() -> None:
    text = text_of("x" * 10_000)

    assert len(text) == 300
    assert text.endswith("…")
