"""What of an invocation can be shared: one object, or the folder of all. Says where, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place, place_of, places

_DOTS = frozenset({".", ".."})


@dataclass(frozen=True, slots=True)
class Shared:
    """Something in S3.

    Attributes:
        name: What a person calls it.
        place: Its bucket, and its key or, of a folder, its prefix.
        is_folder: Whether it is all that begins with the prefix.
    """

    name: str
    place: Place
    is_folder: bool = False

    @property
    def uri(self) -> str:
        """Its s3:// URI."""
        return str(self.place)

    @property
    def is_shortened(self) -> bool:
        """Whether browsers ask for another key: they resolve the dots of a path by themselves."""
        return not self.is_folder and not _DOTS.isdisjoint(self.place.prefix.split("/"))


def shared_of(row: Invocation, thing: OutputObject | None) -> Shared:
    """What is shared of an invocation: one of its objects or, without one, what it writes.

    Raises:
        ValueError: Nothing of it is in S3; the message tells a person.
    """
    if row.is_waited_for or (thing and not thing.place.bucket):
        raise ValueError(
            "this answer is kept here, not in S3: it has no URI to share; 'download' saves it"
        )
    if thing:
        return Shared(thing.name, Place(thing.place.bucket, thing.key))
    place: Place | None = None
    if row.witness:
        place = place_of(row.s3_uri)
    elif row.invocation_arn:
        place = next(iter(places(row)), None)
    if place is None:
        raise ValueError("nothing to share: AWS has not said where its outputs go")
    if row.witness:
        return Shared(place.prefix.rpartition("/")[2] or place.prefix, place)
    return Shared(f"the outputs of {row.id}", place, is_folder=True)
