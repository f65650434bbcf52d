"""A whole request that is pasted into one field of a form, and is meant for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from tui.model.text import printable

if TYPE_CHECKING:
    from tui.engine.opening import Judged
    from tui.model.reading import Pasted

LARGE = 5_000
"""Characters from which on what may be a request is judged in a thread: they take 0.1 s."""


@dataclass
class RequestPasted(Message):
    """A request was pasted, in some tool's syntax; its screen is held until it is taken in."""

    request: Pasted


@runtime_checkable
class TakesRequests(Protocol):
    """A screen whose fields a request fills, into whichever of them it is pasted."""

    @property
    def is_held(self) -> bool:
        """Whether it takes nothing: who holds it also releases it."""

    def hold(self) -> None:
        """Take nothing more: what is being read comes first."""

    def release(self) -> None:
        """Go on."""


def take(widget: Widget, event: events.Paste, put: Callable[[str], None]) -> None:
    """Post a pasted request as a message; put any other text where it was pasted.

    Args:
        widget: What it was pasted into.
        event: The paste; nothing else takes it.
        put: Puts a text in; its lines end with line feeds.
    """
    from tui.engine import opening  # the first frame does not wait for the parsers

    event.prevent_default()
    event.stop()
    screen = widget.screen
    # Most terminals send what the Enter key sends.
    text = event.text.replace("\r\n", "\n").replace("\r", "\n")
    if not isinstance(screen, TakesRequests):
        put(text)
    elif screen.is_held:
        told = "not pasted: the form takes nothing just now"
        widget.notify(told, severity="warning", markup=False)
    elif not opening.may_be_request(text):
        put(text)
    elif len(text) <= LARGE:
        _settle(widget, screen, text, opening.judge(text), put)
    else:
        screen.hold()
        later = _take_later(widget, screen, text, put)
        widget.run_worker(later, group="pasting", exit_on_error=False)


async def _take_later(
    widget: Widget, screen: TakesRequests, text: str, put: Callable[[str], None]
) -> None:
    from tui.engine import opening

    judged = None
    try:
        judged = await asyncio.to_thread(opening.judge, text)
    finally:
        if judged is None or judged.request is None:
            screen.release()
    _settle(widget, screen, text, judged, put)


def _settle(
    widget: Widget, screen: TakesRequests, text: str, judged: Judged, put: Callable[[str], None]
) -> None:
    if judged.request is not None:
        screen.hold()  # now: a key behind the paste is faster than the message
        widget.post_message(RequestPasted(judged.request))
        return
    if judged.why and "\n" in text and not isinstance(widget, TextArea):
        widget.notify(printable(f"not pasted: {judged.why}"), severity="warning", markup=False)
        return
    put(text)
    if judged.why:
        told = printable(f"pasted as it is: {judged.why}")
        widget.notify(told, severity="warning", markup=False)
