"""A pasted command line of the AWS CLI → the members that it says. Reads no file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.model import option, printing, shell
from tui.model.operation import OPERATIONS, Operation
from tui.model.option import Said
from tui.model.reading import FileReference, Pasted, ReadingError
from tui.model.shell import Word

STANDARD_INPUT = "/dev/stdin"
"""Where a command reads its here-document, which is not bound in size as an argument is."""

_COMMENTS = r"(?:[ \t]*(?:#(?![ \t]*aws[ \t])[^\n]*)?\r?\n)*"
_START = re.compile(rf"\ufeff?{_COMMENTS}[ \t]*(?:[$%>#!]+[ \t]*)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_AWS = re.compile(
    r"""(?:[A-Za-z_]\w*=(?:\$'(?:[^'\\]|\\.)*'|'[^']*'|"[^"]*"|\\.|\$(?!')|[^\s'"\\$])*"""
    r"""(?:[ \t]|\\\r?\n)+){0,20}(?:[^\s'"]*[/\\])?aws(?:\.exe|\.cmd)?(?:\s|\Z)"""
)
_PRINTING = re.compile(r"(?:printf|echo|cat)[ \t]")
_PIPE = re.compile(r"\|(?!\|)(?:\s|\\\r?\n)*")
_FILE = re.compile(r"fileb?://")

_BINARY_FORMAT = "--cli-binary-format"
_RAW = "raw-in-base64-out"
_PLACES = ("--profile", "--region", "--endpoint-url", "--ca-bundle")
_VALUED = (
    *_PLACES,
    "--output",
    "--query",
    "--color",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    _BINARY_FORMAT,
    "--cli-error-format",
)
_FLAGS = (
    "--debug",
    "--v2-debug",
    "--no-verify-ssl",
    "--no-sign-request",
    "--no-paginate",
    "--no-cli-pager",
    "--cli-auto-prompt",
    "--no-cli-auto-prompt",
)
_SKELETON = "--generate-cli-skeleton"


@dataclass(frozen=True, slots=True)
class _Option:
    name: str
    values: tuple[str, ...]
    start: int


def start_of(text: str) -> int:
    """Where a command of the AWS CLI begins in a text, behind prompt and comments; -1 if none.

    What prints its standard input, through a pipe, belongs to it.
    """
    match = _START.match(text[:10_000])
    start = match.end() if match else 0
    if _PRINTING.match(text, start):
        return start if "aws " in text else -1
    # The beginning is enough to tell, and bounds the expression's work.
    return start if _AWS.match(text[start : start + 2000]) else -1


def read(text: str, start: int) -> Pasted:
    """What the command at an offset asks for.

    Raises:
        ReadingError: It is another command, or has an option or value that is not understood.
    """
    start, printed = _printed(text, start)
    command = shell.split(text, start)
    words = list(command.words)
    notes = []
    while words and _ASSIGNMENT.match(words[0].text):
        name = words.pop(0).text.partition("=")[0]
        notes.append(f"{name}=… before the command is left out")
    operation, options, outfile = _options(words[1:])
    if operation is None:
        names = ", ".join(f"{known.service} {known.command}" for known in OPERATIONS)
        raise ReadingError(f"of the AWS CLI's commands only these are read: {names}", start)
    here = command.standard_input
    standard_input = printed if here is None else here.encode("utf-8", "surrogatepass")
    pasted = _given(operation, options, standard_input)
    if outfile:
        notes.append(f"{_cut(outfile)}, the answer's file, is left out")
    if command.rest:
        notes.append(f"{_cut(command.rest)} behind the command is left out")
    return Pasted(operation, pasted.members, (*notes, *pasted.notes), pasted.files)


def _printed(text: str, start: int) -> tuple[int, bytes | None]:
    """Where the command of the AWS CLI begins, and what is printed into it."""
    if not _PRINTING.match(text, start):
        return start, None
    command = shell.split(text, start)
    pipe = _PIPE.match(text, command.end) if command.rest else None
    if not pipe or not _AWS.match(text, pipe.end(), pipe.end() + 2000):
        raise ReadingError("no pipe leads from here to the AWS CLI", start)
    return pipe.end(), printing.read(command.words)


def _options(words: list[Word]) -> tuple[Operation | None, list[_Option], str]:
    """The operation that a command names, its options with their values, and its outfile."""
    names: list[Word] = []
    options: list[_Option] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.text.startswith("--"):
            names.append(word)
            continue
        name, equals, value = word.text.partition("=")
        values = [value] if equals else []
        if name not in _FLAGS and not equals:
            several = name == "--tags"
            while at < len(words) and not words[at].text.startswith("--"):
                if values and not several:
                    break
                values.append(words[at].text)
                at += 1
            if not values and name != _SKELETON:
                raise ReadingError(f"{_cut(name)} wants a value", word.start)
        options.append(_Option(name, tuple(values), word.start))
    texts = [name.text for name in names]
    operation = next((o for o in OPERATIONS if texts[:2] == [o.service, o.command]), None)
    if operation is None:
        return None, [], ""
    most = 3 if operation.is_streamed else 2
    if len(names) > most:
        raise ReadingError(f"{_cut(texts[most])} belongs to no option", names[most].start)
    return operation, options, "".join(texts[2:])


def _given(operation: Operation, options: list[_Option], standard_input: bytes | None) -> Pasted:
    notes: list[str] = []
    files: list[FileReference] = []
    whole: dict[str, object] = {}
    members: dict[str, object] = {}
    known = (*option.options_of(operation), *option.WHOLE)
    is_raw = any(given.name == _BINARY_FORMAT and _RAW in given.values for given in options)
    for given in options:
        if given.name in _PLACES:
            place = f"{given.name} {_cut(' '.join(given.values))}"
            notes.append(f"{place} is left out: the context on the screen decides")
        elif given.name in (*_VALUED, *_FLAGS, _SKELETON):
            notes.append(f"{given.name} is left out")
        elif given.name not in known:
            raise ReadingError(f"{operation.command} has no option {_cut(given.name)}", given.start)
        else:
            try:
                said = _said(operation, given, standard_input, is_raw=is_raw)
            except ReadingError as error:
                raise ReadingError(f"{given.name}: {error.message}", given.start) from error
            if isinstance(said, FileReference):
                files.append(said)
                continue
            notes += said.notes
            (whole if given.name in option.WHOLE else members).update(said.members)
    return Pasted(operation, {**whole, **members}, tuple(notes), tuple(files))


def _said(
    operation: Operation, given: _Option, standard_input: bytes | None, *, is_raw: bool
) -> Said | FileReference:
    """What an option says, or the file that will."""
    scheme = _FILE.match(given.values[0])
    if not scheme:
        return option.read(operation, given.name, given.values, is_raw=is_raw)
    is_binary = scheme[0] == "fileb://" and given.name not in option.WHOLE
    file = FileReference(given.name, given.values[0][scheme.end() :], is_raw or is_binary)
    if file.path != STANDARD_INPUT:
        return file
    if standard_input is None:
        raise ReadingError("what comes through the pipe is not in the text")
    return option.read_file(operation, file, standard_input)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
