"""A setting in use, and where it came from. Data only."""

from __future__ import annotations

from msgspec import Struct


class Setting(Struct, frozen=True):
    """One setting as it holds now.

    Attributes:
        key: Its name in config.toml, with the table before it: ``polling.idle``.
        value: Its value, as config.toml would write it.
        origin: Who set it, in words: ``--region``, ``AWS_REGION``, ``config.toml line 4``,
            ``profile prod in ~/.aws/config``, ``default``.
    """

    key: str
    value: str
    origin: str
