from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import NOW
from tui.ledger.database import Database
from tui.ledger.drafts import Drafts

FIELDS = {"model_id": "luma.ray-v2:0", "model_input": '{\n  "prompt": "half a sent', "tags": "a='"}


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database)


async def test_what_was_typed_is_there_in_the_next_session(path: Path) -> None:
    with closing(Database(path)) as database:
        await Drafts(database).save("start", FIELDS, NOW)

    with closing(Database(path)) as database:
        assert await Drafts(database).load("start") == FIELDS


async def test_a_form_without_a_draft_is_empty(drafts: Drafts) -> None:
    await drafts.save("start", FIELDS, NOW)

    assert await drafts.load("other") == {}


async def test_the_last_draft_of_a_form_counts(drafts: Drafts) -> None:
    await drafts.save("start", FIELDS, NOW)
    await drafts.save("start", {"model_input": "\x00\N{WATER WAVE}"}, NOW)

    assert await drafts.load("start") == {"model_input": "\x00\N{WATER WAVE}"}


async def test_a_cleared_draft_is_gone_and_others_stay(drafts: Drafts) -> None:
    await drafts.save("start", FIELDS, NOW)
    await drafts.save("other", FIELDS, NOW)

    await drafts.clear("start")
    await drafts.clear("start")

    assert await drafts.load("start") == {}
    assert await drafts.load("other") == FIELDS
