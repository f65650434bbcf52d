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

LARGE = 100_000
"""Characters from which on a pasted text is judged in a thread: ten megabytes take seconds."""


@dataclass
class RequestPasted(Message):
    """A request was pasted, in some tool's syntax."""

    text: str


@runtime_checkable
class TakesRequests(Protocol):
    """A screen whose fields a request fills, into whichever of them it is pasted."""

    def hold(self) -> None:
        """Take nothing more: what is being read comes first."""

    def release(self) -> None:
        """Go on."""


def take(widget: Widget, event: events.Paste, put: Callable[[str], None]) -> None:
    """Post a pasted request as a message; put any other text where it was pasted.

    Args:
        widget: What it was pasted into.
        event: The paste; nothing else takes it.
        put: Puts a text in.
    """
    event.prevent_default()
    event.stop()
    screen = widget.screen
    if not isinstance(screen, TakesRequests):
        put(event.text)
    elif len(event.text) <= LARGE:
        _settle(widget, event.text, _judge(event.text), put)
    else:
        later = _take_later(widget, screen, event.text, put)
        widget.run_worker(later, group="pasting", exit_on_error=False)


async def _take_later(
    widget: Widget, screen: TakesRequests, text: str, put: Callable[[str], None]
) -> None:
    screen.hold()
    try:
        judged = await asyncio.to_thread(_judge, text)
    finally:
        screen.release()
    _settle(widget, text, judged, put)


def _judge(text: str) -> Judged:
    from tui.engine import opening  # the first frame does not wait for the parsers

    return opening.judge(_with_line_feeds(text))


def _settle(widget: Widget, text: str, judged: Judged, put: Callable[[str], None]) -> None:
    if judged.is_request:
        widget.post_message(RequestPasted(_with_line_feeds(text)))
        return
    is_code = bool(judged.why) and len(text.split("\n")) > 1
    if is_code and not isinstance(widget, TextArea):
        widget.notify(printable(f"not pasted: {judged.why}"), severity="warning", markup=False)
        return
    put(text)
    if judged.why:
        told = printable(f"pasted as it is: {judged.why}")
        widget.notify(told, severity="warning", markup=False)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")  # most terminals send Enter's key
