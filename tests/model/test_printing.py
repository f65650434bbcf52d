from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.model.requests import HARD
from tui.model.printing import read, write
from tui.model.reading import ReadingError
from tui.model.shell import split

SHELLS = [shell for shell in ("bash", "dash", "zsh") if shutil.which(shell)]
contents = st.binary() | st.text().map(str.encode) | st.text(HARD).map(str.encode)


def printed(text: str) -> bytes:
    return read(split(text).words)


@given(contents)
def test_what_is_written_is_read_back(content: bytes) -> None:
    assert printed(write(content)) == content


@pytest.mark.parametrize("shell", SHELLS)
@given(contents)
@settings(max_examples=20)
@example(b"-n")
@example(b"-\0%s\\n'\x80" + bytes(range(256)))
def test_shells_print_what_is_written(shell: str, content: bytes) -> None:
    command = [shell, "-c", write(content)]

    assert subprocess.run(command, capture_output=True, check=True, timeout=60).stdout == content


@pytest.mark.parametrize("content", [b"\x1b[31m", b"\xff\0", "\u202e".encode()])
def test_nothing_unseen_is_written(content: bytes) -> None:
    assert write(content).isprintable()


def test_text_is_written_as_it_is() -> None:
    assert write('{"a":\n "é"}'.encode()) == """printf %s '{"a":\n "é"}'"""
    assert write(b"a\tb\n") == r"printf 'a\tb\n'"


READ_AS_BASH_DOES = [
    "echo '{\"a\": 1}'",
    "echo -n  a   'b  c'",
    "echo",
    "printf x",
    r"printf 'a\tb\\\n\101\1x%%'",
    r"printf '%s\n' 'a\n'",
    "printf '<%s%s>' a",
    r"printf %s é",
]


@pytest.mark.parametrize("text", READ_AS_BASH_DOES)
def test_what_people_write_is_read_as_bash_does(text: str) -> None:
    done = subprocess.run(["bash", "-c", text], capture_output=True, check=True, timeout=60)

    assert printed(text) == done.stdout


@pytest.mark.parametrize(
    ("text", "words", "offset"),
    [
        ("cat body.json", "only what printf %s", 0),
        ("printf", "only what printf %s", 0),
        ("printf -v x y", "only what printf %s", 0),
        ("echo -e 'a'", "echo -e is not read", 0),
        ("printf '%d' 5", "%d in a format", 7),
        ("printf 'a%'", "% in a format", 7),
        (r"printf '\x41'", r"\\x in a format", 7),
        ("printf %s a b", "no %s for this", 12),
    ],
)
def test_what_is_not_read_is_said_at_its_place(text: str, words: str, offset: int) -> None:
    with pytest.raises(ReadingError, match=words) as caught:
        printed(text)

    assert caught.value.offset == offset
