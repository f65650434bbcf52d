from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from tui.model.disposition import LONGEST, inline


def test_a_plain_name_stands_as_it_is() -> None:
    assert inline("ray/mm0o/output.mp4") == 'inline; filename="output.mp4"'
    assert inline("a b+c.mp4") == 'inline; filename="a b+c.mp4"'


def test_an_odd_name_is_told_twice() -> None:
    assert inline('tide "pool" 🌊%.mp4') == (
        'inline; filename="tide _pool_ __.mp4"'
        "; filename*=UTF-8''tide%20%22pool%22%20%F0%9F%8C%8A%25.mp4"
    )


def test_a_name_that_is_none_is_left_out() -> None:
    for name in ("", "a/", "..", "ray/.", "  "):
        assert inline(name) == "inline"


def test_a_long_name_keeps_its_ending() -> None:
    told = inline("🌊" * 254 + ".mp4")

    assert told.endswith(".mp4")
    assert '_.mp4"' in told
    exact = unquote(told.partition("filename*=UTF-8''")[2])
    assert len(exact.encode()) <= LONGEST


@given(st.text())
def test_no_name_leaves_its_quotes_or_its_line(name: str) -> None:
    told = inline(name)

    assert told.isascii()
    assert told.isprintable()
    assert "\\" not in told
    assert told.count('"') in (0, 2)
    assert len(told) < 5 * LONGEST
