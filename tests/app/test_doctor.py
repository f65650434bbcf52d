"""The doctor on the screen, at both sizes, while it looks and when it is done."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled, shown
from tests.conftest import SETTINGS, MakeEngine
from tui.app.app import AsyncInvokeApp
from tui.app.screens import doctor
from tui.app.screens.doctor import DoctorScreen
from tui.app.screens.help import HelpScreen
from tui.app.widgets.finding_row import FindingRow
from tui.app.widgets.line import Line
from tui.config import Defaults, Sources
from tui.engine.contexts import Contexts
from tui.engine.doctor_case import Case
from tui.engine.session import Engine
from tui.log import open_log
from tui.model.finding import Finding, Verdict
from tui.model.setting import Setting
from tui.sandbox.server import Sandbox

SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"EDITOR": "true", "PAGER": "true", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    for name in ("TMUX", "STY", "NO_COLOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)


def with_output(make_engine: MakeEngine, bucket: str) -> Engine:
    from msgspec.structs import replace

    return make_engine(replace(SETTINGS, defaults=Defaults(s3_uri=f"s3://{bucket}/x/")))


def summary(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#summary", Line).render())


@dataclass
class Seen:
    """All that stood on the screen while one paged through it."""

    pages: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


async def read(pilot: Pilot[int]) -> Seen:
    seen = Seen()
    room = pilot.app.screen.query_one("#findings", VerticalScroll)
    await pilot.press("home")
    await pilot.pause()
    while True:
        seen.pages.append(shown(pilot))
        if room.scroll_y >= room.max_scroll_y:
            return seen
        await pilot.press("pagedown")
        await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_all_that_is_found_can_be_read(
    make_engine: MakeEngine, screen: Screen, size: tuple[int, int]
) -> None:
    engine = with_output(make_engine, "sandbox-output")
    async with screen(engine, size) as pilot:
        await pilot.press("H")
        await settled(pilot)

        assert isinstance(pilot.app.screen, DoctorScreen)
        text = (await read(pilot)).text
        assert summary(pilot) == "nothing to mend"
        for word in ("versions", "credentials", "clock", "StartAsyncInvoke", "sandbox-output"):
            assert word in text
        assert "Nothing to mend" in text
        assert "✗" not in text


@pytest.mark.parametrize("size", [*SIZES, (40, 20)])
async def test_what_is_to_mend_stands_above_and_at_the_end(
    make_engine: MakeEngine, screen: Screen, size: tuple[int, int]
) -> None:
    engine = with_output(make_engine, "sandbox-forbidden")
    async with screen(engine, size) as pilot:
        await pilot.press("H")
        await settled(pilot)

        assert summary(pilot).startswith("1 to mend: output")
        await pilot.press("G")
        await pilot.pause()
        text = " ".join(shown(pilot).split())
        assert "What to mend: output: grant s3:GetObject" in text


async def test_r_looks_again_and_finds_what_was_mended(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "denied")
    async with screen(engine) as pilot:
        await pilot.press("H")
        await settled(pilot)
        assert "start" in summary(pilot)

        await pilot.press("r")
        await settled(pilot)

        assert "start" not in summary(pilot)
        topics = [row._finding.topic for row in pilot.app.screen.query(FindingRow)]
        assert topics.count("versions") == 1
        assert sandbox.jobs.count("us-west-2") == 0


async def test_y_copies_the_report(
    engine: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("H")
        await settled(pilot)

        await pilot.press("y")
        await settled(pilot)

        assert "versions" in pilot.app.clipboard
        assert "What to mend:" in pilot.app.clipboard
        assert "the report was sent to" in shown(pilot)


async def test_it_can_be_left_while_it_looks(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        sandbox.faults.add("*", "latency", times=None, seconds=60)
        await pilot.press("H")
        while "network" not in [row._finding.topic for row in pilot.app.screen.query(FindingRow)]:
            await asyncio.sleep(0)
        assert summary(pilot).startswith("looking…")

        await pilot.press("escape")
        await settled(pilot)

        assert pilot.app.screen is main(pilot)


async def test_its_keys_are_in_its_help_and_the_settings_say_where_they_come_from(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        told = (
            Setting("region", "us-west-2", "--region"),
            Setting("endpoint-url", "https://me:s3cret@host", "config.toml line 4"),
            Setting("theme", "asyncinvoke", "default"),
        )
        await pilot.app.push_screen(DoctorScreen(engine, told, Path("own.toml")))
        await settled(pilot)

        text = (await read(pilot)).text
        assert "region = us-west-2  (--region)" in text
        assert "(config.toml line 4)" in text
        assert "1 more by default" in text
        assert "s3cret" not in text

        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "look once more" in shown(pilot)


async def test_the_configuration_is_the_file_that_was_named(engine: Engine) -> None:
    sources = Sources(environment=os.environ, path=Path("/nowhere/own.toml"))
    contexts = Contexts(engine.settings, engine.ledger, engine.clock, sources=sources)
    contexts.add(engine)
    app = AsyncInvokeApp(contexts)
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("H")
        await settled(pilot)

        assert "/nowhere/own.toml is not there" in (await read(pilot)).text


async def test_what_was_found_is_only_text(
    make_engine: MakeEngine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "[/red]\x1b]0;title\x07")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    engine = with_output(make_engine, "sandbox-output")
    async with screen(engine) as pilot:
        await pilot.press("H")
        await settled(pilot)

        assert "HTTP_PROXY=[/red]�]0;title�" in (await read(pilot)).text
        await pilot.press("y")
        assert "HTTP_PROXY=[/red]�]0;title�" in pilot.app.clipboard


async def test_a_fault_of_our_own_is_told_and_written_down(
    engine: Engine, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(case: Case) -> AsyncGenerator[Finding, None]:
        yield Finding("versions", Verdict.OK, "first")
        raise LookupError("[/red]")

    monkeypatch.setattr(doctor, "examine", fail)
    with open_log(tmp_path / "log"):
        async with screen(engine) as pilot:
            await pilot.press("H")
            await settled(pilot)

            told = " ".join(shown(pilot).split())
            assert "a fault in asyncinvoke: LookupError:" in told

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    (fault,) = (line for line in lines if line["event"] == "fault")
    assert fault["kinds"] == ["LookupError"]
