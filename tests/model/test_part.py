from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.part import LONGEST_PART, part_of

texts = st.text() | st.text("aA./\\ -", max_size=12) | st.text("a.", min_size=190, max_size=210)


@pytest.mark.parametrize("text", ["clip.mp4", "run-42", "a.b_c", "0a1b2c3d-0000-4000", "x" * 200])
def test_what_is_one_part_already_stays_as_it_is(text: str) -> None:
    assert part_of(text) == text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("clip 1.mp4", r"clip-1-[0-9a-f]{8}\.mp4"),
        ("a/b", r"a-b-[0-9a-f]{8}"),
        ("a/../b", r"a-b-[0-9a-f]{8}"),
        ("..", r"[0-9a-f]{8}"),
        (".", r"[0-9a-f]{8}"),
        ("", r"[0-9a-f]{8}"),
        (".bashrc", r"bashrc-[0-9a-f]{8}"),
        ("\N{WATER WAVE}", r"[0-9a-f]{8}"),
        ("ünïcödé.json", r"n-c-d-[0-9a-f]{8}\.json"),
        ("n" * 250 + ".csv", r"n{187}-[0-9a-f]{8}\.csv"),
        ("\udcff.bin", r"[0-9a-f]{8}\.bin"),
    ],
)
def test_what_is_none_gets_a_stand_in_with_its_suffix(text: str, part: str) -> None:
    assert re.fullmatch(part, part_of(text)), part_of(text)


@given(texts)
def test_a_part_leads_nowhere_and_fits(text: str) -> None:
    part = part_of(text)

    assert re.fullmatch(r"[A-Za-z0-9._-]+", part)
    assert PurePosixPath("/folder", part).parts == ("/", "folder", part)
    assert part not in (".", "..")
    assert len(part) <= LONGEST_PART


@given(texts, texts)
def test_two_that_differ_stay_different(one: str, other: str) -> None:
    assert (part_of(one) == part_of(other)) == (one == other)
