"""How long a presigned URL shall serve, as a person types it: ``15m``, ``12h``, ``1d12h``."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=7)
"""What Signature Version 4 allows."""

_LIFETIME = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def lifetime_of(text: str) -> timedelta:
    """The time that a text says.

    Raises:
        ValueError: It says none, or one that no presigned URL has; the message tells a person.
    """
    typed = text.strip().lower()
    match = _LIFETIME.fullmatch(typed)
    if not typed or not match:
        raise ValueError("a number and s, m, h or d: 15m, 12h, 7d")
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    lifetime = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not lifetime:
        raise ValueError("at least a second: 15m, 12h, 7d")
    if lifetime > LONGEST:
        raise ValueError("at most 7 days: AWS takes no URL that is signed for longer")
    return lifetime
