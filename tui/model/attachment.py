"""Strings of a model input that stand for a file: ``file://`` its text, ``fileb://`` its base64.

Finds and replaces them; reads no file. ``file://`` in front of a string that begins with either
prefix makes it stand for itself: ``file://file://x`` is sent as ``file://x``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec

from tui.model.document import size_text
from tui.model.fault import Fault, Path
from tui.model.picture import Picture


class Kind(str, Enum):
    """What of a file is sent; the value is the prefix."""

    TEXT = "file://"
    BASE64 = "fileb://"


_PREFIXES = tuple(kind.value for kind in Kind)

_STARTS = re.compile(rb'"fileb?://')

_PICTURES = ("PNG", "JPEG", "GIF", "WebP")
"""Formats that a content tells apart for sure; those of video and audio share containers."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A string that stands for a file.

    Attributes:
        path: Where it stands in the document.
        kind: What of the file is sent.
        name: The file, as typed: ``~`` and relative names are the reader's business.
    """

    path: Path
    kind: Kind
    name: str

    @property
    def reference(self) -> str:
        """The string itself."""
        return f"{self.kind.value}{self.name}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file without reading all of it.

    Attributes:
        size: Bytes.
        format: ``text``, or what ``magic.format_of`` says.
        picture: Its header, of a PNG or JPEG.
    """

    size: int
    format: str
    picture: Picture | None = None

    def __str__(self) -> str:
        pixels = f" {self.picture.width}×{self.picture.height}" if self.picture else ""
        return f"{size_text(self.size)} {self.format}{pixels}"


def find(document: object) -> tuple[Attachment, ...]:
    """Every attachment of a document, in its order; names of members are never one."""
    if not _may_refer(document):
        return ()
    return tuple(
        Attachment(path, kind, name)
        for path, text in _references(document, ())
        for kind, name in _split(text)
    )


def replaced(document: object, contents: Mapping[str, str]) -> object:
    """The document with contents in place of attachments, and escapes resolved.

    Args:
        document: Any JSON value; it stays as it is.
        contents: What to put, by reference; an attachment without one stays.
    """

    def change(text: str) -> str:
        return contents.get(text, text) if _split(text) else text.removeprefix(Kind.TEXT.value)

    return _changed(document, change) if _may_refer(document) else document


def literal(document: object) -> object:
    """The document with every string escaped that would be an attachment: ``replaced`` undoes it.

    What was sent once is typed again like this.
    """
    if not _may_refer(document):
        return document
    return _changed(document, lambda text: f"{Kind.TEXT.value}{text}")


def format_fault(document: object, attachment: Attachment, format_name: str) -> Fault | None:
    """What is wrong when the format that stands beside a picture is not its own.

    Args:
        document: Where the attachment stands.
        attachment: A picture, if it is one.
        format_name: The format of its content.
    """
    is_picture, wanted = format_name in _PICTURES, format_name.lower()
    for depth in (1, 2):  # beside the content, or beside its source
        parent = attachment.path[:-depth]
        for name in ("format", "media_type"):
            said = _member(document, (*parent, name))
            if isinstance(said, str):
                named = said.lower().rpartition("/")[2].replace("jpg", "jpeg")
                if not is_picture:
                    is_wanted = named in map(str.lower, _PICTURES)
                    expected = f"a picture: {attachment.name} is none"
                    return Fault(attachment.path, "rule", expected) if is_wanted else None
                is_same = named == wanted
                expected = f"{wanted}, which {attachment.name} is"
                return None if is_same else Fault((*parent, name), "rule", expected, said[:40])
    return None


def _split(text: str) -> list[tuple[Kind, str]]:
    """The kind and the file name of a reference; nothing when it is escaped."""
    kind = Kind.BASE64 if text.startswith(Kind.BASE64.value) else Kind.TEXT
    name = text.removeprefix(kind.value)
    is_escaped = kind is Kind.TEXT and name.startswith(_PREFIXES)
    return [] if is_escaped else [(kind, name)]


def _references(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """The strings that begin with a prefix, escaped or not."""
    if isinstance(value, str):
        if value.startswith(_PREFIXES):
            yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, (str, dict, list)):
                yield from _references(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (str, dict, list)):
                yield from _references(item, (*path, index))


def _may_refer(document: object) -> bool:
    """Whether a string may begin with a prefix: no, in a twentieth of the time of a walk."""
    return _STARTS.search(msgspec.json.encode(document)) is not None


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value) if value.startswith(_PREFIXES) else value
    if isinstance(value, dict):
        return {name: _changed(member, change) for name, member in value.items()}
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    return value


def _member(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
        else:
            return None
    return value
