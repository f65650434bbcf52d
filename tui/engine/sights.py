"""What S3 last said of each location that is watched, asked in few calls. Judges no invocation.

Locations are grouped by bucket and folder. One ListObjectsV2 tells of all that a page of 1,000 keys
reaches; the next page begins right before the next location that is still wanted. So a group costs
no more calls than it has pages of keys, nor than it has locations. Where listing is refused, each
location costs a HeadObject.
"""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from tui.aws import s3
from tui.aws.session import Session
from tui.model.clock import Clock
from tui.model.outputs import place_of
from tui.model.problem import Problem, ProblemError

LISTS_A_LOOK = 20
"""ListObjectsV2 calls of one look at most: 20,000 keys. The rest comes first in the next look."""

HEADS_A_LOOK = 20
"""HeadObject calls of one look at most, where listing is refused; the locations take turns."""

AT_ONCE = 8
"""So many questions about single objects are under way at once, and no more."""

LIST_AGAIN = timedelta(minutes=5)
"""After how long a folder is listed again that S3 refused to list: the right may be granted."""

MISSING_OR_FORBIDDEN = "missing or forbidden: without s3:ListBucket S3 does not say which"

_FORBIDDEN = re.compile(r"AccessDenied(Exception)?|Forbidden|403")
_OF_NO_PLACE = re.compile(
    r"400|30[27]|RequestTimeTooSkewed|InvalidToken|InvalidSecurity|NotSignedUp|AccountProblem"
)  # they are of the caller or the line, although no policy words them so
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Sight:
    """What S3 said of a location.

    Attributes:
        at: When it was asked.
        modified: When the object there was written (aware, UTC); None where there is none.
        note: Why S3 does not tell, or empty.
    """

    at: datetime
    modified: datetime | None = None
    note: str = ""


class Sights:
    """The sights of one context's locations, which are S3 URIs of single objects."""

    def __init__(self, session: Session, clock: Clock) -> None:
        """Ask nothing before ``look``.

        Args:
            session: Where to ask.
            clock: The time.
        """
        self._session = session
        self._clock = clock
        self._sights: dict[str, Sight] = {}
        self._unlistable: dict[str, datetime] = {}
        self._troubled: dict[str, None] = {}  # in order: what failed last comes last
        self._lists = 0
        self._heads = 0

    def of(self, location: str) -> Sight | None:
        """What S3 last said of a location; None when it was never asked."""
        return self._sights.get(location)

    def keep(self, locations: Iterable[str]) -> None:
        """Forget all other locations."""
        self._sights = {name: self._sights[name] for name in locations if name in self._sights}

    async def look(self, locations: Iterable[str]) -> None:
        """Ask S3 about locations, those first that it was not asked about for the longest time.

        What is learnt before something fails is kept. A folder that failed comes last from then
        on: it may be the only one that does.

        Raises:
            ProblemError: Something is wrong that is not of one place: the line, the credentials.
        """
        self._lists = self._heads = 0
        folders = self._folders(sorted(locations, key=self._asked))
        last = [folder for folder in self._troubled if folder in folders]
        troubled = {folder: folders.pop(folder) for folder in last}
        await self._look_into(folders)
        await self._look_into(troubled)

    async def _look_into(self, folders: Mapping[str, list[str]]) -> None:
        singly: list[str] = []
        for folder, names in folders.items():
            refused = self._unlistable.get(folder, _NEVER)
            if abs(self._clock() - refused) >= LIST_AGAIN:
                try:
                    names = await self._list(folder, sorted(names))
                except ProblemError:
                    self._note_troubled([folder])
                    raise
                self._troubled.pop(folder, None)
            if folder in self._unlistable:
                singly += [folder + name for name in names]
        await self._head_each(sorted(singly, key=self._asked)[: HEADS_A_LOOK - self._heads])

    def _asked(self, location: str) -> datetime:
        sight = self._sights.get(location)
        return sight.at if sight else _NEVER

    def _folders(self, locations: Sequence[str]) -> dict[str, list[str]]:
        """The names of the locations by folder; the folders in the order of their first ones."""
        folders: dict[str, list[str]] = {}
        for location in locations:
            folder = _folder_of(location)
            folders.setdefault(folder, []).append(location[len(folder) :])
        for folder in list(folders):
            if place_of(folder) is None:
                for name in folders.pop(folder):
                    note = f"{folder}{name} is not the URI of an object in S3"
                    self._sights[folder + name] = Sight(self._clock(), note=note)
        return folders

    async def _list(self, folder: str, names: list[str]) -> list[str]:
        """List a folder as far as the wanted names reach; returns those that it left open."""
        place = place_of(folder)
        assert place is not None
        reached = ""
        while names and self._lists < LISTS_A_LOOK:
            self._lists += 1
            first = place.prefix + names[0]
            # A single one is asked for by itself: what else is in the folder does not matter.
            prefix, most = (place.prefix, s3.PAGE) if len(names) > 1 else (first, 1)
            after = max(reached, right_before(first))
            try:
                page = await s3.list_after(self._session, place.bucket, prefix, after, most)
            except ProblemError as error:
                if _FORBIDDEN.fullmatch(error.problem.kind):
                    self._unlistable[folder] = self._clock()
                    return names
                if not is_of_place(error.problem):
                    raise
                page, note = s3.Listing({}, is_truncated=False), error.problem.one_line
            else:
                note = ""
                self._unlistable.pop(folder, None)
            await asyncio.sleep(0)  # to parse a page has held the event loop long enough
            reached = page.last_key
            end = reached.removeprefix(place.prefix)
            count = bisect_right(names, end) if page.is_truncated else len(names)
            now = self._clock()
            for name in names[:count]:
                modified = page.modified.get(place.prefix + name)
                self._sights[folder + name] = Sight(now, modified, note)
            names = names[count:]
        return names

    async def _head_each(self, locations: Sequence[str]) -> None:
        self._heads += len(locations)
        limit = asyncio.Semaphore(AT_ONCE)

        async def ask(location: str) -> None:
            async with limit:
                self._sights[location] = await self._head(location)

        errors = await asyncio.gather(*map(ask, locations), return_exceptions=True)
        for location in locations:
            self._troubled.pop(_folder_of(location), None)
        troubles = {name: error for name, error in zip(locations, errors, strict=True) if error}
        self._note_troubled(map(_folder_of, troubles))
        for error in troubles.values():
            raise error

    def _note_troubled(self, folders: Iterable[str]) -> None:
        for folder in folders:
            self._troubled.pop(folder, None)
            self._troubled[folder] = None

    async def _head(self, location: str) -> Sight:
        place = place_of(location)
        assert place is not None
        try:
            modified = await s3.head(self._session, place.bucket, place.prefix)
        except ProblemError as error:
            if _FORBIDDEN.fullmatch(error.problem.kind):
                return Sight(self._clock(), note=MISSING_OR_FORBIDDEN)
            if not is_of_place(error.problem):
                raise
            return Sight(self._clock(), note=error.problem.one_line)
        return Sight(self._clock(), modified)


def _folder_of(location: str) -> str:
    return location[: location.rfind("/") + 1]


def right_before(key: str) -> str:
    """A text that sorts before a key with hardly anything between: a list begins after it.

    >>> right_before("out/a.out")
    'out/a.ous~'
    """
    start, last = key[:-1], key[-1:]
    return f"{start}{chr(ord(last) - 1)}~" if "!" <= last <= "~" else start


def is_of_place(problem: Problem) -> bool:
    """Whether a problem is of one object or bucket, so that asking about others is of use."""
    if _FORBIDDEN.fullmatch(problem.kind):
        return True
    return problem.is_verdict and not _OF_NO_PLACE.fullmatch(problem.kind)
