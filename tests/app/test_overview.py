from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.app.conftest import shown
from tests.builders import NOW, an_invocation
from tui.app.widgets.overview import Overview, fact_line
from tui.model.facts import STRONG, Asked, Fact


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


def test_a_tone_is_one_that_is_known_or_a_variable_of_the_theme() -> None:
    for tone, style in ((STRONG, "bold"), ("$text-accent", "$text-accent")):
        assert [str(span.style) for span in fact_line(Fact("a", "b", tone)).spans[1:]] == [style]
    with pytest.raises(KeyError):
        fact_line(Fact("a", "b", "storng"))
