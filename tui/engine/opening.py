"""A text or a file that is opened in the form: a request in any tool's syntax, or a model input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.model import body, document, form, paste
from tui.model.document import DocumentFault, size_text
from tui.model.operation import OPERATIONS, START_ASYNC_INVOKE, dashed
from tui.model.reading import Pasted
from tui.model.text import even_lines

LARGEST_FILE = 30_000_000
"""Bytes of a file that the form opens: the service takes 25 MB."""

MANY = "these are several requests: N in the table sends many at once"

_TARGETS = {operation.target for operation in OPERATIONS}
_WORDS = (
    *_TARGETS,
    *(
        name
        for operation in OPERATIONS
        for name in (operation.command, operation.method, operation.javascript_command)
    ),
)
"""Without one of them a text is no whole request, which spares the parsing of large ones."""

_READ_AS_REQUEST = "read as a request; named as Input, the file goes as it is"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a text says of the form's fields.

    Attributes:
        fields: The texts of the fields that it fills.
        notes: What it says besides and is left out.
    """

    fields: dict[str, str]
    notes: tuple[str, ...] = ()


class FolderError(ValueError):
    """What is named is a folder; the text says so."""


class _TooLargeError(ValueError):
    """A file is larger than what is opened; its argument says so."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a pasted text is.

    Attributes:
        request: The request that it is, such as a command of the AWS CLI; None when it is none.
        why: Why a text that looks like one is none that can be read; else empty.
    """

    request: Pasted | None = None
    why: str = ""


def may_be_request(text: str) -> bool:
    """Whether a pasted text must be judged to know what it is; of any length, this is quick."""
    return text.lstrip().startswith("aws ") or any(word in text for word in _WORDS)


def are_many(text: str) -> bool:
    """Whether a text is JSON Lines: several objects, each on a line of its own."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines)


def judge(text: str) -> Judged:
    """Whether a pasted text is a whole request; a large one takes its time."""
    if not may_be_request(text):
        return Judged()
    found = paste.read(text)
    if isinstance(found, DocumentFault):
        return Judged(why=str(found))
    return Judged(found if found.operation.target in found.members or found.files else None)


def read_file(name: str, operation: str = form.ASYNC) -> Opened:
    """What a file says. Waits for the disk.

    Args:
        name: The file.
        operation: The form that it is opened in: what is no request is the input of that one.

    Raises:
        ValueError: It cannot be read, or is no request that is sent here; the text says why.
    """
    if operation == form.AT_ENDPOINT:
        return _read_at_endpoint(name)
    text = text_of(name)
    try:
        return read_text(text)
    except ValueError:
        value = document.parse(text)
        if isinstance(value, dict) and not value.keys().isdisjoint((*_TARGETS, "modelInput")):
            raise
        return Opened({form.MODEL_INPUT: text})  # not JSON yet: it can be mended in the form


def _read_at_endpoint(name: str) -> Opened:
    """A whole request, or else a body as it stands; named, where no editor gives it back."""
    try:
        content = _content_of(name, LARGEST_FILE)
    except _TooLargeError as error:
        return _named(name, f"{error}, too large to be edited here")
    if not content:
        raise ValueError(f"{name} is empty")
    judged = judge(even_lines(content.decode("utf-8-sig", "replace")))
    if judged.request is not None:
        opened = read_pasted(judged.request)
        return Opened(opened.fields, (*opened.notes, _READ_AS_REQUEST))
    text = body.editable(content)
    if text is None:
        return _named(name, "it cannot be edited here")
    notes = (f"taken as the body, for it is no request: {judged.why}",) if judged.why else ()
    return Opened({form.MODEL_INPUT: text}, notes)


def _named(name: str, why: str) -> Opened:
    return Opened({"input_location": name}, (f"{name} is named as the input: {why}",))


def read_text(text: str) -> Opened:
    """What a text says, together with the files that it names. Waits for the disk.

    Raises:
        ValueError: It is no request, or one of its files cannot be read; the text says why.
    """
    found = _parsed(paste.read(text))
    if _is_input(found) and document.parse(text) == found.members["modelInput"]:
        return Opened({form.MODEL_INPUT: text}, found.notes)
    return read_pasted(found)


def read_pasted(pasted: Pasted) -> Opened:
    """What a pasted text says, together with the files that it names. Waits for the disk.

    Raises:
        ValueError: One of its files cannot be read; the text says why.
    """
    whole = _with_files(pasted)
    operation = whole.operation
    fields = form.fields_from(operation.name, whole.members)
    if _is_input(whole):
        return Opened({form.MODEL_INPUT: fields[form.MODEL_INPUT]}, whole.notes)
    left_out = form.not_shown(operation.name, whole.members)
    if left_out and "input_location" not in fields and (path := _body_file(pasted)):
        fields["input_location"], left_out = path, ""
    return Opened(fields, (*whole.notes, left_out) if left_out else whole.notes)


def members_of(text: str) -> Mapping[str, object]:
    """StartAsyncInvoke's members that a text says, with the files it names. Waits for the disk.

    Raises:
        ValueError: It is no request, or another operation's; the text says why.
    """
    found = _with_files(paste.read(text))
    if found.operation is not START_ASYNC_INVOKE:
        raise ValueError(f"only StartAsyncInvoke is sent many at once, not {found.operation.name}")
    return found.members


def _is_input(found: Pasted) -> bool:
    """Whether it is no more than a model input, which may be any operation's."""
    return set(found.members) == {"modelInput"}


def _body_file(pasted: Pasted) -> str:
    """The file that is the body as it stands; the form takes its name in place of its content."""
    option = f"--{dashed(pasted.operation.body)}"
    files = (file for file in pasted.files if file.option == option and file.is_raw)
    return next((file.path for file in files), "")


def _with_files(found: Pasted | DocumentFault) -> Pasted:
    found = _parsed(found)
    while found.files:
        file = found.files[0]
        content = _content_of(file.path, LARGEST_FILE)
        found = _parsed(paste.with_file(found, file, content))
    return found


def _parsed(found: Pasted | DocumentFault) -> Pasted:
    if isinstance(found, DocumentFault):
        raise ValueError(str(found))
    return found


def text_of(name: str, largest: int = LARGEST_FILE) -> str:
    """A regular file's text. Waits for the disk.

    Raises:
        FolderError: It is a folder.
        ValueError: It cannot be read, or has more bytes than ``largest``; the text says why.
    """
    try:
        return even_lines(_content_of(name, largest).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is no text in UTF-8, from byte {error.start:,} on") from error


def _content_of(name: str, largest: int) -> bytes:
    """A regular file's content; a pipe or a device might never end."""
    try:
        path = Path(name).expanduser()
        if not path.exists():
            raise ValueError(f"{path}: there is no such file")
        if path.is_dir():
            raise FolderError(f"{path} is a folder")
        if not path.is_file():
            raise ValueError(f"{path} is not a regular file")
        if path.stat().st_size > largest:
            raise _TooLargeError(f"{path} is larger than {size_text(largest)}")
        return path.read_bytes()
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ValueError(f"{name} cannot be read: {why}") from error
