from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.watched import ScriptedStorage, Watch, Watched
from tui.ledger.database import Database
from tui.ledger.known import Known


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Known]:
    database = Database(tmp_path / "watched.sqlite3")
    yield Known(database)
    database.close()


@pytest.fixture
def storage() -> ScriptedStorage:
    return ScriptedStorage()


@pytest.fixture
def watch(storage: ScriptedStorage, known: Known) -> Watch:
    """A watcher of rows, over the same storage and ledger as the test's."""
    return lambda *rows: Watched(storage, known, rows)
