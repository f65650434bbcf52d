"""Values of the AWS CLI's options, read from ``file://`` where they say so → Python values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui.model import document, shorthand
from tui.model import option as model_option
from tui.model.operation import INVOKE_ENDPOINT_ASYNC
from tui.model.option import Said

_BODY = INVOKE_ENDPOINT_ASYNC.body

_NO_SHORTHAND = ("[", "{", "file://")


class ValueFault(ValueError):  # noqa: N818 - it is a fault of a value, as in the model
    """An option's value cannot be understood; the text names the option."""


def read(option: str, text: str) -> str:
    """An option's text, or the file's that ``file://`` names.

    Raises:
        ValueFault: The file cannot be read.
    """
    if not text.startswith("file://"):
        return text
    path = Path(text.removeprefix("file://"))
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueFault(f"{option}: {path} cannot be read: it is not UTF-8") from error
    except (OSError, RuntimeError, ValueError) as error:  # ValueError: a NUL
        raise ValueFault(f"{option}: {path} cannot be read: {error}") from error


def read_bytes(option: str, text: str, binary_format: str | None) -> Said:
    """The member Body from an option's text; from a file's bytes as they are with ``fileb://``.

    Raises:
        ValueFault: The file cannot be read, or is not of the format.
    """
    if not text.startswith("fileb://"):
        return decode(option, read(option, text), binary_format)
    path = Path(text.removeprefix("fileb://"))
    try:
        return Said({_BODY: path.expanduser().read_bytes()})
    except (OSError, RuntimeError, ValueError) as error:
        raise ValueFault(f"{option}: {path} cannot be read: {error}") from error


def decode(option: str, text: str, binary_format: str | None) -> Said:
    """The member Body from a text, and what there is to tell of how it was taken.

    Args:
        option: What the text comes from.
        text: Base64, or the body itself.
        binary_format: Which of them, as the AWS CLI calls it; None for the rule of what is pasted.

    Raises:
        ValueFault: It is said to be base64, and is not; or it is no UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueFault(f"{option}: holds bytes that are not UTF-8; use fileb://") from error
    is_raw = binary_format == "raw-in-base64-out"
    said = model_option.read(INVOKE_ENDPOINT_ASYNC, "--body", (text,), is_raw=is_raw)
    if binary_format is None:
        way_out = "--cli-binary-format raw-in-base64-out sends the text"
        return Said(said.members, tuple(f"{option}: {note}; {way_out}" for note in said.notes))
    if binary_format == "base64" and isinstance(said.members[_BODY], str):
        raise ValueFault(f"{option}: is no base64, which --cli-binary-format says")
    return Said(said.members)


def parse_json(option: str, text: str) -> object:
    """The JSON that an option's text, or its file, holds.

    Raises:
        ValueFault: It is not JSON that can be sent.
    """
    value = document.parse(read(option, text))
    if isinstance(value, document.DocumentFault):
        raise ValueFault(f"{option}: {value}")
    return value


def parse_members(option: str, text: str | None) -> dict[str, object]:
    """The members of a request that an option's text, or its file, holds; none where it is empty.

    Raises:
        ValueFault: It is not a JSON object that can be sent.
    """
    found = parse_json(option, text) if text else {}
    if not isinstance(found, dict):
        raise ValueFault(f"{option}: wants an object")
    return found


def parse_tags(option: str, words: Sequence[str]) -> object:
    """Tags as the API's member, from one JSON list or from words ``key=team,value=media``.

    Raises:
        ValueFault: Neither of them.
    """
    if len(words) == 1 and words[0].lstrip().startswith(_NO_SHORTHAND):
        return parse_json(option, words[0])
    return [_shorthand(option, word) for word in words]


def parse_output(option: str, text: str) -> object:
    """An output data config as JSON, or as ``s3OutputDataConfig={s3Uri=…,kmsKeyId=…}``.

    Raises:
        ValueFault: Neither of them.
    """
    if not text.strip().startswith("s3OutputDataConfig="):
        return parse_json(option, text)
    return _shorthand(option, text)


def _shorthand(option: str, text: str) -> dict[str, object]:
    try:
        return shorthand.read(text.strip())
    except ValueError as error:
        raise ValueFault(f"{option}: {error}") from error
