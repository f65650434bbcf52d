from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.kind import Kind, kind_of


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"see the WEBP files", "", Kind.TEXT),
        (b'{"a": 1}', "manifest.json", Kind.JSON),
        (b' \n["a"]', "", Kind.JSON),
        (b'{"a": 1}\n{"a": 2}', "embedding-text.jsonl", Kind.JSONL),
        (b'{"a": 1}', "one.NDJSON", Kind.JSONL),
        (b'{"a": 1}\n{"a": 2}', "answer.out", Kind.JSONL),
        (b"[1]\n[2]", "answer.out", Kind.JSONL),
        (b'{"a": 1}\n{"a": 2}', "x.json", Kind.JSON),
        (b'{\n"a": 1}', "answer.out", Kind.JSON),
        (b'[{"a": 1},\n{"a": 2}]', "answer.out", Kind.JSON),
        (b"0.5", "x.json", Kind.JSON),
        (b"a,b", "x.csv", Kind.TABLE),
        (b"a\tb", "x.tsv", Kind.TABLE),
        (b"0.1,0.9\n0.2,0.8", "answer.out", Kind.TABLE),
        (b"0.1,0.9\n0.2", "answer.out", Kind.TEXT),
        (b"12:00:01,5 a\n12:00:02,7 b", "x.log", Kind.TEXT),
        ("é".encode("utf-16"), "", Kind.TEXT),
        ("Grüße aus dem Süden".encode("latin-1"), "", Kind.TEXT),
        (b"a\tb\n", "notes.txt", Kind.TEXT),
        (b"", "", Kind.TEXT),
        ("é".encode()[:1], "", Kind.TEXT),
        (b"a" + "🌊".encode()[:3], "", Kind.TEXT),
        (b"\xff\x01abc", "x.json", Kind.BINARY),
        ("é".encode()[1:], "", Kind.BINARY),
        (b"a\0b", "x.txt", Kind.BINARY),
    ],
)
def test_a_content_is_known_by_its_first_bytes(head: bytes, name: str, kind: Kind) -> None:
    assert kind_of(head, name) is kind


@given(st.text().map(str.encode), st.integers(0, 200))
def test_a_text_cut_anywhere_is_not_taken_for_binary(content: bytes, cut: int) -> None:
    if b"\0" not in content:
        assert kind_of(content[:cut]) is not Kind.BINARY
