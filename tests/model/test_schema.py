from __future__ import annotations

import pytest

from tui.model.fault import Fault
from tui.model.schema import Choice, Flag, ListOf, Number, OneOrMany, Record, Shape, Switch, Text


def rules(shape: Shape, value: object) -> dict[str, str]:
    return {fault.where: fault.rule for fault in shape(value, ())}


def only(shape: Shape, value: object) -> Fault:
    (fault,) = shape(value, ("here",))
    return fault


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Text(minimum=1, maximum=3), "abc"),
        (Text(pattern="s3://.+"), "s3://bucket/a\nb"),
        (Number(0), 0),
        (Number(0, 10, multiple_of=5), 5.0),
        (Number(0, is_whole=True), 3.0),
        (Flag(), False),
        (Choice("5s", 9), 9),
        (ListOf(Text(), minimum=1, maximum=2), ["a", "b"]),
        (OneOrMany(Text()), "alone"),
        (OneOrMany(Text()), ["one", "two"]),
        (Record({"known": Text()}), {"known": "x", "unknown": 7}),
        (Record({}, exactly_one=("a", "b")), {"b": None}),
    ],
)
def test_what_fits_has_no_fault(shape: Shape, value: object) -> None:
    assert rules(shape, value) == {}


@pytest.mark.parametrize(
    ("shape", "value", "rule"),
    [
        (Text(minimum=1), "", "minLength"),
        (Text(maximum=1), "ab", "maxLength"),
        (Text(pattern="a"), "ab", "pattern"),
        (Text(), None, "type"),
        (Number(1), 0, "minimum"),
        (Number(0, 1), 1.5, "maximum"),
        (Number(0, multiple_of=6), 13, "multipleOf"),
        (Number(0, is_whole=True), 1.5, "type"),
        (Number(0, is_whole=True), float("inf"), "type"),
        (Number(0), True, "type"),
        (Flag(), 1, "type"),
        (Choice("a"), "b", "enum"),
        (Choice("a"), {}, "enum"),
        (ListOf(Text()), "a", "type"),
        (ListOf(Text(), minimum=1), [], "minItems"),
        (ListOf(Text(), maximum=1), ["a", "b"], "maxItems"),
        (Record({}), [], "type"),
        (Record({}, exactly_one=("a", "b")), {}, "required"),
        (Record({}, exactly_one=("a", "b")), {"a": 1, "b": 1}, "rule"),
        (Switch("kind", {}), "a", "type"),
    ],
)
def test_each_rule_has_its_name(shape: Shape, value: object, rule: str) -> None:
    fault = only(shape, value)
    assert (fault.rule, fault.where) == (rule, "here")


def test_a_fault_says_what_is_expected_and_what_is_there() -> None:
    assert str(only(Text(minimum=1), "")) == "here: at least 1 character, not 0 characters"
    assert str(only(Choice("5s", "9s"), "6s")) == "here: 5s or 9s, not 6s"
    assert str(only(Text(pattern="s3://.+", expected="an S3 URI"), "x")) == (
        "here: an S3 URI, not x"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "true or false"),
        (7, "a number"),
        ([], "a list"),
        ({}, "an object"),
        (b"", "bytes"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_by_its_kind(value: object, kind: str) -> None:
    assert only(Text(), value).actual == kind


def test_a_long_value_is_shown_shortened() -> None:
    assert only(Choice("a"), "b" * 100).actual == "b" * 39 + "…"


def test_every_item_is_looked_at_and_named_by_its_index() -> None:
    assert rules(ListOf(Number(0)), [1, "x", -1]) == {"[1]": "type", "[2]": "minimum"}
    assert rules(OneOrMany(Choice("a")), ["a", "b"]) == {"[1]": "enum"}


def test_every_member_is_looked_at() -> None:
    shape = Record(
        {"size": Number(1), "name": Text()},
        required=("name", "id"),
        refused={"old": "no old here"},
    )
    assert rules(shape, {"size": 0, "name": 7, "old": 1}) == {
        "id": "required",
        "old": "rule",
        "size": "minimum",
        "name": "type",
    }


def test_one_member_decides_what_the_others_are() -> None:
    shape = Switch("kind", {"text": Record({}, required=("text",)), "image": Record({})})
    assert rules(shape, {"kind": "image"}) == {}
    assert rules(shape, {"kind": "text"}) == {"text": "required"}
    assert rules(shape, {"kind": "scent"}) == {"kind": "enum"}
    assert rules(shape, {"kind": ["text"]}) == {"kind": "enum"}
    assert rules(shape, {}) == {"kind": "required"}
