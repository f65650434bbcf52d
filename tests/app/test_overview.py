from __future__ import annotations

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.app.conftest import shown
from tests.builders import NOW, an_invocation
from tui.app.widgets.overview import Overview
from tui.model.facts import Asked


class OverviewApp(App[int]):
    def compose(self) -> ComposeResult:
        yield Overview()


def lines(pilot: Pilot[int]) -> list[str]:
    return [line.rstrip("▎▕ ") for line in shown(pilot).splitlines()]


async def test_a_long_value_goes_on_below_itself_however_wide_the_screen_is() -> None:
    row = an_invocation(s3_uri="s3://bucket/" + "x" * 60, failure_message="one two three")
    async with OverviewApp().run_test(size=(60, 30)) as pilot:
        pilot.app.query_one(Overview).show(row, Asked(), NOW)
        await pilot.pause()
        at = next(y for y, line in enumerate(lines(pilot)) if line.startswith("output"))
        assert lines(pilot)[at].startswith("output      s3://bucket/xxx")
        assert lines(pilot)[at + 1].startswith(" " * 12 + "xxx")

        await pilot.resize_terminal(120, 30)
        await pilot.pause()
        assert "output      " + row.s3_uri in lines(pilot)
