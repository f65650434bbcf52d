"""What time it is. Passed in wherever time matters, so that tests never wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

Clock = Callable[[], datetime]
"""Says what time it is: aware, UTC."""


def utc_now() -> datetime:
    """The machine's time; the clock outside of tests."""
    return datetime.now(timezone.utc)
