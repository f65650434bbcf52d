"""Where the outputs of an invocation are read: in S3 or, for an answer, in the ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from tui.aws import checksums, s3
from tui.aws.checksums import Head
from tui.aws.session import Session
from tui.ledger.answers import Answers
from tui.model.invocation import Invocation, Status
from tui.model.outputs import OutputObject, Place, place_of, places
from tui.model.problem import Problem, ProblemError

PAGE = s3.PAGE
"""Objects that are listed at once."""

_NOT_TOLD = "missing or forbidden: S3 does not say which"


@dataclass(frozen=True, slots=True)
class Outputs:
    """What was found: all objects, or a page of them.

    Attributes:
        place: Where, for a person.
        objects: In key order; empty when nothing is there yet.
        is_whole: Whether no others follow.
    """

    place: str
    objects: tuple[OutputObject, ...]
    is_whole: bool = True

    def renewed(self, page: Outputs, start_after: str) -> Outputs:
        """These with a page that was listed anew, or next: all after a key up to the page's end."""
        before, count = self.objects, len(self.objects)
        first = bisect_right(before, start_after, key=_key) if start_after else 0
        last = count if page.is_whole else bisect_right(before, page.objects[-1].key, key=_key)
        objects = before[:first] + page.objects + before[last:]
        return Outputs(page.place, objects, page.is_whole or (self.is_whole and last < count))


class Source(Protocol):
    """Something that outputs are listed in and read from."""

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        """A page of an invocation's objects, the first one or that after a key.

        Raises:
            ProblemError: They cannot be listed.
        """

    def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, in pieces as they arrive.

        Raises:
            ProblemError: They cannot be read, or the object changed since it was listed.
        """


class Store(Source, Protocol):
    """A source that also tells how its objects are now: what a download is checked by."""

    async def head(self, thing: OutputObject) -> Head | None:
        """The object as it is now, with its checksum; None when it is gone.

        Raises:
            ProblemError: Nobody tells.
        """


class Bucket:
    """The objects that an invocation wrote to S3: in a folder of its own, or two at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        """A page of the objects in the first of the invocation's likely places that has any.

        Args:
            invocation: Whose.
            start_after: The last key of the page before; without one, it is the first page.

        Raises:
            ProblemError: S3 refused, or the invocation names no place.
        """
        if invocation.is_at_endpoint:
            return await self._witnessed(invocation)
        candidates = places(invocation)
        if not candidates:
            raise ProblemError(_no_location(invocation.s3_uri))
        for place in candidates:
            if start_after.startswith(place.prefix) or not start_after:
                found = await s3.list_objects(self._session, place, start_after=start_after)
                if found.objects:
                    return Outputs(self._told(place), found.objects, found.is_whole)
        return Outputs(self._told(candidates[0]), ())

    def _told(self, place: Place | str) -> str:
        """A place for a person, with its bucket's region where that is not the context's."""
        parts = place_of(str(place))
        region = self._session.regions.of(parts.bucket) if parts else ""
        is_elsewhere = region not in ("", self._session.context.region)
        return f"{place} · bucket in {region}" if is_elsewhere else str(place)

    async def _witnessed(self, invocation: Invocation) -> Outputs:
        """The output and the failure, of which one alone is there, as a rule.

        Raises:
            ProblemError: Neither is found, and S3 does not say that neither is there.
        """
        witness = invocation.witness
        if witness is None:
            return Outputs("S3", ())
        uris = [witness.output_location, witness.failure_location]
        if invocation.status is Status.COMPLETED:
            del uris[1]
        found, refusal = [], None
        for uri in filter(None, uris):
            place = place_of(uri)
            if place is None:
                raise ProblemError(_no_location(uri))
            try:
                found.append(await s3.find_object(self._session, place.bucket, place.prefix))
            except ProblemError as error:
                refusal = refusal or error
        objects = tuple(thing for thing in found if thing is not None)
        if refusal and not objects:
            problem = refusal.problem
            is_refused = problem.kind in ("403", "Forbidden", "AccessDenied")
            raise ProblemError(replace(problem, message=_NOT_TOLD)) if is_refused else refusal
        uri = objects[0].uri if objects else witness.output_location
        return Outputs(self._told(uri), objects)

    def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """See ``s3.read_range``."""
        return s3.read_range(self._session, thing, start, end)

    async def head(self, thing: OutputObject) -> Head | None:
        """See ``checksums.head_object``."""
        return await checksums.head_object(self._session, thing)


async def pages(
    source: Source, invocation: Invocation, start_after: str = ""
) -> AsyncIterator[Outputs]:
    """All outputs of an invocation, a page at a time; the next is asked for when it is wanted.

    Raises:
        ProblemError: They cannot be listed (any further).
    """
    is_whole = False
    while not is_whole:
        outputs = await source.list_outputs(invocation, start_after=start_after)
        yield outputs
        is_whole = outputs.is_whole or not outputs.objects
        start_after = "" if is_whole else outputs.objects[-1].key


def _key(thing: OutputObject) -> str:
    return thing.key


def _no_location(uri: str) -> Problem:
    message = f"{uri or 'nothing'!r} is no s3:// URI"
    return Problem(kind="NoOutputLocation", message=message, operation="ListObjectsV2")


class Kept:
    """The answer of a model that was waited for, as one object; its etag is the request's token."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        """The answer, if it came and was kept.

        Raises:
            ProblemError: The ledger failed.
        """
        token = invocation.client_request_token
        answer = await self._answers.find(token)
        if answer is None:
            return Outputs("the ledger", ())
        came = invocation.end_time or invocation.submit_time
        thing = OutputObject(Place("", ""), answer.name, len(answer.content), came, token)
        return Outputs(answer.content_type, (thing,))

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """A part of the answer, in one piece.

        Raises:
            ProblemError: The ledger failed, or it is not kept any more.
        """
        answer = await self._answers.find(thing.etag)
        if answer is None:
            raise ProblemError(Problem(kind="AnswerNotKept", message="the answer is not kept"))
        yield answer.content[start:end]

    async def head(self, thing: OutputObject) -> Head | None:
        """The answer, which never changes.

        Raises:
            ProblemError: The ledger failed.
        """
        answer = await self._answers.find(thing.etag)
        return Head(thing, None) if answer else None
