from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import NOW
from tui.engine.draft import BUSY, OpenDraft
from tui.ledger.database import Database
from tui.ledger.drafts import Draft, Drafts
from tui.model.problem import Problem


class Slow(Drafts):
    """Drafts that are written when they are let."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.may_write = asyncio.Event()

    async def save(self, draft: Draft, last: object = None) -> str:
        await self.may_write.wait()
        return await super().save(draft, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


def texts(drafts: list[Draft]) -> list[str]:
    return [draft.fields["model_input"] for draft in drafts]


def typed(text: str) -> dict[str, str]:
    return {"model_input": text, "tags": ""}


async def test_the_latest_is_kept_and_in_one_draft(path: Path) -> None:
    with closing(Database(path)) as database:
        drafts = Slow(database)
        draft = OpenDraft(drafts, lambda: NOW, keep_inputs=True)

        assert [await draft.keep(typed(text), 0) for text in "abc"] == [BUSY] * 3
        drafts.may_write.set()
        assert await draft.keep(typed("d"), None) is None

        assert texts(await drafts.all()) == ["d"]


async def test_one_that_waits_hears_of_its_own_however_soon_the_next_begins(path: Path) -> None:
    with closing(Database(path)) as database:
        draft = OpenDraft(Drafts(database), lambda: NOW, keep_inputs=True)

        async def twice() -> Problem | None:
            await draft.keep(typed("a"), None)
            return await draft.keep(typed("b"), None)

        assert list(await asyncio.gather(twice(), draft.keep(typed("a"), None))) == [None, None]


async def test_what_another_copy_has_kept_is_not_written_over(path: Path) -> None:
    with closing(Database(path)) as database:
        drafts = Drafts(database)
        held = Draft("one", typed("as it was"), NOW)
        await drafts.save(held)
        mine = OpenDraft(drafts, lambda: NOW, keep_inputs=True, held=held)
        await drafts.delete("one")

        await mine.keep(typed("mine"), None)
        await mine.keep(typed("mine, too"), None)

        assert mine.id != "one"
        assert texts(await drafts.all()) == ["mine, too"]
