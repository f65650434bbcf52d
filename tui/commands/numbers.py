"""Numbers as options take them: argparse's types, which say what is wrong with a text."""

from __future__ import annotations

import argparse
import contextlib


def seconds(text: str) -> float:
    """A length of time, not negative and not endless."""
    with contextlib.suppress(ValueError):
        if 0 <= (number := float(text)) < float("inf"):
            return number
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")


def count(text: str) -> int:
    """How many of something there are."""
    return _whole(text, "a count")


def port(text: str) -> int:
    """A TCP port; 0 for any free one."""
    return _whole(text, "a port", 65535)


def _whole(text: str, name: str, largest: float = float("inf")) -> int:
    with contextlib.suppress(ValueError):
        if 0 <= (number := int(text)) <= largest:
            return number
    raise argparse.ArgumentTypeError(f"{text} is not {name}")
