"""What a paste into one field of a form is for: all of the form, its input, or that field."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.app.widgets.field import PlainInput
from tui.model import document
from tui.model.text import even_lines, printable

if TYPE_CHECKING:
    from tui.engine.opening import Judged
    from tui.model.reading import Pasted

LARGE = 5_000
"""Characters from which on what may be a request is judged in a thread: they take 0.1 s."""

INPUT_TAKEN = "an object: put into the text below, not into this line"


@dataclass
class RequestPasted(Message):
    """A request was pasted, in some tool's syntax; its screen is held until it is taken in."""

    request: Pasted


@runtime_checkable
class TakesRequests(Protocol):
    """A screen whose fields a request fills, into whichever of them it is pasted."""

    @property
    def is_held(self) -> bool:
        """Whether it takes nothing."""

    def take_input(self, text: str) -> bool:
        """Take an object that was pasted into a line as the input; whether it was taken."""

    def begin_reading(self) -> None:
        """Take nothing more: what is being read comes first."""

    def end_reading(self, *, is_taken: bool) -> None:
        """Go on; what was typed behind it was meant for what is read, if that is taken."""


def take(widget: Widget, event: events.Paste, put: Callable[[str], None]) -> None:
    """Post a pasted request as a message, have an object be the input, put all else where it was.

    Args:
        widget: What it was pasted into.
        event: The paste; nothing else takes it, but the screen where that is held.
        put: Puts a text in, or says that nothing takes it; its lines end as they were pasted, but
            none with a carriage return alone, which is what most terminals send.
    """
    from tui.engine import opening  # the first frame does not wait for the parsers

    event.prevent_default()
    screen = widget.screen
    if isinstance(screen, TakesRequests) and screen.is_held:
        return
    event.stop()
    text = re.sub(r"\r(?!\n)", "\n", event.text)
    if not isinstance(screen, TakesRequests):
        put(text)
    elif opening.are_many(text) and not isinstance(widget, TextArea):
        widget.notify(f"not pasted: {opening.MANY}", severity="warning", markup=False)
    elif len(text) <= LARGE:
        if not _settle(widget, screen, text, _judged(text), put):
            screen.begin_reading()  # or a key behind the paste would be done without it
            screen.end_reading(is_taken=False)
    elif opening.may_be_request(text):
        screen.begin_reading()
        later = _take_later(widget, screen, text, put)
        widget.screen.run_worker(later, group="pasting", exit_on_error=False)
    else:
        _settle(widget, screen, text, opening.Judged(), put)


async def _take_later(
    widget: Widget, screen: TakesRequests, text: str, put: Callable[[str], None]
) -> None:
    judged = await asyncio.to_thread(_judged, text)
    is_put = _settle(widget, screen, text, judged, put)
    if judged.request is None:
        screen.end_reading(is_taken=is_put)


def _judged(text: str) -> Judged:
    """What it is; one that no parser can bear is none."""
    from tui.engine import opening

    try:
        return opening.judge(even_lines(text))
    except Exception as error:
        return opening.Judged(why=f"it cannot be judged: {type(error).__name__}: {error}")


def _settle(
    widget: Widget, screen: TakesRequests, text: str, judged: Judged, put: Callable[[str], None]
) -> bool:
    """Decide what it is for, do that and say why it is no more; whether it stands anywhere now."""
    if judged.request is not None:
        screen.begin_reading()  # now: a key behind the paste is faster than the message
        widget.post_message(RequestPasted(judged.request))
        return True
    is_of_one_thing = isinstance(widget, PlainInput) and not widget.holds_words
    if is_of_one_thing and document.begins_object(text) and screen.take_input(text):
        _tell(widget, "put into the text below, for it is no request", judged.why, INPUT_TAKEN)
        return True
    takes_text = isinstance(widget, TextArea) or (isinstance(widget, Input) and "\n" not in text)
    is_put = takes_text or not judged.why
    if is_put:
        put(text)
    _tell(widget, "pasted as it is" if is_put else "not pasted", judged.why)
    return is_put


def _tell(widget: Widget, how: str, why: str, otherwise: str = "") -> None:
    """Say what was done with what looks like a request and is none; else that, if anything."""
    if why:
        widget.notify(printable(f"{how}: {why}"), severity="warning", markup=False)
    elif otherwise:
        widget.notify(otherwise, markup=False)
