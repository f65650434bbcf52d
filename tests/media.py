"""Files of many formats, written here byte by byte; none holds a picture or a sound."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

from tui.sandbox.outputs import clip


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + content
        + struct.pack(">I", zlib.crc32(content))
    )


def jpeg(width: int, height: int) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF".ljust(14, b"\0")
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + app + frame


def tiff(width: int, height: int, order: str) -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    wide = struct.pack(f"{order}HHII", 256, 4, 1, width)
    high = struct.pack(f"{order}HHIHH", 257, 3, 1, height, 0)
    return mark + struct.pack(f"{order}IH", 8, 2) + wide + high + bytes(4)


def webp(kind: bytes, header: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(header)) + header
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def box(name: bytes, *contents: bytes, is_long: bool = False) -> bytes:
    content = b"".join(contents)
    if is_long:
        return struct.pack(">I4sQ", 1, name, 16 + len(content)) + content
    return struct.pack(">I4s", 8 + len(content), name) + content


def times(scale: int, length: int, version: int = 0) -> bytes:
    """The fields that begin a movie's and a track's header."""
    if version:
        return struct.pack(">B3xQQIQ", 1, 0, 0, scale, length) + bytes(80)
    return struct.pack(">B3xIIII", 0, 0, 0, scale, length) + bytes(80)


def track(handler: bytes, entry: bytes, scale: int, length: int, count: int) -> bytes:
    sizes = struct.pack(">4xII", 0, count) + bytes(4 * count)
    stbl = box(b"stbl", box(b"stsd", bytes(4), struct.pack(">I", 1), entry), box(b"stsz", sizes))
    head = box(b"mdhd", times(scale, length)), box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"mdia", *head, box(b"minf", stbl)))


def video_entry(codec: bytes, width: int, height: int) -> bytes:
    return box(codec, bytes(24), struct.pack(">HH", width, height), bytes(50))


def sound_entry(codec: bytes, rate: int, channels: int) -> bytes:
    return box(codec, bytes(16), struct.pack(">HHII", channels, 16, 0, rate << 16))


def moov(version: int = 0, frames: int = 240, *, is_long: bool = False) -> bytes:
    """Ten seconds: H.264 of 640×360 in so many frames, AAC of 48 kHz in stereo."""
    video = track(b"vide", video_entry(b"avc1", 640, 360), 12_000, 120_000, frames)
    sound = track(b"soun", sound_entry(b"mp4a", 48_000, 2), 48_000, 480_000, 470)
    header = box(b"mvhd", times(1000, 10_000, version))
    return box(b"moov", header, sound, video, is_long=is_long)


FTYP = box(b"ftyp", b"isom", bytes(4), b"isom")


def wav(seconds: int, rate: int = 8000) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    sound = bytes(seconds * rate * 2)
    chunks = (
        b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(sound)) + sound
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def flac(seconds: int, rate: int = 44_100, channels: int = 2, bits: int = 16) -> bytes:
    packed = rate << 44 | (channels - 1) << 41 | (bits - 1) << 36 | seconds * rate
    return b"fLaC" + bytes(14) + struct.pack(">Q", packed) + bytes(16)


def ogg_page(position: int, content: bytes) -> bytes:
    return b"OggS\0\0" + struct.pack("<q", position) + bytes(12) + b"\x01\x1e" + content


def opus(seconds: int) -> bytes:
    header = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 312, 44_100, 0, 0)
    last = ogg_page(seconds * 48_000 + 312, bytes(30))
    return ogg_page(0, header) + bytes(100_000) + last


def element(name: int, content: bytes) -> bytes:
    size = struct.pack(">Q", 1 << 56 | len(content))
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + content


def number(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(4, "big"))


def webm() -> bytes:
    """2.5 s: VP9 of 640×360 at 25 frames/s, Opus of 48 kHz in stereo."""
    info = number(0x2AD7B1, 1_000_000) + element(0x4489, struct.pack(">d", 2500.0))
    video = element(0xE0, number(0xB0, 640) + number(0xBA, 360))
    first = number(0x83, 1) + element(0x86, b"V_VP9") + number(0x23E383, 40_000_000) + video
    audio = element(0xE1, element(0xB5, struct.pack(">f", 48_000.0)) + number(0x9F, 2))
    second = number(0x83, 2) + element(0x86, b"A_OPUS") + audio
    tracks = element(0xAE, first) + element(0xAE, second)
    segment = element(0x1549A966, info) + element(0x1654AE6B, tracks)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, segment)


def npy(values: list[float], shape: str, descr: str = "<f4") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    form = f"<{len(values)}f"
    return (
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(form, *values)
    )


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, name * 3)
    return file.getvalue()


KINDS: dict[str, tuple[bytes, str, str]] = {
    "answer.json": (b'{"label": "cat", "score": [0.5, 1]}', "JSON · 35 B", '"score": [ 0.5, 1 ]'),
    "bad.json": (b'{"a": NaN}', "no JSON: line 1, column 7: NaN is not JSON", '{"a": NaN}'),
    "lines.jsonl": (b'{"a": 1}\n{"a": 2}\n', "JSON lines · 2 records", "record 2"),
    "notes.txt": ("Gezeiten – Tümpel\n".encode(), "text · 21 B", "Gezeiten – Tümpel"),
    "marked.txt": ("Tümpel".encode("utf-16"), "text · UTF-16", "Tümpel"),
    "old.txt": (
        "Grüße aus dem Süden".encode("latin-1"),
        "text · taken as windows-1252",
        "Grüße aus",
    ),
    "table.csv": (b"name;age\nAnn;41\nBob;7\n", "CSV · 2 columns · 2 rows", "Ann   41"),
    "table.tsv": (b"name\tage\nAnn\t41\n", "CSV · 2 columns · 1 row", "name  age"),
    "a.png": (png(1280, 720), "PNG · 1280×720 pixels", "89 50 4e 47"),
    "a.jpg": (jpeg(640, 480), "JPEG · 640×480 pixels", "JFIF"),
    "a.gif": (b"GIF89a" + struct.pack("<HH", 12, 9), "GIF · 12×9 pixels", "GIF89a"),
    "a.webp": (
        webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 320, 200)),
        "WebP · 320×200 pixels",
        "WEBPVP8",
    ),
    "a.bmp": (
        b"BM" + bytes(12) + struct.pack("<Iii", 40, 33, -21),
        "BMP · 33×21 pixels",
        "42 4d",
    ),
    "a.tiff": (tiff(70, 50, "<"), "TIFF · 70×50 pixels", "49 49 2a"),
    "clip.mp4": (
        clip(),
        "MP4 · 6.0 s · 1280×720 · H.264 · 24 frames/s · no sound",
        "ftypisom",
    ),
    "clip.mov": (
        box(b"wide") + box(b"mdat", bytes(300_000)) + moov(),
        "MOV · 10.0 s · 640×360 · H.264 · 24 frames/s · AAC 48 kHz stereo",
        "wide",
    ),
    "clip.webm": (
        webm(),
        "WebM · 2.5 s · 640×360 · VP9 · 25 frames/s · Opus 48 kHz stereo",
        "1a 45 df a3",
    ),
    "a.wav": (wav(2), "WAV · 2.0 s · PCM 16 bit 8 kHz mono", "WAVEfmt"),
    "a.mp3": (
        b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + bytes(31_996),
        "MP3 · about 2.0 s · 44.1 kHz stereo",
        "ID3",
    ),
    "a.flac": (flac(125), "FLAC · 2:05 min · 16 bit 44.1 kHz stereo", "fLaC"),
    "a.ogg": (opus(3), "Ogg · 3.0 s · Opus 48 kHz stereo", "OggS"),
    "a.npy": (npy([0.5, -1.0], "(2,)"), "NPY · float32 · 2", "0.5 -1"),
    "a.json.gz": (gzip.compress(b'{"a": [1, 2]}'), "gzip · JSON", '"a": [ 1, 2 ]'),
    "a.zip": (zipped("one.txt", "two/three.txt"), "ZIP · 2 files", "39 B  two/three.txt"),
    "a.bin": (bytes(range(200)), "binary · 200 B", "00000010  10 11 12"),
    "empty": (b"", "empty: zero bytes", ""),
}
"""Name → an object, what is said of it, and a part of what is shown."""
