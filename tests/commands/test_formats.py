from __future__ import annotations

import json
import subprocess

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.real_tools import AwsCli
from tui.commands.formats import aligned, as_table, as_text, as_yaml
from tui.model.text import printable

HOSTILE = "\x1b[2Jone\r\ntwo\x07\u202ethree\x9b31m"
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner)
)

SAMPLES: list[object] = [
    {"invocationArn": "arn"},
    [{"b": 1, "a": "x", "n": {"z": 1, "y": [1, 2]}}, {"a": None, "c": True, "t": [{"k": "v"}]}],
    ["a", "b", 3],
    [["a", 1], ["b", 2]],
    [["a", 1], "c", [["d"]]],
    {"tags": ["x", "y"], "deep": {"deeper": {"deepest": "z"}}, "none": None, "empty": []},
    "text",
    None,
    [],
    {},
]


@pytest.mark.parametrize("value", SAMPLES, ids=json.dumps)
def test_text_is_the_aws_cli_s_own(aws_cli: AwsCli, value: object) -> None:
    found = subprocess.run(
        [aws_cli.program.parent / "python", "-c", _THEIRS, json.dumps(value)],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        pytest.skip("this AWS CLI brings no Python of its own")

    assert as_text(value) == found.stdout


_THEIRS = (
    "import json, sys; from awscli.text import format_text\n"
    "format_text(json.loads(sys.argv[1]), sys.stdout)"
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": "x"}, "x\t1\n"),
        ([{"b": 1}, {"a": "x"}], "\t1\nx\t\n"),
        ({"a": "x", "t": [{"k": "v"}, {"k": "w"}]}, "x\nT\tv\nT\tw\n"),
        (["a", 2, None, True], "a\t2\tNone\tTrue\n"),
        ([["a", 1], ["b", 2]], "a\t1\nb\t2\n"),
        ("x", "x\n"),
        (None, "None\n"),
        ([], ""),
    ],
)
def test_text_has_tabs_between_values_and_what_is_nested_below(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "table"),
    [
        ({"arn": "x", "status": "Failed"}, "arn     x\nstatus  Failed\n"),
        ([{"a": 1, "b": "x"}, {"b": "y"}], "A  B\n1  x\n   y\n"),
        ([["a", 1], ["bb"]], "a   1\nbb\n"),
        (["a", {"k": 1}], "   K\na\n   1\n"),
        (["a", None], "a\nnull\n"),
        ("x", "x\n"),
        (None, ""),
        ([], ""),
        ([{}], ""),
    ],
)
def test_a_table_is_aligned(value: object, table: str) -> None:
    assert as_table(value).strip("\n") == table.strip("\n")


def test_a_heading_is_in_bold_and_a_table_without_one_is_not() -> None:
    assert as_table([{"a": 1}], is_colored=True) == "\x1b[1mA\x1b[0m\n1\n"
    assert "\x1b" not in as_table({"a": 1}, is_colored=True)


def test_wide_characters_keep_the_columns_aligned() -> None:
    assert aligned([["模型", "x"], ["abcd", "y"]]) == "模型  x\nabcd  y\n"


@settings(deadline=None)
@given(VALUES)
def test_yaml_says_the_same(value: object) -> None:
    assert yaml.safe_load(as_yaml(value)) == value


@settings(deadline=None)
@given(VALUES)
def test_no_value_harms_a_terminal(value: object) -> None:
    for text in (as_text(value), as_table(value), as_yaml(value)):
        kept = text.replace("\t", " ")
        assert printable(kept, keep_lines=True) == kept


def test_hostile_text_is_only_text_in_every_format() -> None:
    for text in (as_text([HOSTILE]), as_table({HOSTILE: HOSTILE}), as_yaml({HOSTILE: HOSTILE})):
        assert not set("\x1b\x07\r\x9b\u202e") & set(text)
        assert "two" in text
