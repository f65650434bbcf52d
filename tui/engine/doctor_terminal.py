"""What the doctor finds about the terminal: size, colours, locale, clipboard, and its programs."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Mapping

from tui.engine.doctor_case import Case
from tui.engine.program import program_of
from tui.model.finding import Finding, Verdict
from tui.model.problem import ProblemError

SMALLEST = (80, 24)
"""Columns and rows that every screen is made for."""

TMUX_SECONDS = 2.0

_TAKE_OSC_52 = frozenset({"WezTerm", "ghostty", "kitty", "alacritty", "rio", "foot"})


async def terminal(case: Case) -> list[Finding]:
    """Size, colours, locale, clipboard, and the programs that the person is lent to."""
    clipboard = await asyncio.to_thread(_clipboard, case)
    return [_size(case), _colours(case), _locale(case), clipboard, _programs(case.environment)]


def _size(case: Case) -> Finding:
    size = case.terminal.size
    if size is None:
        return Finding("terminal", Verdict.NOT_KNOWN, "there is none here, as in a pipe")
    text = f"{size[0]}×{size[1]}" if case.terminal.is_unicode else f"{size[0]}x{size[1]}"
    if size[0] >= SMALLEST[0] and size[1] >= SMALLEST[1]:
        return Finding("terminal", Verdict.OK, text)
    return Finding(
        "terminal",
        Verdict.WARNING,
        f"{text}: the screens are made for 80 columns and 24 rows",
        cause="a small window or tmux pane",
        remedy="make it larger",
    )


def _colours(case: Case) -> Finding:
    env = case.environment
    name = env.get("TERM", "")
    if not name or name == "dumb":
        return Finding(
            "colours",
            Verdict.WARNING,
            f"TERM={name or 'unset'}: the screen cannot be shown",
            cause="TERM does not name the terminal",
            remedy="export TERM=xterm-256color, or what your terminal is",
        )
    if env.get("NO_COLOR"):
        return Finding("colours", Verdict.OK, f"none, as NO_COLOR asks (TERM={name})")
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Finding("colours", Verdict.OK, f"16 million (TERM={name})")
    if "256color" in name:
        return Finding(
            "colours", Verdict.OK, f"256 (TERM={name}, COLORTERM does not say truecolor)"
        )
    return Finding("colours", Verdict.OK, f"16 (TERM={name})")


def _locale(case: Case) -> Finding:
    if case.terminal.is_unicode:
        return Finding("locale", Verdict.OK, case.terminal.encoding)
    return Finding(
        "locale",
        Verdict.WARNING,
        f"{case.terminal.encoding}: signs are ASCII, other text may show as ?",
        cause="LC_ALL, LC_CTYPE and LANG name no UTF-8 locale",
        remedy="export LANG=C.UTF-8, or another of locale -a",
    )


def _clipboard(case: Case) -> Finding:
    """What is known of OSC 52. Waits for tmux, which is quick."""
    env = case.environment
    unproved = ("a terminal does not tell what it took: copy a row in the table and paste",)
    if env.get("TMUX"):
        return _in_tmux(unproved)
    if env.get("STY"):
        return Finding(
            "clipboard",
            Verdict.WARNING,
            "GNU screen: it keeps what is copied to itself",
            cause="it passes no OSC 52 on",
            remedy="copy outside of it, or use tmux; u and y write to files, too",
        )
    name = env.get("TERM_PROGRAM") or ("kitty" if env.get("KITTY_WINDOW_ID") else "")
    if name == "Apple_Terminal":
        return Finding(
            "clipboard",
            Verdict.WARNING,
            "Terminal.app takes no OSC 52",
            cause="it does not know it",
            remedy="use a terminal that does, such as iTerm2",
        )
    if name == "iTerm.app":
        words = "OSC 52: iTerm2 takes it where its settings allow the clipboard"
        return Finding("clipboard", Verdict.NOT_KNOWN, words, unproved)
    if name in _TAKE_OSC_52:
        return Finding("clipboard", Verdict.OK, f"OSC 52: {name} takes it", unproved)
    words = "OSC 52 is sent; whether your terminal takes it cannot be known from here"
    return Finding("clipboard", Verdict.NOT_KNOWN, words, unproved)


def _in_tmux(unproved: tuple[str, ...]) -> Finding:
    told = _tmux("show", "-gv", "set-clipboard")
    passes = _tmux("show", "-gv", "allow-passthrough") or "not known to it"
    named = _tmux("-V") or "tmux"
    text = f"{named}: set-clipboard is {told or '?'}, allow-passthrough is {passes}"
    if told == "off":
        return Finding(
            "clipboard",
            Verdict.WARNING,
            text,
            cause="tmux keeps what is copied from your terminal",
            remedy="tmux set -g set-clipboard on",
        )
    return Finding("clipboard", Verdict.OK if told else Verdict.NOT_KNOWN, text, unproved)


def _tmux(*arguments: str) -> str:
    tmux = shutil.which("tmux")
    if tmux is None:
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 - tmux itself, found on the path
            [tmux, *arguments], capture_output=True, text=True, timeout=TMUX_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _programs(env: Mapping[str, str]) -> Finding:
    """Whether $EDITOR and $PAGER name programs that are there."""
    named, missing = [], []
    for variables in (("VISUAL", "EDITOR"), ("PAGER",)):
        try:
            program = program_of(env, *variables)
        except ProblemError as error:
            missing.append(error.problem.message)
            continue
        if shutil.which(program.command[0], path=env.get("PATH")):
            named.append(f"${program.variable} is {program.name}")
        else:
            missing.append(f"${program.variable}: there is no {program.command[0]}")
    if not missing:
        return Finding("programs", Verdict.OK, ", ".join(named))
    return Finding(
        "programs",
        Verdict.WARNING,
        "; ".join([*missing, *named]),
        cause="inputs are edited, and outputs paged, in the programs that these name",
        remedy="export EDITOR=vim PAGER=less, or others that are installed",
    )
