"""The header of a WebM or Matroska file, as far as it is in the first bytes (RFC 9559)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack

from tui.model.clip import Clip, Picture, Sound

_MOST = 1000
"""Elements of one level that are looked at."""

_SEGMENT, _INFO, _TRACKS, _TRACK = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_TYPE, _CODEC, _FRAME, _VIDEO, _AUDIO = 0x83, 0x86, 0x23E383, 0xE0, 0xE1
_WIDTH, _HEIGHT, _FREQUENCY, _CHANNELS = 0xB0, 0xBA, 0xB5, 0x9F

_CODECS = {
    "V_MPEG4/ISO/AVC": "H.264",
    "V_MPEGH/ISO/HEVC": "H.265",
    "A_OPUS": "Opus",
    "A_VORBIS": "Vorbis",
}


def clip_of(head: bytes) -> Clip:
    """What the file holds; what is not told in these bytes is left out."""
    segment = _first(head, _SEGMENT)
    info = _first(segment, _INFO)
    scale = _number(_value(info, _SCALE)) or 1_000_000
    picture, sound = None, None
    for name, track, _ in _elements(_first(segment, _TRACKS)):
        kind = _number(_value(track, _TYPE)) if name == _TRACK else 0
        if kind == 1:
            picture = picture or _picture(track)
        elif kind == 2:
            sound = sound or _sound(track)
    return Clip(_real(_value(info, _DURATION)) * scale / 1e9, picture, sound)


def _picture(track: bytes) -> Picture:
    video, frame = _first(track, _VIDEO), _number(_value(track, _FRAME))
    width, height = (_number(_value(video, name)) for name in (_WIDTH, _HEIGHT))
    return Picture(_codec(track), width, height, 1e9 / frame if frame else 0.0)


def _sound(track: bytes) -> Sound:
    audio = _first(track, _AUDIO)
    rate = int(_real(_value(audio, _FREQUENCY))) or 8000
    return Sound(_codec(track), rate, _number(_value(audio, _CHANNELS)) or 1)


def _codec(track: bytes) -> str:
    name = _value(track, _CODEC)[:40].decode("latin-1").rstrip("\0")
    return _CODECS.get(name, name[2:].partition("/")[0])


def _first(data: bytes, wanted: int) -> bytes:
    """The content of an element that holds others, as much of it as is here."""
    return next((body for name, body, _ in _elements(data) if name == wanted), b"")


def _value(data: bytes, wanted: int) -> bytes:
    """The content of an element that holds a value; none of one that is cut."""
    return next((body for name, body, left in _elements(data) if name == wanted and not left), b"")


def _elements(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Each element's id and content, and how much of that is not here."""
    place = 0
    for _ in range(_MOST):
        name, length, body = _header(data, place)
        if not body:
            return
        yield name, data[body : body + length], max(0, body + length - len(data))
        place = body + length


def _header(data: bytes, place: int) -> tuple[int, int, int]:
    """An element's id, the length of its content, and where that begins; 0 where none does."""
    if place >= len(data) or not data[place]:
        return 0, 0, 0
    size = 9 - data[place].bit_length()
    name = int.from_bytes(data[place : place + size], "big")
    place += size
    if place >= len(data) or not data[place]:
        return 0, 0, 0
    size = 9 - data[place].bit_length()
    length = int.from_bytes(data[place : place + size], "big") & ((1 << 7 * size) - 1)
    is_open = length == (1 << 7 * size) - 1  # written live: it ends where its parent does
    return name, len(data) if is_open else length, place + size


def _number(body: bytes) -> int:
    return int.from_bytes(body[:8], "big")


def _real(body: bytes) -> float:
    """A float of four or eight bytes; 0 for what is none, or not finite, or below it."""
    if len(body) not in (4, 8):
        return 0.0
    (number,) = unpack(">f" if len(body) == 4 else ">d", body)
    return number if 0 < number < 1e15 else 0.0
