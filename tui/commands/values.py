"""Values of the AWS CLI's options, read from ``file://`` where they say so → Python values."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tui.model import option as model_option
from tui.model.operation import INVOKE_ENDPOINT_ASYNC
from tui.model.option import Said

_BODY = INVOKE_ENDPOINT_ASYNC.body

_FILE = re.compile(r"fileb?://")


class ValueFault(ValueError):  # noqa: N818 - it is a fault of a value, as in the model
    """An option's value cannot be understood; the text names the option."""


def read(option: str, text: str) -> str:
    """An option's text, or that of the file which ``file://`` or ``fileb://`` names.

    Raises:
        ValueFault: The file cannot be read, or is no text.
    """
    found = _FILE.match(text)
    if not found:
        return text
    path = _path(text[found.end() :])
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
    path = _path(text.removeprefix("fileb://"))
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


def _path(typed: str) -> Path:
    """The file of a name in which variables may stand, as for the AWS CLI."""
    return Path(os.path.expandvars(typed))
