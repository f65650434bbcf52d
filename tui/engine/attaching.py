"""The files that a model input names: look at them while it is typed, put them in when it is sent.

Nothing is opened that might hang, and nothing is sent that is not what was looked at.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass

from tui.engine import local_file
from tui.engine.local_file import ChangedError, Stamp, UnusableError
from tui.model import attachment, magic
from tui.model.attachment import Attachment, Facts, Kind
from tui.model.document import size_text
from tui.model.fault import Fault
from tui.model.picture import picture_of
from tui.model.problem import Problem, ProblemError

LARGEST = 25_000_000
"""Bytes of a file, and of all that is sent: what the service takes."""

HEAD = 256 * 1024
"""Bytes that are looked at: the headers of a photograph may hold a small one."""

_PIECE = 3 * 1024 * 1024
"""Bytes that are encoded at once; a multiple of three, so that no padding stands inside."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that can be sent.

    Attributes:
        facts: What it is.
        head: Its first bytes.
        stamp: Which state of it was looked at.
    """

    facts: Facts
    head: bytes
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Looked:
    """A document and the state of its files.

    Attributes:
        document: As typed.
        attachments: Where it names files.
        seen: The files that can be sent, by reference.
        faults: The others, at their places in the document.
        warnings: What the service will not like about those that can be sent.
        stand_in: The document with as much of each content as the model's rules need, to be
            checked; not to be sent.
    """

    document: object
    attachments: tuple[Attachment, ...]
    seen: Mapping[str, Seen]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    stand_in: object

    @property
    def notes(self) -> dict[str, str]:
        """What to say of each file, by reference: ``1.2 MB PNG 1280×720``."""
        return {reference: str(seen.facts) for reference, seen in self.seen.items()}

    @property
    def stamps(self) -> dict[str, Stamp]:
        """Which state of each file was looked at, by reference."""
        return {reference: seen.stamp for reference, seen in self.seen.items()}

    @property
    def size(self) -> int:
        """Bytes that the files which can be sent add to the document."""
        usable = (one for one in self.attachments if one.reference in self.seen)
        return sum(_sent_size(one, self.seen[one.reference]) for one in usable)


async def look(document: object) -> Looked:
    """What the files are that a document names, or why they cannot be sent."""
    return await asyncio.to_thread(_look, document)


async def fill(looked: Looked) -> object:
    """The document with its files' contents in it, as it is sent.

    Raises:
        ProblemError: A file cannot be read, or is not what was looked at; its place is named.
    """
    return await asyncio.to_thread(_fill, looked)


async def filled(document: object) -> tuple[object, str]:
    """The document for another tool, which reads none of the files that it names inside.

    Returns:
        The document with its files' contents in it, if all of it can be sent; and what to say of
        them, if it names any.
    """
    looked = await look(document)
    if not looked.attachments:
        return looked.stand_in, ""
    names = ", ".join(dict.fromkeys(one.name for one in looked.attachments))
    if looked.faults:
        reason = str(looked.faults[0])
    elif looked.size > LARGEST:
        reason = f"{size_text(looked.size)} are more than the service takes"
    else:
        try:
            return await fill(looked), f"with the content of {names}"
        except ProblemError as error:
            reason = error.problem.cause
    told = f"the content of {names} is not in it, and the name is sent as it stands: {reason}"
    return await asyncio.to_thread(attachment.replaced, document, {}), told


def _look(document: object) -> Looked:
    attachments = attachment.find(document)
    seen: dict[str, Seen] = {}
    unusable: dict[str, tuple[str, str]] = {}
    for reference, one in {each.reference: each for each in attachments}.items():
        try:
            seen[reference] = _see(one)
        except UnusableError as error:
            unusable[reference] = error.expected, error.actual
    usable = [one for one in attachments if one.reference in seen]
    faults = [
        Fault(one.path, "rule", *unusable[one.reference])
        for one in attachments
        if one.reference in unusable
    ]
    formats = [
        attachment.format_fault(document, one, seen[one.reference].facts.format) for one in usable
    ]
    stand_in = attachment.replaced(
        document, {one.reference: _stand_in(one, seen[one.reference]) for one in usable}
    )
    return Looked(
        document=document,
        attachments=attachments,
        seen=seen,
        faults=tuple(faults),
        warnings=(*filter(None, formats), *_size_warning(usable, seen)),
        stand_in=stand_in,
    )


def _size_warning(usable: list[Attachment], seen: Mapping[str, Seen]) -> list[Fault]:
    sizes = [_sent_size(one, seen[one.reference]) for one in usable]
    if sum(sizes) <= LARGEST:
        return []
    largest = usable[sizes.index(max(sizes))]
    expected = f"at most {size_text(LARGEST)} in all, base64 being a third longer than its file"
    return [Fault(largest.path, "maxLength", expected, size_text(sum(sizes)))]


def _sent_size(one: Attachment, seen: Seen) -> int:
    size = seen.facts.size
    return (size + 2) // 3 * 4 if one.kind is Kind.BASE64 else size


def _see(one: Attachment) -> Seen:
    """Look at a file.

    Raises:
        UnusableError: It cannot be sent.
    """
    if not one.name:
        raise UnusableError("the name of a file", "nothing")
    head, stamp = local_file.look(one.name, HEAD)
    if stamp.size > LARGEST:
        raise UnusableError(f"a file of at most {size_text(LARGEST)}", size_text(stamp.size))
    if one.kind is Kind.TEXT:
        _text_of(head, is_cut=stamp.size > len(head))
        return Seen(Facts(stamp.size, "text"), head, stamp)
    facts = Facts(stamp.size, magic.format_of(head), picture_of(head))
    return Seen(facts, head, stamp)


def _text_of(content: bytes, *, is_cut: bool = False) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if is_cut and error.start >= len(content) - 3 and error.reason == "unexpected end of data":
            return content[: error.start].decode()
        raise UnusableError(
            "UTF-8 text (fileb:// sends any content, as base64)", "other bytes"
        ) from (error)


def _base64(content: bytes) -> str:
    """In pieces: encoding holds every other thread up."""
    pieces = range(0, len(content), _PIECE)
    return "".join(base64.b64encode(content[at : at + _PIECE]).decode("ascii") for at in pieces)


def _stand_in(one: Attachment, seen: Seen) -> str:
    if one.kind is Kind.BASE64:
        return _base64(seen.head)
    is_cut = seen.stamp.size > len(seen.head)
    return one.reference if is_cut else _text_of(seen.head)


def _fill(looked: Looked) -> object:
    contents: dict[str, str] = {}
    for one in looked.attachments:
        if one.reference not in looked.seen:
            fault = next(fault for fault in looked.faults if fault.path == one.path)
            raise ProblemError(_not_read(str(fault)))
        if one.reference not in contents:
            contents[one.reference] = _content(one, looked.seen[one.reference].stamp)
    return attachment.replaced(looked.document, contents)


def _content(one: Attachment, stamp: Stamp) -> str:
    """What is sent in place of an attachment.

    Raises:
        ProblemError: It cannot be read, or is not what was looked at.
    """
    try:
        content = local_file.read(one.name, stamp)
        return _base64(content) if one.kind is Kind.BASE64 else _text_of(content)
    except ChangedError as error:
        raise ProblemError(_changed(one)) from error
    except UnusableError as error:
        message = str(Fault(one.path, "rule", error.expected, error.actual))
        raise ProblemError(_not_read(message)) from error


def _not_read(message: str) -> Problem:
    return Problem(
        kind="AttachmentNotRead",
        message=f"{message}; nothing was sent",
        cause="the file is gone, or is not one that can be read",
        remedy="mend the file or its name in the model input, then submit again",
    )


def _changed(one: Attachment) -> Problem:
    place = Fault(one.path, "rule", f"{one.name} has changed since it was looked at")
    return Problem(
        kind="AttachmentChanged",
        message=f"{place}; nothing was sent",
        cause="something wrote to the file",
        remedy="submit again to send it as it is now",
        is_retryable=True,
    )
