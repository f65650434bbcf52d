from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.tag import Tag, parse_tags
from tui.model.tag_completion import complete

RECENT = [Tag("team", "media"), Tag("run", "42"), Tag("team", "audio"), Tag("note", "two words")]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("t", "team="),
        ("team=", "team=media"),
        ("team=a", "team=audio"),
        ("team=media ", "team=media run="),
        ("team=media r", "team=media run="),
        ("run=42 run=", None),
        ("team=media", None),
        ("zone", None),
        ("'n", "'note="),
        ("'note=", "'note=two words'"),
        ("'not closed x=1 r", None),
    ],
)
def test_the_last_word_is_completed(typed: str, completed: str | None) -> None:
    assert complete(typed, RECENT) == completed


def test_nothing_recent_completes_nothing() -> None:
    assert complete("t", []) is None


@given(st.text())
def test_any_text_gets_a_longer_one_or_none(text: str) -> None:
    completed = complete(text, RECENT)

    assert completed is None or (completed.startswith(text) and completed != text)


@given(st.text(min_size=1), st.text())
def test_a_tag_completed_by_key_and_value_reads_as_itself(key: str, value: str) -> None:
    tag = Tag(key, value)
    halfway = complete("", [tag])
    whole = complete(halfway, [tag]) if halfway else None

    assert whole is None or parse_tags(whole) == (tag,)
