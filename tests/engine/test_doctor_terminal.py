from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tui.aws.session import Session
from tui.config import Settings
from tui.engine import doctor_terminal
from tui.engine.doctor_case import Case, Terminal
from tui.model.context import Context
from tui.model.finding import Finding, Verdict

GOOD = {"EDITOR": "sh", "PAGER": "sh", "TERM": "xterm-256color", "PATH": "/usr/bin:/bin"}


async def look(
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] | None = (80, 24),
    encoding: str = "UTF-8",
) -> dict[str, Finding]:
    """What is found in an environment, by topic; an empty value is one that is not set."""
    case = Case(
        session=Session(Context()),
        settings=Settings(),
        config=Path("config.toml"),
        ledger=Path("ledger.sqlite3"),
        terminal=Terminal(size, encoding),
        environment={name: text for name, text in {**GOOD, **(environment or {})}.items() if text},
    )
    return {finding.topic: finding for finding in await doctor_terminal.terminal(case)}


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A tmux that says of every option the same."""

    def install(answer: str) -> None:
        program = tmp_path / "tmux"
        program.write_text(f"#!/bin/sh\n{answer}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return install


async def test_a_good_terminal_is_well() -> None:
    found = await look({"COLORTERM": "truecolor", "TERM_PROGRAM": "WezTerm"})

    assert {each.verdict for each in found.values()} == {Verdict.OK}
    assert found["terminal"].text == "80×24"
    assert "16 million" in found["colours"].text
    assert "WezTerm" in found["clipboard"].text


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10)])
async def test_a_small_one_is_told_how_large_it_should_be(size: tuple[int, int]) -> None:
    found = (await look(size=size))["terminal"]

    assert found.verdict is Verdict.WARNING
    assert "80 columns and 24 rows" in found.text
    assert found.remedy


async def test_without_one_the_size_is_not_known() -> None:
    assert (await look(size=None))["terminal"].verdict is Verdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("environment", "verdict", "words"),
    [
        ({"TERM": ""}, Verdict.WARNING, "TERM=unset"),
        ({"TERM": "dumb"}, Verdict.WARNING, "TERM=dumb"),
        ({"NO_COLOR": "1"}, Verdict.OK, "none, as NO_COLOR asks"),
        ({}, Verdict.OK, "256"),
        ({"TERM": "linux"}, Verdict.OK, "16 (TERM=linux)"),
    ],
)
async def test_the_colours_are_what_the_environment_says(
    environment: dict[str, str], verdict: Verdict, words: str
) -> None:
    found = (await look(environment))["colours"]

    assert found.verdict is verdict
    assert words in found.text


async def test_a_locale_without_utf_8_is_a_warning() -> None:
    found = (await look(encoding="ANSI_X3.4-1968"))["locale"]

    assert found.verdict is Verdict.WARNING
    assert "LANG=C.UTF-8" in found.remedy


@pytest.mark.parametrize(
    ("environment", "verdict", "words"),
    [
        ({}, Verdict.NOT_KNOWN, "cannot be known from here"),
        ({"STY": "1.pts"}, Verdict.WARNING, "GNU screen"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, Verdict.WARNING, "takes no OSC 52"),
        ({"TERM_PROGRAM": "iTerm.app"}, Verdict.NOT_KNOWN, "iTerm2"),
        ({"KITTY_WINDOW_ID": "1"}, Verdict.OK, "kitty"),
    ],
)
async def test_of_the_clipboard_only_what_is_known_is_said(
    environment: dict[str, str], verdict: Verdict, words: str
) -> None:
    found = (await look(environment))["clipboard"]

    assert found.verdict is verdict
    assert words in found.text
    assert found.remedy or "copy a row in the table and paste" in found.details[0]


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ("echo external", Verdict.OK, "set-clipboard is external"),
        ("echo off", Verdict.WARNING, "set-clipboard is off"),
        ("exit 1", Verdict.NOT_KNOWN, "set-clipboard is ?"),
    ],
)
async def test_tmux_is_asked_whether_it_passes_on_what_is_copied(
    tmux: Callable[[str], None], answer: str, verdict: Verdict, words: str
) -> None:
    tmux(answer)

    found = (await look({"TMUX": "/tmp/tmux-0/default,1,0"}))["clipboard"]

    assert found.verdict is verdict
    assert words in found.text
    assert (found.remedy == "tmux set -g set-clipboard on") is (verdict is Verdict.WARNING)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"EDITOR": ""}, "neither $VISUAL nor $EDITOR names a program"),
        ({"EDITOR": "no-such-editor -w"}, "$EDITOR: there is no no-such-editor"),
        ({"VISUAL": "'"}, "$VISUAL is no command"),
        ({"PAGER": ""}, "$PAGER names no program"),
    ],
)
async def test_a_program_that_is_not_there_is_named(
    environment: dict[str, str], words: str
) -> None:
    found = (await look(environment))["programs"]

    assert found.verdict is Verdict.WARNING
    assert words in found.text
    assert found.remedy
