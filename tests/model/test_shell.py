from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.requests import HARD
from tui.model.reading import ReadingError
from tui.model.shell import MOST_WORDS, quote, split

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
texts |= st.text(HARD)


def words(text: str) -> list[str]:
    return [word.text for word in split(text).words]


@given(st.lists(texts))
def test_quoted_values_are_split_back(values: list[str]) -> None:
    assert words(" ".join(map(quote, values))) == values
    assert words(" \\\n  ".join(map(quote, values))) == values


@given(st.lists(texts, min_size=1))
@settings(max_examples=20)
def test_bash_reads_quoted_values_as_they_are(values: list[str]) -> None:
    command = f"printf '%s\\0' {' '.join(map(quote, values))}"

    printed = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=60)

    assert printed.stdout.decode().split("\0")[:-1] == values


READ_AS_BASH_DOES = [
    r"a 'b c' d\ e",
    r"""a"b$ \$ \` \" \\ \n"'c'\''d'""",
    "a \\\n b\\\nc 'd\\\ne' \"f\\\ng\"",
    r"$'a\tb\x41\u00e9\'\"\\\101\e\q' $'' \"",
    "a # b c",
    "a#b \t c\t",
    r"--x=y 'a'b\c!",
]


@pytest.mark.parametrize("text", READ_AS_BASH_DOES)
def test_words_are_those_of_bash(text: str) -> None:
    command = ["bash", "-c", f"printf '%s\\0' {text}"]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}

    printed = subprocess.run(
        command, env=environment, capture_output=True, check=True, timeout=60
    ).stdout

    assert words(text) == printed.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("''", [""]),
        ("a \\  \n b", ["a", "b"]),
        ("a \\\r\n b\r\n", ["a", "b"]),
        ("a\\", ["a"]),
        ("a={b=c,d=e} *", ["a={b=c,d=e}", "*"]),
        ("a\xa0b", ["a\xa0b"]),
        ("a\n# more\n  \n", ["a"]),
    ],
)
def test_what_a_paste_spoils_is_read_as_it_was_meant(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_knows_where_it_begins() -> None:
    assert [word.start for word in split("  'a'  b", 0).words] == [2, 7]


@pytest.mark.parametrize("rest", ["| jq .", "> out", "&& b", "; b", "2>&1"])
def test_what_stands_behind_is_set_apart(rest: str) -> None:
    command = split(f"a b {rest}")

    assert [word.text for word in command.words][:2] == ["a", "b"]
    assert command.rest in rest
    assert command.rest


@pytest.mark.parametrize("name", ["'END'", '"END"', "END"])
def test_a_here_document_is_the_standard_input(name: str) -> None:
    command = split(f"a b <<{name}\n{{\n}}\nEND\nignored")

    assert (len(command.words), command.standard_input) == (2, "{\n}\n")


def test_a_dash_takes_the_tabs_from_a_here_document() -> None:
    assert split("a <<-'END'\n\t\tb $x\n\tEND").standard_input == "b $x\n"


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("a 'b", 2),
        ('a "b', 2),
        ("a $'b", 2),
        (r"a $'\xff'", 2),
        ("a $b", 2),
        ('a "$(b)"', 3),
        ("a `b`", 2),
        ("a (b)", 2),
        ("a\nb", 2),
        ("a <<END\n$b\nEND", 2),
        ("a <<'END'\nb", 2),
        ("a <<", 2),
        ("a <<END b\nEND", 7),
        ("a " * (MOST_WORDS + 1), 2 * MOST_WORDS + 1),
    ],
)
def test_what_only_a_shell_knows_is_refused_at_its_place(text: str, offset: int) -> None:
    with pytest.raises(ReadingError) as caught:
        split(text)

    assert caught.value.offset == offset
