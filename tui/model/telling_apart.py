"""The shortest text that tells contexts apart, for a column that has no room for all of it."""

from __future__ import annotations

from functools import lru_cache

from tui.model.text import cell_width, fit

_TAIL = 0.6
"""The part of the room that the end of a text gets where its middle is left out."""


@lru_cache(maxsize=256)
def told_apart(label: str, labels: tuple[str, ...], cells: int) -> str:
    """A context's label or, where one of all is too long, the part that is its own.

    Of one profile that is the region, and of several the profile; what is too long even so is cut
    in its middle, because regions, and names of a kind, differ at their ends.

    Args:
        label: The context's.
        labels: Those of all that are open.
        cells: The room for it.
    """
    if all(cell_width(each) <= cells for each in labels):
        return label
    for part in (0, 2):  # the profile, the region
        own = {each: cut_in_middle(each.partition(" ")[part], cells) for each in labels}
        if all(own.values()) and len(set(own.values())) == len(own):
            return own[label]
    return cut_in_middle(label, cells)


def cut_in_middle(text: str, cells: int) -> str:
    """The text, or its beginning and its end with an ellipsis between them."""
    if cell_width(text) <= cells:
        return text
    tail = ""
    for char in reversed(text):
        if cell_width(char + tail) > (cells - 1) * _TAIL:
            break
        tail = char + tail
    return fit(text, cells - cell_width(tail)).rstrip() + tail
