from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.shorthand import read


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("key=team,value=media", {"key": "team", "value": "media"}),
        ("key=,value=", {"key": "", "value": ""}),
        ("key = a , value = b=c ", {"key": "a", "value": "b=c"}),
        (r"a='it\'s, {b}',c=\"d\"".replace('\\"', '"'), {"a": "it's, {b}", "c": "d"}),
        (r"a=b\,c\d", {"a": r"b,c\d"}),
        ("a={b={c=d},e=f},g=h", {"a": {"b": {"c": "d"}, "e": "f"}, "g": "h"}),
        (
            "s3OutputDataConfig={s3Uri=s3://b/a=b/}",
            {"s3OutputDataConfig": {"s3Uri": "s3://b/a=b/"}},
        ),
    ],
)
def test_members_are_read(text: str, members: object) -> None:
    assert read(text) == members


@pytest.mark.parametrize(
    "text", ["", "a", "a=b,c", "a=b,a=c", "a={b=c", "a={}", "a={b=c}d", "a=[b]", "=a", "a='b'c"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


@given(st.text("ab=,{}[]'\"\\ ") | st.text())
def test_any_text_has_members_or_is_refused(text: str) -> None:
    try:
        assert read(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is fine


def test_no_depth_is_too_much() -> None:
    with pytest.raises(ValueError, match="too deeply"):
        read("a={" * 10_000)
