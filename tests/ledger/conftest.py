from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import TOKEN
from tui.ledger.database import Database
from tui.ledger.journal import Journal, Submission
from tui.ledger.queued import Queued


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ledger.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path)
    yield opened
    opened.close()


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database)


@pytest.fixture
def queued(database: Database) -> Queued:
    return Queued(database)


async def found(journal: Journal) -> Submission:
    """The submission that the tests' token stands for."""
    submission = await journal.find(token=TOKEN)
    assert submission is not None
    return submission
