"""``asyncinvoke config``: where the configuration is, what holds and who says so, what is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys

from tui import config
from tui.commands import exit_codes
from tui.commands.formats import aligned
from tui.commands.output import is_colored, narrate, put
from tui.commands.start import open_from_start
from tui.config import Output, Resolved, Settings
from tui.model.text import printable


def run(given: argparse.Namespace) -> int:
    """Do what ``path``, ``show`` or ``check`` says; returns the exit code.

    Raises:
        ConfigError: Something may not be said, but for where only the path is asked for.
    """
    if given.action == "path":
        path, _ = config.path_of(getattr(given, "config", None), os.environ)
        sys.stdout.write(f"{printable(str(path))}\n")
        if not path.exists():
            narrate("there is no such file: the defaults hold")
        return exit_codes.OK
    sources = config.gather(vars(given))
    resolved = config.resolve(sources)
    active, *_ = open_from_start(sources, resolved, getattr(given, "context", []))
    if given.action == "check":
        resolved.settings.ledger_path, resolved.settings.log_path  # noqa: B018 - they may raise
        sys.stdout.write("ok\n")
    else:
        _show(resolved.settings, active)
    return exit_codes.OK


def _show(settings: Settings, active: Resolved) -> None:
    """Print every setting that holds in the active context."""
    if settings.query or settings.output not in (None, Output.TABLE):
        rows = [
            {
                "key": each.key,
                "value": json.loads(each.value) if each.value else None,
                "origin": each.origin,
            }
            for each in active.shown
        ]
        put(rows, settings, Output.TABLE)
        return
    lines = [["SETTING", "VALUE", "FROM"]]
    lines += [[each.key, each.value or "–", each.origin] for each in active.shown]
    sys.stdout.write(aligned(lines, is_colored=is_colored(settings.color)))
