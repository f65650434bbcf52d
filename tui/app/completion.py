"""What may continue the text of a form's field: places, key ARNs, tags. Offers, never insists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual import log
from textual.suggester import Suggester

from tui.engine.offering import Offers
from tui.model import key_alias, place_completion, placeholder, tag_completion
from tui.model.invocation import Invocation
from tui.model.problem import ProblemError
from tui.model.recent import recent_places, recent_tags
from tui.model.tag import Tag
from tui.model.text import printable

PAUSE = 0.25
"""Seconds that the typing must rest before anybody is asked."""

Rest = Callable[[float], Awaitable[object]]


class Completion(Suggester):
    """What is known continues the text at once; what must be asked for, when the typing rests.

    Without a right, or an answer, there is no suggestion. One that a terminal does more with than
    print it is none either.
    """

    def __init__(self, rest: Rest = asyncio.sleep) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._rest = rest
        self._latest = ""

    async def get_suggestion(self, value: str) -> str | None:
        """The text with what may follow, or None."""
        self._latest = value
        found = await self.known(value)
        if found is None:
            await self._rest(PAUSE)
            if self._latest == value:
                found = await self._answer(value)
        return found if found and printable(found) == found else None

    async def known(self, value: str) -> str | None:
        """What continues the text, without asking anybody."""
        return None

    async def ask(self, value: str) -> str | None:
        """What continues the text, as AWS says.

        Raises:
            ProblemError: It refused or could not be reached.
        """
        return None

    async def _answer(self, value: str) -> str | None:
        try:
            return await self.ask(value)
        except ProblemError as error:
            log.warning(error)
        except Exception as error:  # Textual would end the program
            log.error(error)
        return None


class PlaceCompletion(Completion):
    """Output URIs: recent folders, then the buckets and folders that the caller may list."""

    HAS_KEYS: ClassVar[bool] = False
    """Whether objects are offered, too."""

    def __init__(
        self, offers: Offers, rows: Iterable[Invocation], rest: Rest = asyncio.sleep
    ) -> None:
        super().__init__(rest)
        self._offers = offers
        self._rows = rows
        self._recent: list[str] | None = None

    async def known(self, value: str) -> str | None:
        """A recent folder, the scheme, or the placeholder that is being typed."""
        if self._recent is None:
            places = await asyncio.to_thread(recent_places, list(self._rows))
            self._recent = [placeholder.literal(uri) for uri in places]
        recent = place_completion.first(value, (*self._recent, place_completion.SCHEME))
        return recent or placeholder.complete(value)

    async def ask(self, value: str) -> str | None:
        """A bucket, or a folder in it."""
        wanted = place_completion.question(value)
        if wanted is None:
            return None
        if wanted.bucket:
            offers, has_keys = self._offers, self.HAS_KEYS
            found = await offers.prefixes(wanted.bucket, wanted.prefix, has_keys=has_keys)
        else:
            found = await self._offers.buckets()
        return place_completion.answer(value, wanted, found)


class InputCompletion(PlaceCompletion):
    """URIs of inputs: the buckets, folders and objects that the caller may list.

    It knows no placeholder.
    """

    HAS_KEYS = True

    def __init__(self, offers: Offers, rest: Rest = asyncio.sleep) -> None:
        super().__init__(offers, (), rest)

    async def known(self, value: str) -> str | None:
        """The scheme."""
        return place_completion.first(value, (place_completion.SCHEME,))

    async def ask(self, value: str) -> str | None:
        """A bucket, or a folder or an object in it."""
        found = await super().ask(placeholder.literal(value))
        return placeholder.unescaped(found) if found else None


class KeyCompletion(Completion):
    """ARNs of KMS keys, by the names of their aliases."""

    def __init__(self, offers: Offers, rest: Rest = asyncio.sleep) -> None:
        super().__init__(rest)
        self._offers = offers

    async def ask(self, value: str) -> str | None:
        """The alias, and behind an arrow its ARN."""
        return key_alias.complete(value, await self._offers.key_aliases())


class TagCompletion(Completion):
    """Recent tags: the key first, then its value."""

    def __init__(self, rows: Iterable[Invocation], rest: Rest = asyncio.sleep) -> None:
        super().__init__(rest)
        self._rows = rows
        self._recent: list[Tag] | None = None

    async def known(self, value: str) -> str | None:
        """The text with its last word completed."""
        if self._recent is None:
            self._recent = await asyncio.to_thread(recent_tags, list(self._rows))
        return tag_completion.complete(value, self._recent)
