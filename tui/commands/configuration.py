"""``asyncinvoke config``: where the configuration is, what holds and who says so, what is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
from shlex import quote

from tui import config
from tui.commands import exit_codes
from tui.commands.formats import aligned
from tui.commands.output import is_colored, narrate, put
from tui.config import Output, Resolved, Settings
from tui.model.text import printable


def run(given: argparse.Namespace) -> int:
    """Do what ``path``, ``show`` or ``check`` says; returns the exit code.

    Raises:
        ConfigError: Something may not be said, but for where only the path is asked for;
            ``check`` reads the AWS files and finds names that they do not have.
    """
    if given.action == "path":
        path, _ = config.path_of(getattr(given, "config", None), os.environ)
        sys.stdout.write(f"{printable(str(path))}\n")
        if not path.exists():
            narrate("there is no such file: the defaults hold")
        return exit_codes.OK
    from tui.commands import checking

    sources = config.gather(vars(given))
    resolved = config.resolve(sources)
    names: list[str] = getattr(given, "context", [])
    active = checking.active(sources, resolved, names)
    if given.action == "check":
        checking.check(sources, resolved.settings)
        sys.stdout.write("ok\n")
    else:
        for name in names[1:]:
            narrate(f"asyncinvoke: {name} is not shown here: {_again(name)}")
        form = getattr(given, "output", None)
        _show(active.settings, active, is_text=form in (None, Output.TABLE.value))
    return exit_codes.OK


def _again(name: str) -> str:
    return f"asyncinvoke config show --context {quote(name)}"


def _show(settings: Settings, active: Resolved, *, is_text: bool) -> None:
    """Print every setting that holds in the active context."""
    if settings.query or not is_text:
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
