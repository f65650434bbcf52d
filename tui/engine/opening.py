"""A file that is opened in the form: a whole request, or just a model input."""

from __future__ import annotations

from pathlib import Path

from tui.model import document, form
from tui.model.document import size_text
from tui.model.request import StartAsyncInvoke

LARGEST_FILE = 30_000_000
"""Bytes of a file that the form opens: the service takes 25 MB."""


def fields_in(name: str) -> dict[str, str]:
    """What a file says of the form's fields. Waits for the disk.

    Raises:
        ValueError: It cannot be read, or is another operation's request; the text says why.
    """
    try:
        text = _text_of(name)
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    value = document.parse(text)
    if not isinstance(value, dict):
        return {form.MODEL_INPUT: text}
    if "EndpointName" in value or {"modelId", "body"} <= set(value):
        raise ValueError("not a StartAsyncInvoke request: it belongs to another operation")
    if "modelInput" not in value:
        return {form.MODEL_INPUT: text}
    try:
        return form.fields_of(StartAsyncInvoke.of(value))
    except ValueError as error:
        raise ValueError(f"not a StartAsyncInvoke request: {error}") from error


def _text_of(name: str) -> str:
    """A regular file's text; a pipe or a device might never end."""
    path = Path(name).expanduser()
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is not a regular file")
    if path.exists() and path.stat().st_size > LARGEST_FILE:
        raise OSError(f"{path} is larger than {size_text(LARGEST_FILE)}")
    return path.read_text(encoding="utf-8")
