"""What a front end needs to begin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tui.config import Settings
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
        shown: Every setting in use, and where it came from.
    """

    settings: Settings
    context: Context
    ledger: Path
    is_ledger_chosen: bool = False
    shown: tuple[Setting, ...] = ()
