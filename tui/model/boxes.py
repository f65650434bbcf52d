"""The header of an MP4, MOV or M4A file, box by box, wherever in the file it is (ISO 14496-12).

The tables of samples, which may be long, are stepped over.
"""

from __future__ import annotations

from struct import iter_unpack, unpack_from
from typing import NamedTuple

from tui.model.clip import Clip, Picture, Sound
from tui.model.window import Asking, Window

_MOST = 64
"""Boxes of one level that are looked at."""

_MOST_IN_ALL = 4096
"""Boxes that are looked at for what their tables claim."""

_FIELDS = 96
"""Bytes of a box's own fields, at most, that are read here."""

_AROUND = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
"""The boxes around a table of samples."""

_SOUND_SAMPLES = 1024
"""Samples of plain sound that a reader takes together."""

_ENTRIES = 12 * 4096
"""Bytes of a table of chunks that are looked at in one go."""

_CODECS = {
    "avc1": "H.264",
    "avc3": "H.264",
    "hvc1": "H.265",
    "hev1": "H.265",
    "av01": "AV1",
    "vp08": "VP8",
    "vp09": "VP9",
    "mp4v": "MPEG-4",
    "apch": "ProRes",
    "apcn": "ProRes",
    "ap4h": "ProRes",
    "mp4a": "AAC",
    "ac-3": "AC-3",
    "ec-3": "E-AC-3",
    "alac": "ALAC",
    "fLaC": "FLAC",
    "sowt": "PCM",
    "twos": "PCM",
    "lpcm": "PCM",
    ".mp3": "MP3",
}


class _Box(NamedTuple):
    name: bytes
    start: int
    end: int


def clip_of(window: Window) -> Asking[Clip | None]:
    """What the file holds; None where its header is not found.

    Raises:
        struct.error: The header ends early.
    """
    moov = yield from _find(window, _Box(b"", 0, window.size), b"moov")
    if moov is None:
        return None
    picture, sound = None, None
    for box in (yield from _boxes(window, moov)):
        if box.name == b"trak":
            track = yield from _track(window, box)
            if isinstance(track, Picture):
                picture = picture or track
            else:
                sound = sound or track
    seconds = yield from _length(window, moov)
    return Clip(seconds, picture, sound)


def samples_of(window: Window) -> Asking[int | None]:
    """How many samples a reader would list, as all tables claim; None where that is not told."""
    total, looked = 0, 0
    around = [(_Box(b"", 0, window.size), False)]
    while around:
        parent, is_sound = around.pop()
        boxes = yield from _boxes(window, parent)
        names = {box.name for box in boxes}
        looked += len(boxes)
        is_cut = len(boxes) == _MOST and (parent.name or b"moov" not in names)
        if is_cut or looked > _MOST_IN_ALL or b"cmov" in names:
            return None
        if parent.name == b"mdia":
            is_sound = (yield from _fields(window, parent, b"hdlr"))[8:12] == b"soun"
        around += [(box, is_sound) for box in boxes if box.name in _AROUND]
        times = (yield from _fields(window, parent, b"stts")) if is_sound else b""
        is_plain = times[4:8] == times[12:16] == b"\0\0\0\1"
        total += yield from (_chunked if is_plain else _sized)(window, boxes)
    return total


def _sized(window: Window, boxes: list[_Box]) -> Asking[int]:
    """The samples that tables of sizes claim; a table of one size for all is short."""
    total = 0
    for box in boxes:
        if box.name in (b"stsz", b"stz2"):
            fields = yield from window.read(box.start, min(box.end, box.start + 12))
            total += unpack_from(">I", fields, 8)[0] if len(fields) == 12 else 0
    return total


def _chunked(window: Window, boxes: list[_Box]) -> Asking[int]:
    """What is listed of plain sound: parts of each of its chunks, not each sample."""
    chunks, most = 0, 0
    for box in boxes:
        if box.name in (b"stco", b"co64"):
            fields = yield from window.read(box.start, min(box.end, box.start + 8))
            chunks += unpack_from(">I", fields, 4)[0] if len(fields) == 8 else 0
        elif box.name == b"stsc":
            for start in range(box.start + 8, box.end, _ENTRIES):
                entries = yield from window.read(start, min(start + _ENTRIES, box.end))
                counts = iter_unpack(">4xI4x", entries[: len(entries) // 12 * 12])
                most = max([most, *(count for (count,) in counts)])
    return chunks * -(-most // _SOUND_SAMPLES)


def _boxes(window: Window, parent: _Box, last: bytes = b"") -> Asking[list[_Box]]:
    """The boxes right inside another one, up to the first of a name."""
    found: list[_Box] = []
    start = parent.start
    while start + 8 <= parent.end and len(found) < _MOST:
        header = yield from window.read(start, min(start + 16, parent.end))
        if len(header) < 8:
            break
        length, name = unpack_from(">I4s", header)
        body = start + 8
        if length == 1 and len(header) == 16:
            (length,) = unpack_from(">Q", header, 8)
            body += 8
        elif length == 0:
            length = parent.end - start
        if start + length < body:
            break
        found.append(_Box(name, body, min(start + length, parent.end)))
        if name == last:
            break
        start += length
    return found


def _find(window: Window, parent: _Box, *path: bytes) -> Asking[_Box | None]:
    """The first box of each name inside the one before."""
    box = parent
    for name in path:
        boxes = yield from _boxes(window, box, name)
        if not boxes or boxes[-1].name != name:
            return None
        box = boxes[-1]
    return box


def _fields(window: Window, parent: _Box, *path: bytes) -> Asking[bytes]:
    """The first bytes inside a box; none where there is no such box."""
    box = yield from _find(window, parent, *path)
    if box is None:
        return b""
    return (yield from window.read(box.start, min(box.end, box.start + _FIELDS)))


def _length(window: Window, moov: _Box) -> Asking[float]:
    """Seconds; the pieces of a fragmented file are counted in a box of their own."""
    scale, length = _times((yield from _fields(window, moov, b"mvhd")))
    if not length:
        fields = yield from _fields(window, moov, b"mvex", b"mehd")
        if fields:
            (length,) = unpack_from(">Q" if fields[0] == 1 else ">I", fields, 4)
    return length / scale if scale else 0.0


def _times(fields: bytes) -> tuple[int, int]:
    """Units of a second, and how many of them it lasts; of a movie's or a track's header."""
    if not fields:
        return 0, 0
    scale, length = (
        unpack_from(">IQ", fields, 20) if fields[0] == 1 else unpack_from(">II", fields, 12)
    )
    is_known = length not in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
    return scale, length if is_known else 0


def _track(window: Window, trak: _Box) -> Asking[Picture | Sound | None]:
    mdia = yield from _find(window, trak, b"mdia")
    if mdia is None:
        return None
    stbl = yield from _find(window, mdia, b"minf", b"stbl")
    handler = yield from _fields(window, mdia, b"hdlr")
    if stbl is None or handler[8:12] not in (b"vide", b"soun"):
        return None
    entry = yield from _fields(window, stbl, b"stsd")
    name = entry[12:16].decode("latin-1")
    codec = _CODECS.get(name, name.strip())
    if handler[8:12] == b"soun":
        channels, _, _, rate = unpack_from(">HHII", entry, 32)
        return Sound(codec, rate >> 16, channels)
    width, height = unpack_from(">HH", entry, 40)
    scale, length = _times((yield from _fields(window, mdia, b"mdhd")))
    sizes = yield from _fields(window, stbl, b"stsz")
    (count,) = unpack_from(">I", sizes, 8) if sizes else (0,)
    return Picture(codec, width, height, count * scale / length if length else 0.0)
