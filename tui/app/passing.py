"""What is told in passing and can be told again: it goes when another screen is opened over it."""

from __future__ import annotations

from textual.app import App
from textual.notifications import Notification, Notify, SeverityLevel

from tui.model.text import printable


class Repeatable(Notification):
    """A notice that the key which brought it, or the one for what went wrong, brings again."""


def tell(app: App[object], text: str, severity: SeverityLevel = "information") -> None:
    """Tell what can be told again."""
    notice = Repeatable(printable(text), severity=severity, timeout=app.NOTIFICATION_TIMEOUT)
    app.post_message(Notify(notice))


def clear(app: App[object]) -> None:
    """Take away what can be told again; what is told once stays as long as it would.

    Textual's ``clear_notifications`` takes away both, and no method of its own just one of them.
    """
    for notice in [*app._notifications]:
        if isinstance(notice, Repeatable):
            app._unnotify(notice)
