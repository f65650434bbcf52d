from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.json_text import laid_out
from tui.model.outline import Outline
from tui.model.records import records_of

TEXT = """{
  "data": [
    {
      "embedding": [ 1, 2 ],
      "odd name": {}
    },
    {
      "embedding": [ 3 ]
    }
  ],
  "ok": true
}"""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def outline(text: str) -> Outline:
    return Outline(text.split("\n"))


def test_blocks_end_where_their_brackets_close() -> None:
    found = outline(TEXT)

    assert [found.end(line) for line in range(12)] == [11, 9, 5, 3, 4, 5, 8, 7, 8, 9, 10, 11]
    assert [found.parent(line) for line in (0, 1, 2, 3, 5, 6, 9, 10, 11)] == [
        *(-1, 0, 1, 2, 1, 1, 0, 0, -1)
    ]
    assert found.blocks() == [1, 2, 6]
    assert (found.count(0), found.count(1), found.count(2)) == (2, 2, 2)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (0, "@"),
        (1, "data"),
        (2, "data[0]"),
        (3, "data[0].embedding"),
        (4, 'data[0]."odd name"'),
        (5, "data[0]"),
        (7, "data[1].embedding"),
        (9, "data"),
        (11, "@"),
    ],
)
def test_the_path_of_a_line_finds_its_value(line: int, path: str) -> None:
    found = outline(TEXT)

    assert found.path(line) == path
    assert jmespath.search(path, json.loads(TEXT)) == json.loads(found.value(line))


@given(VALUES)
def test_each_path_of_any_json_finds_what_is_copied(value: object) -> None:
    text = laid_out(json.dumps(value, ensure_ascii=False))
    assert text is not None
    found = outline(text)

    for line in range(text.count("\n") + 1):
        assert jmespath.search(found.path(line), value) == json.loads(found.value(line))


@given(st.lists(VALUES.filter(lambda value: value is not None), min_size=1, max_size=4))
def test_each_path_of_any_records_finds_what_is_copied(values: list[object]) -> None:
    lines = "\n".join(json.dumps(value) for value in values)

    for is_end in (False, True):
        records = records_of(lines, is_cut=False, is_end=is_end)
        found = outline(records.text)
        for line in range(records.text.count("\n") + 1):
            copied = json.loads(found.value(line))
            assert jmespath.search(found.path(line), json.loads(records.document)) == copied


def test_a_text_that_ends_early_has_its_blocks() -> None:
    found = outline("\n".join(TEXT.split("\n")[:5]))

    assert [found.end(line) for line in range(5)] == [4, 4, 4, 3, 4]
    assert found.count(2) == 2


def test_a_record_that_is_cut_holds_no_other() -> None:
    found = outline('record 1 {\n  "a": [\nrecord 2 {\n  "b": 1\n}')

    assert [found.end(line) for line in range(5)] == [1, 1, 4, 3, 4]
    assert found.path(3) == "[1].b"
