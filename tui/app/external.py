"""The person's own editor, on the program's terminal."""

from __future__ import annotations

import os
from collections.abc import Callable

from textual.app import App

from tui.engine import editing
from tui.engine.polling import Poller


async def edited(app: App[object], poller: Poller, text: str, rescue: Callable[[str], None]) -> str:
    """What the person makes of a text in their editor.

    Args:
        app: Its terminal is lent to the editor.
        poller: Asks AWS nothing meanwhile, for nobody sees the answer.
        text: What to begin with.
        rescue: Is given what was saved and does not come back.

    Raises:
        ProblemError: There is no editor, it failed, or what it left cannot be taken.
    """
    editor = editing.editor_of(os.environ)
    is_ours = not poller.is_paused
    try:
        if is_ours:
            poller.pause()
        with app.suspend():
            return await editing.edit(text, editor, os.environ, rescue)
    finally:
        if is_ours:
            poller.resume()
