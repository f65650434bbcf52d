"""What InvokeModel answers: made up, in the shape of each family of models."""

from __future__ import annotations

import base64
import random
import struct
import zlib
from collections.abc import Mapping

from tui.sandbox.outputs import embedding


def answer_model(model_id: str, document: Mapping[str, object]) -> object:
    """The body that a model answers with; the same input always gets the same answer."""
    rng = random.Random(repr((model_id, sorted(document.items(), key=str))))
    if "embed" in model_id:
        return _embedding(model_id, document, rng)
    if model_id.startswith(("stability.", "amazon.nova-canvas", "amazon.titan-image")):
        return _image(document, rng)
    text = "This is the sandbox: no model has read your words, but they arrived."
    if model_id.startswith("amazon.nova-"):
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 12, "outputTokens": 16, "totalTokens": 28},
        }
    if model_id.startswith("anthropic."):
        return {
            "id": f"msg_bdrk_{rng.getrandbits(64):016x}",
            "type": "message",
            "role": "assistant",
            "model": model_id,
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 12, "output_tokens": 16},
        }
    return {"echo": document}


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


def _image(document: Mapping[str, object], rng: random.Random) -> object:
    asked = document.get("seed")
    seed = asked if isinstance(asked, int) else rng.randrange(2**32)
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
