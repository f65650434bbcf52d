"""A command line of the AWS CLI → the members of its request. Reads the files that it names."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Mapping, Sequence

from tui.commands import values
from tui.commands.output import narrate
from tui.commands.values import ValueFault
from tui.config import BinaryFormat
from tui.engine import asking
from tui.model import document, option
from tui.model.operation import Operation, dashed
from tui.model.option import Said
from tui.model.reading import ReadingError

_AS_TYPED = frozenset({"InputLocation"})
"""Members for which ``file://`` is a value: a file that is to be uploaded."""


def members_of(
    operation: Operation, given: argparse.Namespace, binary: BinaryFormat | None
) -> dict[str, object]:
    """The members that the options say; an option of its own wins over one for the whole request.

    What there is to tell of how bytes were taken is told.

    Args:
        operation: What the command asks for.
        given: Its options; what is left as it was in a skeleton says nothing.
        binary: What binary values are; None for the rule of what is pasted.

    Raises:
        ValueFault: A value is empty or cannot be understood, or its file cannot be read.
    """
    texts = {name: _texts_of(given, name) for name in option.WHOLE}
    if empty := [name for name, said in texts.items() if "" in said]:
        raise ValueFault(f"{empty[0]}: is empty: leave it out")
    whole = [name for name, said in texts.items() if said]
    if len(whole) > 1:
        raise ValueFault(f"{' and '.join(whole)}: only one of them can say the whole request")
    members = _whole(operation, whole[0], texts[whole[0]], binary) if whole else {}
    for name, member in option.options_of(operation).items():
        said = _texts_of(given, name)
        if member == operation.body:
            members |= _body(operation, name, given.body, binary)
        elif "" in said:
            raise ValueFault(f"{name}: is empty: say something, or leave it out")
        elif said and member in _AS_TYPED:
            members[member] = said[0]
        elif said:
            members |= _read(operation, name, said)
    return members


def require(members: Mapping[str, object], *names: str) -> None:
    """Do nothing where a request has all that it cannot do without.

    Raises:
        ValueFault: It has not; the text names each by its option.
    """
    if missing := [f"--{dashed(name)}" for name in names if name not in members]:
        raise ValueFault(f"{', '.join(missing)}: required")


def _texts_of(given: argparse.Namespace, name: str) -> list[str]:
    said = getattr(given, name.removeprefix("--").replace("-", "_"))
    return [said] if isinstance(said, str) else said or []


def _whole(
    operation: Operation, name: str, texts: Sequence[str], binary: BinaryFormat | None
) -> dict[str, object]:
    said = _read(operation, name, texts, is_raw=True)
    blank = {member for member, value in said.items() if _is_blank(value)} - {operation.document}
    members = {member: value for member, value in said.items() if member not in blank}
    body = members.get(operation.body)
    if operation.has_json_body or not isinstance(body, str):
        return members
    return {**members, **_told(values.decode(name, body, binary and binary.value))}


def _is_blank(value: object) -> bool:
    """Whether a value is as in a skeleton that nobody filled in."""
    if isinstance(value, Mapping):
        return all(map(_is_blank, value.values()))
    if isinstance(value, list):
        return all(map(_is_blank, value))
    return value is None or value == "" or (value == 0 and not isinstance(value, bool))


def _read(
    operation: Operation, name: str, texts: Sequence[str], *, is_raw: bool = False
) -> dict[str, object]:
    read = [values.read(name, text) for text in texts] if len(texts) == 1 else texts
    try:
        return dict(option.read(operation, name, tuple(read), is_raw=is_raw).members)
    except ReadingError as error:
        raise ValueFault(f"{name}: {str(error).removeprefix(f'{name} ')}") from error


def _body(
    operation: Operation, name: str, text: str | None, binary: BinaryFormat | None
) -> Mapping[str, object]:
    if text is None:
        return {}
    if not operation.has_json_body:
        return _told(values.read_bytes(name, text, binary and binary.value))
    is_said = binary is BinaryFormat.RAW or text.startswith("fileb://")
    written = values.read(name, text)
    if binary is None and not is_said:
        return _read(operation, name, [written])
    if not is_said:
        written = _from_base64(name, written)
    value = document.parse(written)
    if isinstance(value, document.DocumentFault):
        raise ValueFault(f"{name}: {value}")
    return {operation.body: value}


def _from_base64(name: str, text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError as error:
        raise ValueFault(f"{name}: is no base64, which --cli-binary-format says") from error


def _told(said: Said) -> Mapping[str, object]:
    for note in said.notes:
        narrate(note)
    return said.members


async def question_of(operation: Operation, given: argparse.Namespace) -> dict[str, object] | None:
    """The members of a question; None of one that cannot be asked, once it is told why."""
    try:
        members = operation.checked(members_of(operation, given, None))
        require(members, *filter(None, [operation.target]))
    except ValueError as error:
        narrate(f"asyncinvoke: {error}")
        return None
    said = {name: value for name, value in members.items() if value != ""}
    faults = await asking.faults_of(operation, said)
    for fault in faults:
        narrate(f"asyncinvoke: {fault}")
    return None if faults else said
