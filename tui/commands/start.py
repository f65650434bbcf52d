"""What a front end needs to begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui.config import Settings, Sources
from tui.model.context import Context
from tui.model.setting import Setting


@dataclass(frozen=True, slots=True)
class Start:
    """The settings and flags, resolved.

    Attributes:
        settings: What config.toml says.
        context: Where calls go.
        ledger: The ledger file.
        is_ledger_chosen: Whether ``--ledger`` named it.
        sources: What they were resolved from, for another context to be.
        debug: Whether the log tells everything.
        log_file: The file that the log is written to; None for no log.
        sources: Sources = field(default_factory=Sources)
    debug: bool = False
    log_file: Path | None = None
    shown: Every setting in use, and where it came from.
    """

    settings: Settings
    context: Context
    ledger: Path
    is_ledger_chosen: bool = False
    sources: Sources = field(default_factory=Sources)
    debug: bool = False
    log_file: Path | None = None
    shown: tuple[Setting, ...] = ()
