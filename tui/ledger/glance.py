"""A quick look into a ledger that may be anybody's: nothing is created, mended or waited for."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tui.ledger.known import decoded
from tui.model.invocation import Invocation

PATIENCE_SECONDS = 0.2
"""How long another copy of the program may hold the file."""


def newest(path: Path, context: str, most: int) -> list[Invocation]:
    """The newest invocations of a context; none where the file is missing, busy or no ledger.

    Args:
        path: The ledger file, which is opened for reading only.
        context: The key of the context.
        most: How many.
    """
    query = "SELECT content FROM invocation WHERE context = ? ORDER BY submitted DESC LIMIT ?"
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(
            sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)
        ) as connection:
            contents = connection.execute(query, (context, most)).fetchall()
    except (OSError, ValueError, sqlite3.Error):
        return []
    return [row for (content,) in contents if (row := decoded(content)) is not None]
