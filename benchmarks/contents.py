"""Objects to look at, of every kind that is laid out: made of numbers, the same in every run."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator

WORDS = "Grüße aus dem Süden, für alle: 潮だまりの生き物"


def _rows() -> Iterator[str]:
    rng = random.Random(1)
    while True:
        row = {
            "id": rng.randrange(10**9),
            "label": f"tide pool {rng.randrange(100)}",
            "score": rng.random(),
            "box": {"x": rng.randrange(999), "y": rng.randrange(999)},
            "tags": ["shore", "rock", None, True],
        }
        yield json.dumps(row)


def _embeddings() -> Iterator[str]:
    rng = random.Random(2)
    while True:
        embedding = [round(rng.uniform(-1, 1), 6) for _ in range(1024)]
        yield json.dumps({"embedding": embedding, "startSec": 1.5, "embeddingOption": "visual"})


def _values() -> Iterator[str]:
    yield "id,label,score,note"
    for number in itertools.count():
        yield f'{number},tide pool {number},{number / 7},"rock, shore"'


def _lines() -> Iterator[str]:
    return (f"{number} {WORDS}" for number in itertools.count())


def _joined(parts: Iterator[str], size: int, separator: str) -> str:
    """As many parts as fit."""
    kept: list[str] = []
    left = size
    for part in parts:
        left -= len(part.encode()) + len(separator)
        if left < 0:
            break
        kept.append(part)
    return separator.join(kept)


def embeddings_part(size: int) -> bytes:
    """The next embeddings of a list: a comma, and as many as fit."""
    return f",{_joined(_embeddings(), size - 1, ', ')}".encode().ljust(size)


def rows_part(size: int) -> bytes:
    """The next small objects of a list, one a line: a comma, and as many as fit."""
    return f",{_joined(_rows(), size - 1, f',{chr(10)}')}".encode().ljust(size)


CONTENTS: dict[str, Callable[[int], bytes]] = {
    "embeddings.json": lambda size: (
        f'{{"data": [{_joined(_embeddings(), size - 14, ", ")}]}}'.encode()
    ),
    "lines.json": lambda size: f"[{_joined(_rows(), size - 2, f',{chr(10)}')}]".encode(),
    "one-line.json": lambda size: f"[{_joined(_rows(), size - 2, ',')}]".encode(),
    "embeddings.jsonl": lambda size: _joined(_embeddings(), size, "\n").encode(),
    "rows.jsonl": lambda size: _joined(_rows(), size, "\n").encode(),
    "table.csv": lambda size: _joined(_values(), size, "\n").encode(),
    "utf-8.txt": lambda size: _joined(_lines(), size, "\n").encode(),
    "utf-16.txt": lambda size: _joined(_lines(), size, "\n").encode("utf-16"),
    "random.bin": lambda size: b"\0" + random.Random(3).randbytes(size - 1),
}
"""A name → the bytes of an object of that kind, at most as many as asked for in UTF-8."""
