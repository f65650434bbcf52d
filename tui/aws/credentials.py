"""What a session signs with, as far as a person may see it."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.credentials import Credentials


async def look(session: Session) -> Credentials | None:
    """The kind of a session's credentials and when they end; None where there are none.

    Raises:
        ProblemError: They cannot be had.
    """
    profile = session.context.profile or ""
    if os.environ.get("AWS_BEARER_TOKEN_BEDROCK"):
        return Credentials(method="bearer", profile=profile)
    with problems("credentials", is_sent=False):
        await session.client("sts")
        found = await session.credentials()
    if found is None:
        return None
    ends = getattr(found, "_expiry_time", None)
    expires = ends.astimezone(timezone.utc) if isinstance(ends, datetime) else None
    return Credentials(method=found.method or "explicit", profile=profile, expires=expires)
