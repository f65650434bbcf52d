"""A pasted command line of the AWS CLI → the members that it says. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui.model import document, shell, shorthand, yaml_text
from tui.model.document import DocumentFault
from tui.model.operation import OPERATIONS, Operation, dashed, document_of
from tui.model.reading import FileReference, Pasted, ReadingError
from tui.model.shell import Word

INPUT_JSON = "--cli-input-json"
INPUT_YAML = "--cli-input-yaml"

STANDARD_INPUT = "/dev/stdin"
"""Where a command reads its here-document, which is not bound in size as an argument is."""

_COMMENTS = r"(?:[ \t]*(?:#(?![ \t]*aws[ \t])[^\n]*)?\r?\n)*"
_START = re.compile(rf"\ufeff?{_COMMENTS}[ \t]*(?:[$%>#!]+[ \t]*)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_AWS = re.compile(
    r"""(?:[A-Za-z_]\w*=(?:\$'(?:[^'\\]|\\.)*'|'[^']*'|"[^"]*"|\\.|\$(?!')|[^\s'"\\$])*"""
    r"""(?:[ \t]|\\\r?\n)+){0,20}(?:[^\s'"]*[/\\])?aws(?:\.exe|\.cmd)?(?:\s|\Z)"""
)
_FILE = re.compile(r"fileb?://")

_PLACES = ("--profile", "--region", "--endpoint-url", "--ca-bundle")
_VALUED = (
    *_PLACES,
    "--output",
    "--query",
    "--color",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--cli-binary-format",
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
    """Where a command of the AWS CLI begins in a text, behind prompt and comments; -1 if none."""
    match = _START.match(text[:10_000])
    start = match.end() if match else 0
    # The beginning is enough to tell, and bounds the expression's work.
    return start if _AWS.match(text[start : start + 2000]) else -1


def read(text: str, start: int) -> Pasted:
    """What the command at an offset asks for.

    Raises:
        ReadingError: It is another command, or has an option or value that is not understood.
    """
    command = shell.split(text, start)
    words = list(command.words)
    notes = []
    while words and _ASSIGNMENT.match(words[0].text):
        name = words.pop(0).text.partition("=")[0]
        notes.append(f"{name}=… before the command is left out")
    operation, options, outfile = _options(words[1:])
    if operation is None:
        names = " or ".join(f"{known.service} {known.command}" for known in OPERATIONS)
        raise ReadingError(f"of the AWS CLI's commands only {names} is read", start)
    pasted = _given(operation, options, command.standard_input)
    if outfile:
        notes.append(f"{_cut(outfile)}, the answer's file, is left out")
    if command.rest:
        notes.append(f"{_cut(command.rest)} behind the command is left out")
    return Pasted(operation, pasted.members, (*notes, *pasted.notes), pasted.files)


def value_of(operation: Operation, option: str, texts: tuple[str, ...]) -> Mapping[str, object]:
    """The members that the text of an option, or of the file that it names, says.

    Raises:
        ReadingError: It is neither JSON nor what else the option takes.
    """
    if option == INPUT_YAML:
        return _object(operation, option, yaml_text.read(texts[0]))
    if option == INPUT_JSON:
        return _object(operation, option, _json(texts[0]))
    member = _member_of(operation, option)
    shape = operation.members[member]
    if shape is None:
        return {member: _body(texts[0])}
    if shape == "":
        return {member: texts[0]}
    if shape == {}:
        return {member: _json(texts[0])}
    values = [_structured(text) for text in texts]
    return {member: values[0] if len(values) == 1 else values}


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
    most = 3 if operation.has_body else 2
    if len(names) > most:
        raise ReadingError(f"{_cut(texts[most])} belongs to no option", names[most].start)
    return operation, options, "".join(texts[2:])


def _given(operation: Operation, options: list[_Option], standard_input: str | None) -> Pasted:
    notes: list[str] = []
    files: list[FileReference] = []
    document_members: dict[str, object] = {}
    members: dict[str, object] = {}
    known = {f"--{dashed(member)}" for member in operation.members}
    for option in options:
        if option.name in _PLACES:
            place = f"{option.name} {_cut(' '.join(option.values))}"
            notes.append(f"{place} is left out: the context on the screen decides")
        elif option.name in (*_VALUED, *_FLAGS, _SKELETON):
            notes.append(f"{option.name} is left out")
        elif option.name not in (*known, INPUT_JSON, INPUT_YAML):
            raise ReadingError(
                f"{operation.command} has no option {_cut(option.name)}", option.start
            )
        else:
            texts = option.values
            if scheme := _FILE.match(texts[0]):
                path = texts[0][scheme.end() :]
                if path != STANDARD_INPUT:
                    files.append(FileReference(option.name, path))
                    continue
                if standard_input is None:
                    message = f"{option.name}: what comes through the pipe is not in the text"
                    raise ReadingError(message, option.start)
                texts = (standard_input,)
            try:
                found = value_of(operation, option.name, texts)
            except ReadingError as error:
                raise ReadingError(f"{option.name}: {error.message}", option.start) from error
            if option.name in (INPUT_JSON, INPUT_YAML):
                document_members.update(found)
            else:
                members.update(found)
    return Pasted(operation, {**document_members, **members}, tuple(notes), tuple(files))


def _member_of(operation: Operation, option: str) -> str:
    return next(member for member in operation.members if f"--{dashed(member)}" == option)


def _json(text: str) -> object:
    value = document.parse(text)
    if isinstance(value, DocumentFault):
        raise ReadingError(str(value))
    return value


def _body(text: str) -> object:
    try:
        return document_of(text)
    except ValueError as error:
        raise ReadingError(str(error)) from error


def _object(operation: Operation, option: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ReadingError(f"{option} wants an object of the request's members")
    try:
        return operation.with_document(value)
    except ValueError as error:
        raise ReadingError(str(error)) from error


def _structured(text: str) -> object:
    """A structure or a list of them, as JSON or in the shorthand syntax."""
    if text.lstrip().startswith(("{", "[")):
        return _json(text)
    try:
        return shorthand.read(text)
    except ValueError as error:
        raise ReadingError(str(error)) from error


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
