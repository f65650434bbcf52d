from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.model.requests import documents
from tui.model.document import compact
from tui.model.reading import ReadingError
from tui.model.text import escaped_json
from tui.model.yaml_text import LONGEST, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: [1.5, 1e3, -2, +3, .5, 5., 007]", {"a": 1, "b": [1.5, 1e3, -2, 3, 0.5, 5.0, 7]}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("a: >-\n  one\n  line\n", {"a": "one line"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("--- # a\nseed: 12345678901234567890\n...\n", {"seed": 12345678901234567890}),
        ('"<<": 1\n1: 2', {"<<": 1, "1": 2}),
    ],
)
def test_yaml_says_what_json_can(text: str, value: object) -> None:
    assert repr(read(text)) == repr(value)


def test_plain_words_are_those_of_yaml_1_2() -> None:
    assert read("[~, null, true, False]") == [None, None, True, False]
    words = ["yes", "no", "on", "12:30", "2026-03-01", "1_000", "1.2.3", "+", "."]
    assert read(f"[{', '.join(words)}]") == words


@given(documents)
def test_json_is_yaml(value: object) -> None:
    text = escaped_json(compact({"a": value}))

    assert json.dumps(read(text)) == json.dumps({"a": value})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a: 1\n---\nb: 2", "second YAML document"),
        ("a: *x", "undefined alias|stands for nothing|alias"),
        ("a: &x [*x]", "stands for nothing"),
        ("a: !!python/object:os.system {}", "tag"),
        ("a: !!binary aGk=", "tag"),
        ("? [a]\n: b", "plain word"),
        ("<<: {a: 1}", "plain word"),
        ("a: 1\na: 2", "twice"),
        ("a: .inf", "no number"),
        ("a: 0x1F", "no number"),
        ("a: 1e999", "larger"),
        ("a: \x01", "character"),
        ("a: 'b", "not YAML"),
        ("[" * 5000, "too deeply"),
        ("- " * 5000, "too deeply"),
        ("x" * (LONGEST + 1), "is not read"),
        ("a: &x " + "y" * 900_000 + "\nb: [*x, *x, *x]", "aliases"),
        ("- a\n" * 200_000, "too much"),
    ],
)
def test_anything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        read(text)


def test_a_fault_has_its_place_in_characters() -> None:
    with pytest.raises(ReadingError) as caught:
        read("é: 1\nb: {é: [.nan]}")

    assert caught.value.offset == len("é: 1\nb: {é: [")
