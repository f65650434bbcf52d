"""Numbers with words that agree with them."""

from __future__ import annotations


def so_many(count: int, one: str, many: str = "") -> str:
    """A count, and the words for so many.

    Args:
        count: How many.
        one: What follows a one: a noun, or as much of the sentence as changes.
        many: What follows any other number; with an s where nothing else is said.

    >>> so_many(1, "object"), so_many(1204, "object"), so_many(1, "waits", "wait")
    ('1 object', '1,204 objects', '1 waits')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
