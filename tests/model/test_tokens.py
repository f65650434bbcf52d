from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.tokens import Kind, tokens

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # JSON takes half of a surrogate pair; no document here does
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def told(line: str, longest: int | None = None) -> list[tuple[str, str]]:
    return [(line[start:end], kind.value) for start, end, kind in tokens(line, longest)]


def faults(line: str) -> list[str]:
    return [line[start:end] for start, end, kind in tokens(line) if kind is Kind.FAULT]


def test_a_line_falls_into_names_values_and_punctuation() -> None:
    assert told('  "a": {"b" : ["c:", -1.5e+3, true, null]},') == [
        ('"a"', "name"),
        (":", "punctuation"),
        ("{", "punctuation"),
        ('"b"', "name"),
        (":", "punctuation"),
        ("[", "punctuation"),
        ('"c:"', "string"),
        (",", "punctuation"),
        ("-1.5e+3", "number"),
        (",", "punctuation"),
        ("true", "constant"),
        (",", "punctuation"),
        ("null", "constant"),
        ("]},", "punctuation"),
    ]


@pytest.mark.parametrize("word", ["nope", "True", "NaN", "Infinity", "undefined", "'a'", "//"])
def test_a_word_that_json_has_not_is_a_fault(word: str) -> None:
    assert faults(f'{{"a": {word}}}') == [word]


@pytest.mark.parametrize("number", ["01", "+1", ".5", "1.", "1e", "-", "0x10", "1_000", "٣", "1a"])
def test_what_is_only_like_a_number_is_a_fault(number: str) -> None:
    assert faults(f"[{number}, 1]") == [number]


@pytest.mark.parametrize("number", ["0", "-0", "10", "1.50", "1E5", "-2.5e-10", "9" * 400])
def test_numbers(number: str) -> None:
    assert told(number) == [(number, "number")]


def test_the_quote_of_a_string_without_an_end_is_a_fault() -> None:
    assert told('"a": "b, 1]') == [
        ('"a"', "name"),
        (":", "punctuation"),
        ('"b, 1]', "string"),
        ('"', "fault"),
    ]


def test_an_escaped_quote_ends_no_string_and_an_escaped_backslash_escapes_nothing() -> None:
    assert told(r'"a\"b": "\\"') == [(r'"a\"b"', "name"), (":", "punctuation"), (r'"\\"', "string")]


@pytest.mark.parametrize("fault", [r"\x", r"\u", r"\ ", "\t", "\x00"])
def test_what_a_string_may_not_hold_is_a_fault_inside_it(fault: str) -> None:
    line = f'"a\\\\n {fault} b"'
    assert told(line) == [(line, "string"), (fault, "fault")]


@pytest.mark.parametrize("escape", [r"\n", r"\\x", r"\/", r"\u00e9", r"\uD83D\uDE00", "\x7f", "é"])
def test_what_a_string_may_hold_is_none(escape: str) -> None:
    assert faults(f'"{escape}"') == []


@pytest.mark.parametrize("line", ['["a", "bcd"]', "[1, 1000e5]", "[true, false]"])
def test_what_is_cut_is_no_fault(line: str) -> None:
    for longest in range(len(line)):
        assert "fault" not in [kind for _, kind in told(line, longest)]


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\ufeff", "\u2028"])
def test_blanks_that_json_has_not_are_faults(blank: str) -> None:
    assert faults(f"[1,{blank}2]") == [f"{blank}2"]


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_a_document_has_no_fault_and_nothing_but_blanks_between_its_tokens(
    value: object, indent: int | None
) -> None:
    names = 0
    for line in json.dumps(value, indent=indent, ensure_ascii=False).split("\n"):
        rest = line
        for start, end, kind in reversed(list(tokens(line))):
            assert kind is not Kind.FAULT
            names += kind is Kind.NAME
            rest = rest[:start] + rest[end:]
        assert rest.strip(" ") == ""
    assert names == names_in(value)


def names_in(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(names_in, value.values()))
    return sum(map(names_in, value)) if isinstance(value, list) else 0


@given(st.text(), st.integers(0, 20))
def test_any_line_has_tokens_in_order(line: str, longest: int) -> None:
    at = 0
    for start, end, kind in tokens(line, longest):
        assert 0 <= start < end <= longest
        if kind is not Kind.FAULT:
            assert start >= at
            at = end
