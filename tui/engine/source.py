"""Where the outputs of an invocation are read: in S3 or, for an answer, in the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from tui.aws import s3
from tui.aws.session import Session
from tui.ledger.answers import Answers
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place, places
from tui.model.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Outputs:
    """What was found.

    Attributes:
        place: Where, for a person.
        objects: In key order; empty when nothing is there yet.
    """

    place: str
    objects: tuple[OutputObject, ...]


class Source(Protocol):
    """Something that outputs are listed in and read from."""

    async def list_outputs(self, invocation: Invocation) -> Outputs:
        """The objects of an invocation.

        Raises:
            ProblemError: They cannot be listed.
        """

    def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``, in pieces as they arrive.

        Raises:
            ProblemError: They cannot be read, or the object changed since it was listed.
        """


class Bucket:
    """The objects that an invocation wrote to S3."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def list_outputs(self, invocation: Invocation) -> Outputs:
        """The objects, from the first of the invocation's likely places that has any.

        Raises:
            ProblemError: S3 refused, or the invocation names no place.
        """
        candidates = places(invocation)
        if not candidates:
            message = f"{invocation.s3_uri or 'nothing'!r} is no s3:// URI"
            problem = Problem(kind="NoOutputLocation", message=message, operation="ListObjectsV2")
            raise ProblemError(problem)
        for place in candidates:
            if objects := await s3.list_objects(self._session, place):
                return Outputs(str(place), tuple(objects))
        return Outputs(str(candidates[0]), ())

    def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """See ``s3.read_range``."""
        return s3.read_range(self._session, thing, start, end)


class Kept:
    """The answer of a model that was waited for, as one object; its etag is the request's token."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def list_outputs(self, invocation: Invocation) -> Outputs:
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
