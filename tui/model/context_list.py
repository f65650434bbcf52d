"""The contexts that there are to choose from: open ones, recent ones, those of the files. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.model.context import ENVIRONMENT

MOST = 20
"""How many recent contexts are remembered."""


class Place(Struct, frozen=True):
    """A context as it is remembered, and can be opened again.

    Attributes:
        name: Its name in config.toml, or its profile's.
        region: Its region, or empty.
        account: Twelve digits, where AWS or the files have said it; or empty.
        role: The role or user behind it, likewise.
    """

    name: str
    region: str = ""
    account: str = ""
    role: str = ""

    @property
    def id(self) -> str:
        """What tells it from the others in the list."""
        return f"{self.name} {self.region}"


class Recents(Struct, frozen=True):
    """What was open last, the latest first."""

    places: tuple[Place, ...] = ()

    def after(self, opened: Iterable[Place]) -> Recents:
        """The same after some are open, the first of which is the latest."""
        known = {place.id: place for place in self.places}
        places: dict[str, Place] = {}
        for place in (*opened, *self.places):
            old = known.get(place.id, place)
            is_told = bool(place.account or place.role)
            places.setdefault(place.id, place if is_told else old)
        return Recents(tuple(places.values())[:MOST])


class ContextEntry(Struct, frozen=True):
    """One line of the list.

    Attributes:
        place: Which context it is.
        is_open: Whether its rows are in the table.
        is_active: Whether what is new goes there.
        is_recent: Whether it was open not long ago.
        origin: Where it is written down; empty where it is not.
    """

    place: Place
    is_open: bool = False
    is_active: bool = False
    is_recent: bool = False
    origin: str = ""

    @property
    def marks(self) -> str:
        """What to say of it beside its name."""
        state = "active" if self.is_active else "open" if self.is_open else ""
        recent = "recent" if self.is_recent and not state else ""
        return " · ".join(filter(None, (state or recent, self.place.account, self.place.role)))

    @property
    def text(self) -> str:
        """What words are looked for in."""
        return f"{self.place.name} {self.place.region} {self.place.account} {self.place.role}"


def entries(
    opened: Sequence[Place], recents: Recents, named: Sequence[Place], profiles: Sequence[Place]
) -> list[ContextEntry]:
    """All of them, each once: open ones first, then recent ones, then those of the files.

    Args:
        opened: Those that are open, the active one first.
        recents: Those that were.
        named: Those of config.toml and the environment.
        profiles: Those of the AWS files.
    """
    written = {place.id: "profile" for place in profiles}
    written.update((place.id, _origin(place)) for place in named)
    told = {place.id: place for place in (*profiles, *named, *recents.places, *opened)}
    known, at_work = ({each.id for each in places} for places in (recents.places, opened))
    found: dict[str, ContextEntry] = {}
    for place in (*opened, *recents.places, *named, *profiles):
        found.setdefault(
            place.id,
            ContextEntry(
                told[place.id] if told[place.id].account else place,
                is_open=place.id in at_work,
                is_active=bool(opened) and place.id == opened[0].id,
                is_recent=place.id in known,
                origin=written.get(place.id, ""),
            ),
        )
    return list(found.values())


def _origin(place: Place) -> str:
    return "the environment" if place.name == ENVIRONMENT else "config.toml"


def closeness(letters: str, text: str) -> tuple[int, int] | None:
    """How well a text has letters in their order, whatever their case: the less, the better.

    Returns:
        Into how many pieces they are torn, and where the first begins; None where it lacks one.
    """
    letters, text = letters.casefold(), text.casefold()
    if (whole := text.find(letters)) >= 0:
        return 1, whole
    pieces, begin, end = 0, 0, 0
    for letter in letters:
        place = text.find(letter, end)
        if place < 0:
            return None
        begin = begin if pieces else place
        pieces += place != end or not pieces
        end = place + 1
    return pieces, begin
