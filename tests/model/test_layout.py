from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_watched, an_invocation
from tui.model.layout import BY_ID, check_layout, folders


@pytest.mark.parametrize(
    ("layout", "parts"),
    [
        (BY_ID, ("mm0oexhd8y31",)),
        ("{target}/{id}", ("luma.ray-v2-0", "mm0oexhd8y31")),
        ("{date}/{user}-{model}", ("2026-03-14", "ann-luma.ray-v2-0")),
        ("videos//{{{id}}}/", ("videos", "{mm0oexhd8y31}")),
        ("all", ("all",)),
    ],
)
def test_a_layout_is_filled_in(layout: str, parts: tuple[str, ...]) -> None:
    check_layout(layout)

    assert folders(layout, an_invocation(), "ann") == parts


@pytest.mark.parametrize(
    ("layout", "why"),
    [
        ("", "expected folders"),
        (" ", "expected folders"),
        (".", "not . or .."),
        ("..", "not . or .."),
        ("a/../../b", "not . or .."),
        ("a\\..\\b", "not . or .."),
        ("/srv/{id}", "below the one that is chosen"),
        ("~/{id}", "below the one that is chosen"),
        ("{region}", r"no placeholder \{region\}, only \{date\} .*\{id\} \{target\}"),
        ("{id", "a lone {"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(layout: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_layout(layout)


@pytest.mark.parametrize("id_", ["..", "a/b", "../../x", "\x1b[2J", "\u202e"])
def test_an_odd_id_stays_one_part(id_: str) -> None:
    (part,) = folders(BY_ID, a_watched(id_), "ann")

    assert part not in ("..", ".", "")
    assert part.isprintable()
    assert "/" not in part


@given(st.text(), st.text(), st.text())
def test_no_value_leads_anywhere_else(layout: str, id_: str, user: str) -> None:
    with contextlib.suppress(ValueError):
        check_layout(layout)
        parts = folders(layout, a_watched(id_, model_id=user), user)
        assert ".." not in parts
        assert not any("/" in part or not part for part in parts)
