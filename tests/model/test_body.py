from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.requests import texts
from tui.app.widgets.long_text import LongDocument
from tui.model import body


@given(texts | st.text("a\r\n\u2028"))
def test_what_can_be_edited_comes_out_of_an_editor_as_it_went_in(text: str) -> None:
    found = body.editable(text)

    assert found in (None, text)
    assert (LongDocument(text).text == text) == (found is not None)


@given(texts.filter(bool))
def test_a_body_is_the_bytes_of_its_text(text: str) -> None:
    content = body.encoded(text)

    assert content == text.encode()
    assert body.editable(content) in (None, text)


def test_bytes_that_are_no_text_cannot_be_edited() -> None:
    assert body.editable(b"\xff\xd8") is None
    assert body.editable(1) is None


def test_nothing_typed_is_no_body_and_half_a_pair_is_none_that_can_be_sent() -> None:
    assert body.encoded("") is None
    with pytest.raises(ValueError, match="surrogate"):
        body.encoded("\ud800")


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/vnd.acme.v1+json", True),
        ("application/jsonlines", False),
        ("text/csv", False),
        ("", False),
    ],
)
def test_a_content_type_says_whether_it_is_json(content_type: str, is_json: bool) -> None:
    assert body.is_json_type(content_type) is is_json


@pytest.mark.parametrize(
    ("text", "content_type", "may"),
    [
        (' {"a": 1', "", True),
        ("\ufeff[1]", "", True),
        ("a,b", "", False),
        ("a,b", "application/json", True),
        ("{}", "text/plain", False),
    ],
)
def test_without_a_content_type_the_beginning_tells_whether_it_may_be_json(
    text: str, content_type: str, may: bool
) -> None:
    assert body.may_be_json(text, content_type) is may


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[-0, 1.10, 1e999]", '"\\ud800"', "[" * 10**6]
)
def test_what_is_sent_as_it_is_need_not_survive_parsing(text: str) -> None:
    assert body.fault(text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [("{]", (1, 2)), ('{"a": 1}\n{}', (2, 1)), ("[1, NaN]", (1, 5)), ("", (1, 1))],
)
def test_what_is_no_json_is_told_with_its_place(text: str, place: tuple[int, int]) -> None:
    found = body.fault(text)

    assert found is not None
    assert (found.line, found.column) == place
