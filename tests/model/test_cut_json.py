from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.cut_json import closed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": [1, 2, "xy', '{"a": 1, "b": [1, 2]}'),
        ('{"a": 1, "b": "long', '{"a": 1}'),
        ('{"a": [', '{"a": []}'),
        ('{"a": {"b":', '{"a": {}}'),
        ('[{"a": 1}, {"b": 2}', '[{"a": 1}, {"b": 2}]'),
        ('["a,]\\", ", 1', '["a,]\\", "]'),
        ("[", "[]"),
        ('"text', None),
        ("[1]", None),
        ("[}", None),
        ("", None),
    ],
)
def test_what_is_whole_is_closed(text: str, expected: str | None) -> None:
    assert closed(text) == expected


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.lists(VALUES, max_size=4), st.data())
def test_a_cut_at_any_place_is_json(value: list[object], data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]

    whole = closed(cut)

    assert whole is not None
    assert len(json.loads(whole)) <= len(value)
