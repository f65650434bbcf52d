from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tui.ledger.database import Database
from tui.ledger.drafts import Draft, Drafts

FIELDS = {"model_id": "luma.ray-v2:0", "model_input": '{\n  "prompt": "half a sent', "tags": "a='"}
FIRST = Draft("first", FIELDS, NOW)
SECOND = Draft("second", {"model_input": "\x00\N{WATER WAVE}"}, NOW + timedelta(seconds=1))


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database)


async def test_what_was_typed_is_there_in_the_next_session(path: Path) -> None:
    with closing(Database(path)) as database:
        await Drafts(database).save(FIRST)

    with closing(Database(path)) as database:
        assert await Drafts(database).all() == [FIRST]


async def test_without_a_draft_there_is_none(drafts: Drafts) -> None:
    assert await drafts.all() == []


async def test_the_one_kept_last_comes_first_whatever_the_clock_said(drafts: Drafts) -> None:
    await drafts.save(SECOND)
    await drafts.save(FIRST)
    assert await drafts.all() == [FIRST, SECOND]

    await drafts.save(SECOND)

    assert await drafts.all() == [SECOND, FIRST]


async def test_half_a_character_comes_back_as_it_was(drafts: Drafts) -> None:
    draft = Draft("first", {"model_input": '{"prompt": "\ud83d"}'}, NOW)

    await drafts.save(draft)

    assert await drafts.all() == [draft]


async def test_a_draft_takes_the_place_of_what_it_was(drafts: Drafts) -> None:
    later = Draft("first", {"model_input": "more"}, NOW + timedelta(seconds=5))

    await drafts.save(FIRST)
    await drafts.save(later)

    assert await drafts.all() == [later]


async def test_a_deleted_draft_is_gone_and_others_stay(drafts: Drafts) -> None:
    await drafts.save(FIRST)
    await drafts.save(SECOND)

    await drafts.delete("first")
    await drafts.delete("first")

    assert await drafts.all() == [SECOND]


async def test_a_draft_that_holds_something_else_by_now_is_not_dropped(drafts: Drafts) -> None:
    await drafts.save(FIRST)
    changed = Draft("first", {**FIELDS, "tags": "more"}, NOW)  # the clock may have been set back
    await drafts.save(changed)

    await drafts.delete("first", FIELDS)
    assert await drafts.all() == [changed]

    await drafts.delete("first", changed.fields)
    assert await drafts.all() == []


async def test_all_can_be_cleared(drafts: Drafts) -> None:
    await drafts.save(FIRST)
    await drafts.save(SECOND)

    await drafts.clear()

    assert await drafts.all() == []
