from __future__ import annotations

import pytest

from tui.model.content_type import content_type_of


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("output.mp4", "video/mp4"),
        ("OUTPUT.MP4", "video/mp4"),
        ("a.b/frame.jpeg", "image/jpeg"),
        ("manifest.json", "application/json"),
        ("embedding-text.jsonl", "text/plain; charset=utf-8"),
        ("1f2e.out", ""),
        ("vectors.npy", ""),
        ("result.json.gz", ""),
        ("mp4", "video/mp4"),
        ("", ""),
    ],
)
def test_a_names_ending_tells_what_a_browser_shall_take_it_for(name: str, told: str) -> None:
    assert content_type_of(name) == told
