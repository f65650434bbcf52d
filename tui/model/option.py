"""The value of one of the AWS CLI's options → the members that it says. Reads no file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from tui.model import document, shorthand, yaml_text
from tui.model.document import DocumentFault
from tui.model.operation import Operation, dashed, document_of
from tui.model.reading import FileReference, ReadingError
from tui.model.text import even_lines

INPUT_JSON = "--cli-input-json"
INPUT_YAML = "--cli-input-yaml"
WHOLE = (INPUT_JSON, INPUT_YAML)
"""The options that may say every member; what an option of its own says, wins."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the value of an option says.

    Attributes:
        members: The members, under the API's names.
        notes: What there is to tell of it, a line each.
    """

    members: Mapping[str, object]
    notes: tuple[str, ...] = ()


def options_of(operation: Operation) -> dict[str, str]:
    """The member of each of an operation's own options."""
    return {f"--{dashed(member)}": member for member in operation.members}


def read(
    operation: Operation, option: str, texts: tuple[str, ...], *, is_raw: bool = False
) -> Said:
    """What the texts of an option, or of the file that it names, say.

    Args:
        operation: What the command asks for.
        option: Its own option, or one of ``WHOLE``.
        texts: More than one only for a list.
        is_raw: Whether bytes stand in them as they are, even where they might be base64.

    Raises:
        ReadingError: They are neither JSON nor what else the option takes.
    """
    if option in WHOLE:
        members = _members(operation, option, texts[0])
        body = members.get(operation.body)
        if is_raw or operation.has_json_body or not isinstance(body, str):
            return Said(members)
        said = _bytes(operation.body, body)
        return Said({**members, **said.members}, said.notes)
    member = options_of(operation)[option]
    shape = operation.members[member]
    if shape == b"" and not is_raw:
        return _bytes(member, texts[0])
    return Said({member: _value(shape, texts)})


def read_file(operation: Operation, file: FileReference, content: bytes) -> Said:
    """What the content of a file says that an option names.

    Raises:
        ReadingError: It is not what the option takes.
    """
    member = options_of(operation).get(file.option, "")
    is_body = operation.members.get(member) == b""
    if is_body and file.is_raw:
        return Said({member: content})
    try:
        # The AWS CLI opens it as a text file, and takes a byte order mark for a part of it.
        text = even_lines(content.decode("utf-8" if is_body else "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadingError(f"it cannot be read: {error}") from error
    return read(operation, file.option, (text,), is_raw=file.is_raw)


def _members(operation: Operation, option: str, text: str) -> dict[str, object]:
    value = yaml_text.read(text) if option == INPUT_YAML else _json(text)
    if not isinstance(value, dict):
        raise ReadingError(f"{option} wants an object of the request's members")
    try:
        return operation.with_document(value)
    except ValueError as error:
        raise ReadingError(str(error)) from error


def _value(shape: object, texts: tuple[str, ...]) -> object:
    if isinstance(shape, (str, bytes)):
        return texts[0]
    if isinstance(shape, int):
        return _number(texts[0])
    if shape == {}:
        return _json(texts[0])
    if shape is None:
        return _body(texts[0])
    values = [_structured(text) for text in texts]
    return values[0] if len(values) == 1 else values


def _bytes(member: str, text: str) -> Said:
    """The bytes that a text is for: what its base64 says, as version 2 of the AWS CLI takes it.

    What is no base64 would be refused there, and is sent as it is by version 1.
    """
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return Said({member: text})
    note = f"{member} is read as base64, as version 2 of the AWS CLI does"
    return Said({member: content}, (note,) if content else ())


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ReadingError(f"wants a whole number, not {text[:60]}") from error


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


def _structured(text: str) -> object:
    """A structure or a list of them, as JSON or in the shorthand syntax."""
    if text.lstrip().startswith(("{", "[")):
        return _json(text)
    try:
        return shorthand.read(text)
    except ValueError as error:
        raise ReadingError(str(error)) from error
