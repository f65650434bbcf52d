"""What the doctor looks at: the context, the settings, the files and the terminal. Data only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui.aws.credentials import look
from tui.aws.session import Session
from tui.config import Settings
from tui.model.clock import Clock, utc_now
from tui.model.credentials import Credentials
from tui.model.setting import Setting

Look = Callable[[Session], Awaitable["Credentials | None"]]
"""Says what a session signs with; None where that is nothing."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal that the person sits at.

    Attributes:
        size: Its columns and rows; None where there is no terminal.
        encoding: What the locale prints in: ``UTF-8``.
    """

    size: tuple[int, int] | None
    encoding: str

    @property
    def is_unicode(self) -> bool:
        """Whether it prints more than ASCII."""
        return self.encoding.lower().replace("-", "") == "utf8"


@dataclass(frozen=True, slots=True)
class Case:
    """All that is looked at.

    Attributes:
        session: The context's clients; whoever made it closes it.
        settings: What config.toml says.
        config: The configuration file, which need not exist.
        ledger: The ledger file, which need not exist.
        terminal: Where the person sits.
        environment: The environment variables.
        shown: Every setting in use and its origin; empty where that is not known.
        clock: Our time.
        look: Says what requests are signed with.
    """

    session: Session
    settings: Settings
    config: Path
    ledger: Path
    terminal: Terminal
    environment: Mapping[str, str]
    shown: tuple[Setting, ...] = ()
    clock: Clock = utc_now
    look: Look = look
