"""What a model answers to InvokeModel: made up, in the shape of each family of models.

Beside JSON, by what is accepted: a text, a picture, a sound or some bytes.
"""

from __future__ import annotations

import base64
import io
import json
import math
import random
import re
import struct
import wave
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tui.sandbox.outputs import embedding

JSON = "application/json"

_TEXT = "This is the sandbox: no model has read your words, but they arrived."
_SPEAKS = re.compile(r"sonic|speech|voice|tts")
"""What the ids of models that speak have in them."""


@dataclass(frozen=True)
class Answer:
    """A body, and what it is."""

    body: bytes
    content_type: str


def answer_model(model_id: str, document: Mapping[str, object], accept: str = "") -> Answer | None:
    """What a model answers; the same request always gets the same answer.

    Args:
        model_id: The base model's id.
        document: The request's body.
        accept: An HTTP Accept header; an empty one accepts everything.

    Returns:
        The first of the accepted types that the model makes, or None if it makes none of them.
    """
    rng = random.Random(repr((model_id, sorted(document.items(), key=str))))
    makers = _makers(model_id, document, rng)
    wanted = [part.partition(";")[0].strip().lower() for part in (accept or "*/*").split(",")]
    found = next((name for kind in wanted for name in makers if fnmatchcase(name, kind)), None)
    return None if found is None else Answer(makers[found](), found)


def message(model_id: str, text: str) -> dict[str, object]:
    """A text, as the models of a family wrap it up."""
    if model_id.startswith("amazon.nova-"):
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 12, "outputTokens": 16, "totalTokens": 28},
        }
    if model_id.startswith("anthropic."):
        return {
            "id": "msg_bdrk_5a4d0b0c",
            "type": "message",
            "role": "assistant",
            "model": model_id,
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 12, "output_tokens": 16},
        }
    return {"outputs": [{"text": text}]}


def _makers(
    model_id: str, document: Mapping[str, object], rng: random.Random
) -> dict[str, Callable[[], bytes]]:
    """What the model can make, by content type; JSON first, since it is the default."""
    some_bytes = {"application/octet-stream": lambda: rng.randbytes(1024)}
    if "embed" in model_id:
        return {JSON: lambda: _json(_embedding(model_id, document, rng)), **some_bytes}
    if model_id.startswith(("stability.", "amazon.nova-canvas", "amazon.titan-image")):
        seed = _seed(document, rng)
        return {
            JSON: lambda: _json(_image(seed)),
            "image/png": lambda: _png(64, 64, seed),
            **some_bytes,
        }
    is_known = model_id.startswith(("amazon.nova-", "anthropic."))
    content = message(model_id, _TEXT) if is_known else {"echo": document}
    text: dict[str, Callable[[], bytes]] = {
        JSON: lambda: _json(content),
        "text/plain": lambda: _TEXT.encode(),
        **some_bytes,
    }
    return {**text, "audio/wav": lambda: _wav(rng)} if _SPEAKS.search(model_id) else text


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _embedding(model_id: str, document: Mapping[str, object], rng: random.Random) -> object:
    if model_id.startswith("twelvelabs."):
        size = 512 if "3-0" in model_id else 1024
        return {"data": [{"embedding": embedding(rng, size)}]}
    if model_id.startswith("amazon.nova-2-multimodal"):
        vector = embedding(rng, 1024)
        return {"embeddings": [{"embeddingType": "TEXT", "embedding": vector}]}
    asked = document.get("dimensions")
    size = asked if isinstance(asked, int) and 0 < asked <= 4096 else 1024
    words = str(document.get("inputText", "")).split()
    return {"embedding": embedding(rng, size), "inputTextTokenCount": len(words)}


def _seed(document: Mapping[str, object], rng: random.Random) -> int:
    asked = document.get("seed")
    return asked if isinstance(asked, int) else rng.randrange(2**32)


def _image(seed: int) -> object:
    image = base64.b64encode(_png(64, 64, seed)).decode()
    return {"images": [image], "seeds": [seed], "finish_reasons": [None]}


def _png(width: int, height: int, seed: int) -> bytes:
    """A gradient whose blue is the seed's."""
    rows = b"".join(
        b"\0"
        + b"".join(bytes((x * 255 // width, y * 255 // height, seed % 256)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _wav(rng: random.Random) -> bytes:
    """Half a second of one tone: 8 kHz, 16 bit, mono."""
    rate, pitch = 8000, rng.randrange(220, 880)
    samples = (
        round(8000 * math.sin(2 * math.pi * pitch * index / rate)) for index in range(rate // 2)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()
