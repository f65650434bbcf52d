from __future__ import annotations

import pytest

from tui.model.ending import type_of


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("output.mp4", "MP4"),
        ("shots/a.b/Frame.JPG", "JPEG"),
        ("embedding-video.jsonl", "JSON lines"),
        ("manifest.json", "JSON"),
        ("x.out", ""),
        ("json", ""),
        ("v1.json/part", ""),
        ("trailing.", ""),
        ("", ""),
    ],
)
def test_the_ending_tells_a_type_or_nothing(name: str, type_: str) -> None:
    assert type_of(name) == type_
