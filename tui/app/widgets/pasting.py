"""A whole request that is pasted into one field of a form, and is meant for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widget import Widget

from tui.model.text import printable


@dataclass
class RequestPasted(Message):
    """A request was pasted, in some tool's syntax."""

    text: str


def divert(widget: Widget, event: events.Paste) -> None:
    """Post a pasted request as a message, and keep it from the field that it was pasted into."""
    from tui.engine import opening  # the first frame does not wait for the parsers

    text = event.text.replace("\r\n", "\n").replace("\r", "\n")  # most terminals send Enter's key
    if opening.is_request(text):
        event.prevent_default()
        event.stop()
        widget.post_message(RequestPasted(text))
    elif why := opening.why_no_request(text):
        widget.notify(printable(f"pasted as it is: {why}"), severity="warning", markup=False)
