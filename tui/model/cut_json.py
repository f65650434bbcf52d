"""The beginning of a JSON text, closed behind its last whole member. Repairs nothing else."""

from __future__ import annotations

from tui.model.json_signs import UnevenError, between_strings, closing, nested


def closed(text: str) -> str | None:
    """A JSON text of all members that are there in whole.

    Args:
        text: The beginning of a JSON text: an object or a list.

    Returns:
        None where the brackets do not fit, or none is open at the end.
    """
    stretches = between_strings(text, 0, len(text))
    try:
        opened, _ = nested("".join([text[start:end] for start, end in stretches]))
    except UnevenError:
        return None
    if not opened:
        return None
    bounds = ([text.rfind(sign, *stretch) for sign in ",[]{}"] for stretch in reversed(stretches))
    last = next(place for place in map(max, bounds) if place >= 0)
    return text[: last + (text[last] != ",")] + closing(opened)
