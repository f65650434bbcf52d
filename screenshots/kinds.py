"""One object of each kind that is previewed, made here: a picture of each is in ``kinds/``."""

from __future__ import annotations

import gzip
import io
import json
import math
import struct
import wave
import zipfile

from PIL import Image

CLIP = "output.mp4"
"""What the sandbox writes."""

SEGMENTS = ("visual", "audio", "transcription")


def objects() -> dict[str, bytes]:
    """The contents, by names that begin with what they are."""
    notes = "Ebbe um 6:12, Flut um 12:31.\nSee-Anemonen öffnen sich langsam; Krebse fliehen.\n"
    return {
        "bytes.bin": bytes(value * 37 % 256 for value in range(2000)),
        "csv-shots.csv": _table(),
        "gzip-log.txt.gz": gzip.compress(_log(), mtime=0),
        "image-pool.png": _image(),
        "json-embeddings.json": json.dumps({"data": [*map(_segment, range(9))]}).encode(),
        "jsonl-embeddings.jsonl": b"\n".join(
            json.dumps(_segment(number)).encode() for number in range(9)
        ),
        "npy-vectors.npy": _array(),
        "text-notes.txt": (notes * 8).encode("latin-1"),
        "wav-waves.wav": _sound(),
        "zip-shots.zip": _archive(),
    }


def _segment(number: int) -> dict[str, object]:
    return {
        "embedding": [round(math.sin(number + step / 9), 6) for step in range(1024)],
        "embeddingOption": SEGMENTS[number % 3],
        "startSec": number * 6.0,
        "endSec": number * 6.0 + 6.0,
    }


def _table() -> bytes:
    rows = [
        f"shot_{number:04},{number * 6},SUCCESS,{number * 4711 % 997}" for number in range(1, 9)
    ]
    return "\n".join(["shot,start,status,seed", *rows]).encode()


def _log() -> bytes:
    lines = [
        f"09:{number:02}:00 segment {number} embedded in {number % 7}.2 s" for number in range(40)
    ]
    return "\n".join(lines).encode()


def _image() -> bytes:
    """A sky over water, as soft as a model paints it."""
    sky = Image.linear_gradient("L").resize((640, 360))
    sun = Image.radial_gradient("L").resize((640, 360))
    file = io.BytesIO()
    Image.merge(
        "RGB", (sun.point(lambda value: 255 - value), sky, Image.new("L", sky.size, 150))
    ).save(file, "PNG")
    return file.getvalue()


def _array() -> bytes:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 6), }".ljust(117) + "\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
    return start + struct.pack("<24f", *(math.cos(number) for number in range(24)))


def _sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(bytes(64_000))
    return file.getvalue()


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("manifest.json", "shot_0001.mp4", "shot_0002.mp4"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 9, 30, 0)), name * 99)
    return file.getvalue()
