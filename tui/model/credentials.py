"""What requests are signed with, as far as a person may see it: never the secrets. Data only."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Credentials(Struct, frozen=True, kw_only=True):
    """The kind of a context's credentials, and when and how they are renewed.

    Attributes:
        method: botocore's name of their source: ``env``, ``shared-credentials-file``,
            ``assume-role``, ``sso``, ``login``, ``custom-process``, ``container-role``,
            ``iam-role``, or ``bearer``.
        profile: The profile that brings them; empty where none does.
        expires: When they end; aware, UTC; None for what does not end, or does not say.
        renewal: The command that a person renews them with, word by word; empty where there is
            none.
    """

    method: str
    profile: str = ""
    expires: datetime | None = None
    renewal: tuple[str, ...] = ()
