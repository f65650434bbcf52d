from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import document
from tui.model.document import DEEPEST, DocumentFault

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def fault(text: str) -> DocumentFault:
    found = document.parse(text)
    assert isinstance(found, DocumentFault), found
    return found


def is_same(one: object, other: object) -> bool:
    """Equal in type too: JSON tells 1 from 1.0 and from true, and -0.0 from 0.0."""
    return repr(one) == repr(other)


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_every_json_value_arrives_as_it_was_typed(
    value: object, is_ascii: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)

    assert is_same(document.parse(text), value)


@given(values)
def test_what_is_written_for_reading_says_the_same(value: object) -> None:
    assert is_same(document.parse(document.pretty(value)), value)
    assert is_same(document.parse(document.pretty(value, flat_numbers=True)), value)
    assert is_same(document.parse(document.compact(value)), value)


@given(st.text())
def test_any_text_is_a_value_or_a_fault(text: str) -> None:
    found = document.parse(text)

    if isinstance(found, DocumentFault):
        assert found.message
        assert 0 <= found.line <= text.count("\n") + 1
    else:
        assert is_same(json.loads(text), found)


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}([eE][+-]?[0-9]{1,4})?", fullmatch=True))
def test_a_fraction_is_sent_as_typed_or_refused(text: str) -> None:
    from decimal import Decimal

    found = document.parse(text)

    if not isinstance(found, DocumentFault):
        assert Decimal(repr(found)) == Decimal(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        (" \n\t", 1, 1),
        ("nope", 1, 1),
        ("{'a': 1}", 1, 2),
        ('{"a": 1\n "b": 2}', 2, 2),
        ('{"a":\n', 2, 1),
        ('{"a": "x', 1, 7),
        ('{"a": 1}}', 1, 9),
        ('{"a": NaN}', 1, 7),
        ('{"a": "NaN",\n "b": [-Infinity, -Infinity]}', 2, 8),
        ('{"a": [1e400]}', 1, 8),
        ('{"a": "1e-400",\n "b": 1e-400}', 2, 7),
        ('{"a": [11e400, 1e400]}', 1, 8),
        ('{"a": [-0.5, -01, -0]}', 1, 14),
        ('{"a": [-0.5, -10, 1e-0, -0e1, -0]}', 1, 31),
        ('{"a1e400": "1e400",\n "b": 1e400}', 2, 7),
        ("1e-99999999999999999999999", 1, 1),
        ('{"seed": 0.12345678901234567890}', 1, 10),
        ('{"a": 1,\n "a": 2, "b": "a"}', 2, 2),
        ('{"b": {"a": 0}, "a": 1, "a": 2, "c": {"a": 0}}', 1, 25),
        ('{"é": 1, "\\u00e9": 2}', 1, 10),
        ('{"x}": 1, "a\\"{": 1, "a\\"{": 2}', 1, 22),
        ('[{"a": 1}, {"a": 1, "b": ["a"], "a": 1}]', 1, 33),
    ],
)
def test_a_fault_says_where_it_is(text: str, line: int, column: int) -> None:
    found = fault(text)

    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("{'a': 1}", "double quotes"),
        ('{"a": 1,}', "one too many"),
        ('{"a": [1, ]}', "one too many"),
        ('{"a":', "ends too early"),
        ("NaN", "NaN is not JSON"),
        ("1e400", "larger than"),
        ("-0", "-0 would be sent as 0"),
        ("0.12345678901234567890", "would be sent as 0.12345678901234568"),
        ('{"a": 1, "a": 1}', 'the name "a" stands twice'),
        ('"\\ud800"', "surrogate"),
        ('"\ud800"', "surrogate"),
        ('{"\\udfff": 1}', "surrogate"),
        ("1" * 5000, "thousands of digits"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "nested too deeply"),
        ('{"a": [' + '"\\uDBFF", ' * 200 + "1]}", "surrogate"),
    ],
)
def test_a_fault_says_what_is_wrong_in_words(text: str, words: str) -> None:
    assert words in str(fault(text))


def test_the_fault_is_shown_with_its_place() -> None:
    assert str(DocumentFault("no", 3, 4)) == "line 3, column 4: no"
    assert str(DocumentFault("no")) == "no"


def test_a_pair_of_surrogate_escapes_is_one_character() -> None:
    assert document.parse('"\\ud83c\\udf0a"') == "🌊"


@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_nesting_has_a_limit_that_everything_else_can_walk(pair: str) -> None:
    opening, closing = pair[:-1], pair[-1]
    deepest = f"{opening * (DEEPEST - 1)}{{}}{closing * (DEEPEST - 1)}"

    value = document.parse(deepest)

    assert document.compact(document.abridged(value)) == deepest
    assert "nested" in fault(f"{opening}{deepest}{closing}").message


def test_a_large_object_with_a_double_name_is_judged_at_once() -> None:
    names = ", ".join(f'"{number}": 0' for number in range(50_000))

    assert '"x" stands twice' in fault(f'{{{names}, "x": 1, "x": 2}}').message


def test_many_siblings_are_not_deep() -> None:
    text = document.compact([{"a": [number]} for number in range(DEEPEST * 2)])

    assert not isinstance(document.parse(text), DocumentFault)


def test_a_note_stands_in_brackets_after_its_string_wherever_that_stands() -> None:
    value = {"images": [{"bytes": "fileb://cat.png"}], "text": "fileb://dog.png"}

    short = document.abridged(value, notes={"fileb://cat.png": "1.2 MB PNG 1280×720"})

    assert short == {
        "images": [{"bytes": "fileb://cat.png (1.2 MB PNG 1280×720)"}],
        "text": "fileb://dog.png",
    }


def test_a_long_string_with_a_note_is_cut_all_the_same() -> None:
    reference = f"fileb://{'a' * 500}.png"

    short = document.abridged(reference, notes={reference: "214 B bytes"})

    assert short == f"{reference[:40]}… (512 characters) (214 B bytes)"


def test_lists_of_numbers_stay_on_one_line_and_strings_as_they_are() -> None:
    value = {"embedding": [0.5, -1, 2e-7], "text": "[ 1,   2 ]", "mixed": [1, "a"], "none": []}

    text = document.pretty(value, flat_numbers=True)

    assert '"embedding": [ 0.5, -1, 2e-07 ]' in text
    assert json.loads(text) == value


def test_long_strings_are_cut_for_reading_wherever_they_stand() -> None:
    value = {"images": [{"bytes": "A" * 2_000_000}], "text": "short", "seed": 7}

    short = cast("dict[str, object]", document.abridged(value))

    assert short == {
        "images": [{"bytes": f"{'A' * 40}… (2,000,000 characters)"}],
        "text": "short",
        "seed": 7,
    }


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_951, "1.0 MB"),
        (2_400_000, "2.4 MB"),
        (999_960_000, "1.0 GB"),
        (5_000_000_000_000, "5000.0 GB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_suits_it(size: int, text: str) -> None:
    assert document.size_text(size) == text


def test_a_byte_order_mark_is_no_part_of_a_document() -> None:
    assert document.parse('\ufeff{"a": 1}') == {"a": 1}
    assert str(document.parse('\ufeff{"a" 1}')) == str(document.parse(' {"a" 1}'))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ('{"prompt": "fog"}', True),
        ('\ufeff \n{\n  "prompt', True),
        ("{'prompt': 'fog'}", True),
        ("{ }\n", True),
        ("{date}/{model}/", False),
        ("{}/{date}/", False),
        ("{", False),
        ('["fog"]', False),
    ],
)
def test_an_object_is_known_by_how_it_begins(text: str, is_one: bool) -> None:
    assert document.begins_object(text) == is_one
