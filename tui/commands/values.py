"""Values of the AWS CLI's options, read from ``file://`` where they say so → Python values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui.model import document, shorthand

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
    except (OSError, RuntimeError, ValueError) as error:  # ValueError: a NUL, or not UTF-8
        raise ValueFault(f"{option}: {path} cannot be read: {error}") from error


def read_bytes(option: str, text: str) -> bytes:
    """An option's bytes: its text as UTF-8, or those of the file that ``fileb://`` names.

    Raises:
        ValueFault: The file cannot be read, or the text holds half of a surrogate pair.
    """
    is_file = text.startswith(("file://", "fileb://"))
    path = Path(text.partition("://")[2])
    try:
        return path.expanduser().read_bytes() if is_file else text.encode()
    except (OSError, RuntimeError, ValueError) as error:
        raise ValueFault(f"{option}: {path if is_file else text!r}: {error}") from error


def parse_json(option: str, text: str) -> object:
    """The JSON that an option's text, or its file, holds.

    Raises:
        ValueFault: It is not JSON that can be sent.
    """
    value = document.parse(read(option, text))
    if isinstance(value, document.DocumentFault):
        raise ValueFault(f"{option}: {value}")
    return value


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
