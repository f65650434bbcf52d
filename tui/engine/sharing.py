"""Signs URLs that make a browser show an object, whatever type it was stored under."""

from __future__ import annotations

from datetime import timedelta

from tui.aws import presigning
from tui.aws.session import Session
from tui.model.content_type import content_type_of
from tui.model.disposition import inline
from tui.model.outputs import Place
from tui.model.presigned import PresignedUrl, Signer


async def presign(session: Session, place: Place, lifetime: timedelta) -> PresignedUrl:
    """Sign the reading of the object that a place names; see ``presigning.presign``.

    Raises:
        ProblemError: There is nothing to sign with, or the bucket is not found.
    """
    name = place.prefix.rpartition("/")[2]
    return await presigning.presign(
        session, place.bucket, place.prefix, lifetime, content_type_of(name), inline(name)
    )


async def signer(session: Session) -> Signer:
    """See ``presigning.signer``.

    Raises:
        ProblemError: There is nothing to sign with.
    """
    return await presigning.signer(session)
