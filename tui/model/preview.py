"""How an object is shown by its first bytes: a line of facts, and a text to read. No bytes fail.

Formats are other modules'; here each content is given to the one that knows it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

from tui.model import archive, boxes, document, magic, matroska, npy, pixels, sounds
from tui.model.clip import Clip
from tui.model.counting import so_many
from tui.model.cut_json import closed
from tui.model.delimited import table_of
from tui.model.document import DocumentFault, size_text
from tui.model.encoding import Decoded, decode, decode_end
from tui.model.json_text import laid_out
from tui.model.kind import Kind, kind_of_text
from tui.model.outputs import hex_lines
from tui.model.records import records_of
from tui.model.sheet import MOST
from tui.model.text import even_lines
from tui.model.window import Asking, Window

_HEX = 4096
"""Bytes that are shown as hex of a format whose header says more."""

_IMAGES = ("PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF")
_EARLY = "its header ends early"
_NOT_FOUND = "its header is not found"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of an object.

    Attributes:
        facts: What it is, for one line.
        text: What to read; foreign, and not yet printable.
        wraps: Whether long lines are wrapped: those of a table are not.
        grows: Whether more bytes would show more text.
        document: The JSON text that an expression can be asked of; empty where there is none. The
            text is it, or its records, with a line for each member.
    """

    facts: str
    text: str = ""
    wraps: bool = True
    grows: bool = False
    document: str = ""


def preview_of(name: str, size: int, head: bytes) -> Asking[Preview]:
    """How an object is shown.

    Args:
        name: Its name; the ending tells what the bytes do not.
        size: Bytes of all of it.
        head: Its first bytes.

    Yields:
        Start and end of what else is to be read; fewer bytes, or none, may be sent.
    """
    if not size:
        return Preview("empty: zero bytes")
    if magic.format_of(head) != "gzip":
        return (yield from _preview(name, Window(size, head)))
    content, is_whole, is_damaged = archive.unpacked(head)
    if not content:
        return _hex("gzip · " + ("damaged" if is_damaged else "of nothing" * is_whole), head)
    inner = Window(len(content) + (not is_whole), content, most=0)
    shown = yield from _preview(name.removesuffix(".gz"), inner)
    part = "" if is_whole else f" · {size_text(len(content))} of it unpacked"
    is_early = (
        not (is_whole or is_damaged) and len(head) == size and len(content) < archive.UNPACKED
    )
    end = " · then damaged" * is_damaged + " · then it ends early" * is_early
    told = f"gzip · {shown.facts}{part}{end}"
    return replace(shown, facts=told, grows=False)


def preview_of_end(name: str, size: int, head: bytes, end: bytes) -> Preview:
    """How the end of an object is shown that is too large to be read up to there.

    Args:
        name: Its name.
        size: Bytes of all of it.
        head: Some of its first bytes, which tell what it is.
        end: Its last ones, from an even place on.
    """
    form = magic.format_of(head)
    beginning = decode(head) if form == magic.BYTES else None
    decoded = decode_end(end, head) if beginning else None
    if beginning is None or decoded is None:
        told = "binary" if form == magic.BYTES else form
        last = end[-_HEX:]
        lines = hex_lines(last, size - len(last))
        return Preview(f"{told} · its last {size_text(len(last))}", "\n".join(lines), wraps=False)
    text = even_lines(decoded.text)
    kind = kind_of_text(even_lines(beginning.text), name)
    whole = text.partition("\n")[2] or text
    if kind is Kind.JSONL:
        records = records_of(whole, is_cut=False, is_end=True)
        return Preview(
            f"{kind.value} · the last {records.facts}", records.text, document=records.document
        )
    return Preview(f"{kind.value}, its end: as it stands", whole if kind is not Kind.JSON else text)


def _preview(name: str, window: Window) -> Asking[Preview]:
    form = magic.format_of(window.head)
    try:
        known = yield from _formatted(form, window)
    except struct.error:
        known = _hex(f"{form} · {_EARLY}", window.head)
    if known is not None:
        return known
    decoded = decode(window.head)
    if decoded is None and form != magic.BYTES:
        return _hex(form, window.head)
    if decoded is None:
        lines = hex_lines(window.head[: 16 * MOST])
        grows = len(window.head) < min(window.size, 16 * MOST)
        return Preview("binary", "\n".join(lines), wraps=False, grows=grows)
    shown = _read(decoded, name, is_cut=len(window.head) < window.size)
    is_utf8 = decoded.encoding == "UTF-8"
    return shown if is_utf8 else replace(shown, facts=f"{shown.facts} · {decoded.encoding}")


def _hex(facts: str, head: bytes) -> Preview:
    return Preview(facts, "\n".join(hex_lines(head[:_HEX])), wraps=False)


# Text -----------------------------------------------------------------------------------------


def _read(decoded: Decoded, name: str, *, is_cut: bool) -> Preview:
    text = even_lines(decoded.text)
    kind = kind_of_text(text, name)
    if kind is Kind.JSON:
        return _json(text, is_cut=is_cut)
    if kind is Kind.JSONL:
        records = records_of(text, is_cut=is_cut)
        grows = is_cut and records.is_all
        facts = f"{kind.value} · {records.facts}"
        return Preview(facts, records.text, grows=grows, document=records.document)
    if kind is Kind.TABLE and (table := table_of(text, is_cut=is_cut)):
        grows = is_cut and table.is_all
        return Preview(f"{kind.value} · {table.facts}", table.text, wraps=False, grows=grows)
    return Preview(Kind.TEXT.value, text, grows=is_cut and _has_room(text))


def _has_room(text: str) -> bool:
    """Whether more lines would be shown."""
    return text.count("\n") < MOST


def _json(text: str, *, is_cut: bool) -> Preview:
    if is_cut:
        whole = closed(text)
        pretty = laid_out(whole) if whole else None
        if pretty is None:
            return Preview("JSON, cut: as it stands", text, grows=_has_room(text))
        return Preview("JSON, its first members", pretty, grows=_has_room(pretty), document=pretty)
    pretty = laid_out(text)
    if pretty is not None:
        return Preview("JSON", pretty, document=pretty)
    fault = document.parse(text)
    if isinstance(fault, DocumentFault) and fault.line:
        return Preview(f"no JSON: {fault}", text)
    return Preview("JSON, too deep to be laid out", text)


# Other formats --------------------------------------------------------------------------------


def _formatted(form: str, window: Window) -> Asking[Preview | None]:
    """Of a format that is known here, what its header says; None for any other.

    Raises:
        struct.error: The header ends early.
    """
    head = window.head
    if form in _IMAGES:
        size = pixels.size_of(head, form)
        return _hex(f"{form} · {f'{size[0]}×{size[1]} pixels' if size else _NOT_FOUND}", head)
    if form in _CLIPS or form in _HEADS:
        clip = _HEADS[form](head) if form in _HEADS else (yield from _CLIPS[form](window))
        return _hex(f"{form} · {clip or _NOT_FOUND}", head)
    if form == "ZIP":
        names = yield from archive.names_of(window)
        if names is None:
            return _hex("ZIP · its directory is not found", head)
        return Preview(f"ZIP · {so_many(names.files, 'file')}", names.text)
    if form == "NPY":
        array = npy.array_of(head)
        facts = f"NPY · {array.facts if array else _NOT_FOUND}"
        return Preview(facts, array.text) if array and array.text else _hex(facts, head)
    return None


_CLIPS: dict[str, Callable[[Window], Asking[Clip | None]]] = {
    "MP4": boxes.clip_of,
    "MOV": boxes.clip_of,
    "M4A": boxes.clip_of,
    "WAV": sounds.wav_of,
    "MP3": sounds.mp3_of,
    "Ogg": sounds.ogg_of,
}
_HEADS: dict[str, Callable[[bytes], Clip]] = {
    "Matroska": matroska.clip_of,
    "WebM": matroska.clip_of,
    "FLAC": sounds.flac_of,
}
