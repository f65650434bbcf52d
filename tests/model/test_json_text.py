from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.json_text import laid_out


def test_json_is_laid_out_with_its_numbers_as_they_were_written() -> None:
    text = '{"a":1.50,"b":1e400,"a":[0.1,-2],"s":"[\\u00e9,\\n 1]"}'

    assert laid_out(text) == (
        '{\n  "a": 1.50,\n  "b": 1e400,\n  "a": [ 0.1, -2 ],\n  "s": "[\\u00e9,\\n 1]"\n}'
    )


@given(st.recursive(st.none() | st.integers() | st.text(), lambda v: st.lists(v, max_size=5)))
def test_laid_out_json_says_the_same(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    pretty = laid_out(text)

    assert pretty is not None
    assert json.loads(pretty) == value


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": NaN}', "[" * 200_000, "[" + "[[]]," * 3_000_000 + "1]", '"\ud800"'],
    ids=["empty", "cut", "NaN", "deep", "long", "surrogate"],
)
def test_what_is_not_json_or_becomes_too_long_is_not_laid_out(text: str) -> None:
    assert laid_out(text) is None
