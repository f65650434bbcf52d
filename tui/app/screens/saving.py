"""Saving outputs to disk: asking for the folder, and doing it with progress."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence
from pathlib import Path

from textual.app import App

from tui.app.screens.prompt import PromptScreen
from tui.app.widgets.download_line import DownloadLine
from tui.engine import fetching
from tui.engine.session import Engine
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key
from tui.model.outputs import OutputObject
from tui.model.view import unseen


async def ask(
    app: App[int],
    rows: Sequence[Invocation],
    one: OutputObject | None,
    folder: str,
    shown: Container[Key],
) -> str | None:
    """Ask for the folder below which the outputs go; None when nothing is to be saved."""
    if one:
        what = one.name
    elif len(rows) == 1:
        what = f"all outputs of {rows[0].id}"
    else:
        what = f"all outputs of {len(rows):,} invocations"
    question = f"Save {what}{unseen(rows, shown)} below"
    return await app.push_screen_wait(PromptScreen(question, folder, "a folder"))


async def save(
    engine: Engine,
    rows: Sequence[Invocation],
    one: OutputObject | None,
    folder: str,
    line: DownloadLine,
) -> str:
    """Save one object, or all that the invocations wrote; each has a folder of its own.

    Returns:
        What was done, for a person.

    Raises:
        ProblemError: AWS or the disk failed.
    """
    found: list[tuple[Invocation, Sequence[OutputObject]]] = []
    for row in rows:
        listed = [one] if one else [*(await engine.source_of(row).list_outputs(row)).objects]
        found.append((row, listed))
    size = sum(thing.size for _, objects in found for thing in objects)
    if not any(objects for _, objects in found):
        return "there are no outputs to save"
    paths, last = [], Path(folder)
    with line.following(size) as progress:
        for row, objects in found:
            last = fetching.folder_of(row, Path(folder))
            paths += await fetching.download_all(engine.source_of(row), objects, last, progress)
    place = paths[0] if len(paths) == 1 else last if len(rows) == 1 else Path(folder)
    return f"saved {size_text(size)} to {await asyncio.to_thread(place.resolve)}"
