"""A presigned URL: a secret, whose end is the earlier of its own and its credentials'."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo


@dataclass(frozen=True, slots=True)
class Signer:
    """The credentials that sign.

    Attributes:
        is_temporary: Whether they end by themselves, and with them all that they signed.
        end: When; aware. None where they do not, or where nobody tells.
    """

    is_temporary: bool = False
    end: datetime | None = None

    def cuts(self, until: datetime) -> bool:
        """Whether what shall serve until then may end earlier."""
        return self.is_temporary and (self.end is None or self.end < until)


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """A URL that whoever has it may read one object by.

    Attributes:
        url: The URL; in no ``repr``, for it is a secret.
        until: The end of the lifetime that it was signed for; aware.
        signer: What it was signed with.
    """

    url: str = field(repr=False)
    until: datetime
    signer: Signer


def ending(until: datetime, signer: Signer, zone: tzinfo | None = None) -> str:
    """When a URL ends, in words.

    Args:
        until: The end of its lifetime.
        signer: What signs it.
        zone: The zone of the person; None is the machine's.
    """
    told = f"until {moment(until, zone)}"
    if not signer.is_temporary:
        return told
    if signer.end is None:
        return (
            f"{told}, or earlier: it ends with the temporary credentials that sign it, "
            "and nobody tells when they do"
        )
    if signer.cuts(until):
        return (
            f"only until {moment(signer.end, zone)}: the temporary credentials that sign it "
            "end then"
        )
    return f"{told}; its temporary credentials last longer"


def moment(when: datetime, zone: tzinfo | None = None) -> str:
    """A moment in the person's own zone and in UTC: ``2026-03-14 10:26 local, 09:26 UTC``."""
    local, utc = when.astimezone(zone), when.astimezone(timezone.utc)
    date = "" if local.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"{local:%Y-%m-%d %H:%M} local, {date}{utc:%H:%M} UTC"
