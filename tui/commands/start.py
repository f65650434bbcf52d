"""What a front end needs to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui import config
from tui.config import Resolved, Settings, Sources
from tui.model.context import Context
from tui.model.setting import Setting

if TYPE_CHECKING:
    from tui.engine.contexts import Contexts


@dataclass(frozen=True, slots=True)
class Start:
    """The settings and flags, resolved.

    Attributes:
        settings: What config.toml says.
        context: Where calls go, and what is new is submitted.
        ledger: The ledger file.
        is_ledger_chosen: Whether ``--ledger`` named it.
        others: The contexts that are open beside it.
        sources: What they were resolved from, for another context to be.
        debug: Whether the log tells everything.
        log_file: The file that the log is written to; None for no log.
        shown: Every setting in use where calls go, and where it came from.
        others_shown: The same of each of the others.
    """

    settings: Settings
    context: Context
    ledger: Path
    is_ledger_chosen: bool = False
    others: tuple[Context, ...] = ()
    sources: Sources = field(default_factory=Sources)
    debug: bool = False
    log_file: Path | None = None
    shown: tuple[Setting, ...] = ()
    others_shown: tuple[tuple[Setting, ...], ...] = ()

    def begin(self, *, is_alone: bool = False) -> Contexts:
        """Open the ledger and the contexts over it. Waits for the disk.

        Args:
            is_alone: Whether to open just the one where calls go.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        from tui.engine.contexts import Contexts
        from tui.ledger.ledger import Ledger

        ledger = Ledger(self.ledger, keep_inputs=self.settings.history.keep_inputs)
        contexts = Contexts(self.settings, ledger, sources=self.sources)
        for context in (self.context, *(() if is_alone else self.others)):
            contexts.open(context)
        contexts.keep_shown(self.context, self.shown)
        for context, shown in zip(self.others, self.others_shown, strict=False):
            contexts.keep_shown(context, shown)
        return contexts


def open_from_start(
    sources: Sources, resolved: Resolved, names: Sequence[str]
) -> tuple[Resolved, ...]:
    """What the contexts to begin with come to, the active one first; none twice.

    Args:
        sources: What was said.
        resolved: What it comes to without a name.
        names: The contexts that ``--context`` names; without one, ``open`` says which are beside
            the one that flags, environment and files come to or, where these name none, which.

    Raises:
        ConfigError: An endpoint is no URL.
    """
    settings = resolved.settings
    opened = [name.strip() for name in settings.open.split(",") if name.strip()]
    if names:
        found = [
            config.resolve_all(sources, settings, name, origin=f"--context {name}")
            for name in names
        ]
    else:
        found = [] if opened and not settings.profile else [resolved]
        rest = config.beside(sources)
        found += [config.resolve_all(rest, settings, name) for name in opened]
    kept: dict[str, Resolved] = {}
    for each in found:
        kept.setdefault(each.context.key, each)
    return tuple(kept.values())
