"""Length, rate and channels of WAV, FLAC, MP3 and Ogg files, from their headers."""

from __future__ import annotations

from struct import unpack_from

from tui.model.clip import Clip, Sound
from tui.model.window import PIECE, Asking, Window

_PCM = {1: "PCM", 3: "PCM float", 6: "A-law", 7: "µ-law", 0xFFFE: "PCM"}

_CHUNKS = 100
"""Chunks of a WAV file that are looked at."""

_BITRATES = {
    (3, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by MPEG version (3 is 1, 2 is 2 and 2.5) and layer."""

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def wav_of(window: Window) -> Asking[Clip | None]:
    """What a WAV file holds.

    Raises:
        struct.error: A header ends early.
    """
    place, sound, bytes_a_second = 12, None, 0
    for _ in range(_CHUNKS):
        header = yield from window.read(place, place + 8)
        if len(header) < 8:
            break
        name, length = unpack_from("<4sI", header)
        if name == b"fmt ":
            fields = yield from window.read(place + 8, place + 24)
            code, channels, rate, bytes_a_second, _, bits = unpack_from("<HHIIHH", fields)
            codec = f"{_PCM.get(code, f'format {code}')} {bits} bit" if bits else "WAV"
            sound = Sound(codec, rate, channels)
        elif name == b"data":
            # A recording that was streamed tells no length.
            length = min(length, window.size - place - 8) or window.size - place - 8
            return Clip(length / bytes_a_second if bytes_a_second else 0.0, sound=sound)
        place += 8 + length + length % 2
    return Clip(sound=sound) if sound else None


def flac_of(head: bytes) -> Clip:
    """What a FLAC file holds.

    Raises:
        struct.error: The header ends early.
    """
    (packed,) = unpack_from(">Q", head, 18)
    rate, channels, bits = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1
    seconds = (packed & (1 << 36) - 1) / rate if rate else 0.0
    return Clip(seconds, sound=Sound(f"{bits} bit", rate, channels))


def mp3_of(window: Window) -> Asking[Clip | None]:
    """What an MP3 file holds; its length is estimated where no header of its own counts frames.

    Raises:
        struct.error: The header ends early.
    """
    start = 0
    if window.head.startswith(b"ID3"):
        for part in unpack_from("4B", window.head, 6):
            start = start << 7 | part & 127
        start += 10
    data = yield from window.read(start, start + 4096)
    place = next((at for at in range(len(data) - 4) if _is_frame(data, at)), None)
    if place is None:
        return None
    (header,) = unpack_from(">I", data, place)
    version, layer = header >> 19 & 3, 4 - (header >> 17 & 3)
    bitrate = _BITRATES[3 if version == 3 else 2, layer][header >> 12 & 15]
    rate = _RATES[version][header >> 10 & 3]
    sound = Sound("", rate, 1 if header >> 6 & 3 == 3 else 2)
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    if frames := _frames(data[place : place + 200]):
        return Clip(frames * samples / rate, sound=sound)
    left = window.size - start - place
    return Clip(left / bitrate / 125 if bitrate else 0.0, sound=sound, is_estimated=True)


def _is_frame(data: bytes, at: int) -> bool:
    """Whether a frame of sound begins there: a mark, and no reserved value."""
    header: int = unpack_from(">I", data, at)[0]
    return (
        header >> 21 == 0x7FF
        and header >> 19 & 3 != 1
        and header >> 17 & 3 != 0
        and header >> 12 & 15 != 15
        and header >> 10 & 3 != 3
    )


def _frames(frame: bytes) -> int:
    """The frames that an encoder counted in the first one; 0 where it did not."""
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark)
        if at >= 0 and len(frame) >= at + 12 and frame[at + 7] & 1:
            return int.from_bytes(frame[at + 8 : at + 12], "big")
    at = frame.find(b"VBRI")
    return int.from_bytes(frame[at + 14 : at + 18], "big") if at >= 0 else 0


def ogg_of(window: Window) -> Asking[Clip | None]:
    """What an Ogg file holds; its length is told by its last page.

    Raises:
        struct.error: The header ends early.
    """
    head = window.head[:512]
    skipped = 0
    if (at := head.find(b"OpusHead")) >= 0:
        channels, skipped = unpack_from("<BH", head, at + 9)
        sound, rate = Sound("Opus", 48000, channels), 48000
    elif (at := head.find(b"\x01vorbis")) >= 0:
        channels, rate = unpack_from("<BI", head, at + 11)
        sound = Sound("Vorbis", rate, channels)
    else:
        return None
    tail = yield from window.read(max(0, window.size - PIECE), window.size)
    last = tail.rfind(b"OggS")
    if last < 0 or len(tail) < last + 14 or not rate:
        return Clip(sound=sound)
    (position,) = unpack_from("<q", tail, last + 6)
    return Clip(max(0, position - skipped) / rate, sound=sound)
