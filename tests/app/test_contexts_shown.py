"""What several contexts look like in the doctor, the picker and the table."""

from __future__ import annotations

import os
from pathlib import Path

from textual.widgets import Static

from tests.app.conftest import main, settled, shown, table
from tests.app.test_contexts import Two, open_picker, prompts, screen
from tests.app.test_contexts import sandboxes as sandboxes
from tests.app.test_contexts import two as two
from tests.builders import a_request
from tui.app.screens.problem import ProblemScreen
from tui.app.widgets.finding_row import FindingRow
from tui.engine.ticking import Heard
from tui.model.board import Changes
from tui.model.problem import Problem


async def test_the_doctor_tells_what_holds_in_the_active_context(two: Two) -> None:
    two.open_both()
    contexts = two.contexts
    (east,) = (each for each in contexts.open_ones if each.context.label.startswith("east"))
    async with screen(two) as pilot:
        for engine, own, other in ((contexts.active, "west", "east"), (east, "east", "west")):
            contexts.activate(engine)
            told = {each.key: each.value for each in contexts.shown}
            assert told["region"] == f'"{engine.context.region}"'
            await pilot.press("H")
            await settled(pilot)
            text = " ".join(str(row._finding.details) for row in pilot.app.screen.query(FindingRow))
            assert f'profile = "{own}"' in text
            assert f'profile = "{other}"' not in text
            await pilot.press("escape")
            await settled(pilot)


async def test_at_40_columns_the_picker_has_room_for_the_region(two: Two) -> None:
    two.open_both()
    async with screen(two, (40, 20)) as pilot:
        listing = await open_picker(pilot)

        assert listing.scrollable_content_region.width >= max(
            len(prompt.rstrip().partition(" ")[0]) for prompt in prompts(listing)
        )
        text = shown(pilot)
        assert "us-west-2" in text
        assert "eu-west-1" in text


async def test_at_80_columns_the_column_tells_contexts_of_one_profile_apart(two: Two) -> None:
    keys = "aws_access_key_id = a\naws_secret_access_key = b"
    with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as file:
        file.write(f"[profile a-rather-long-profile]\n{keys}\nendpoint_url = {two.west.url}\n")
    two.contexts.open(two.contexts.named("a-rather-long-profile", "us-east-1"))
    await two.contexts.close_one(two.contexts.open_ones[0])
    two.contexts.open(two.contexts.named("a-rather-long-profile", "us-east-2"))
    await two.contexts.active.submit(a_request())
    async with screen(two, (80, 24)) as pilot:
        assert "us-east-1" in str(table(pilot).render_line(1).text)


async def test_what_a_queue_waits_for_is_told_in_full_with_whose_queue_it_is(
    two: Two,
) -> None:
    two.open_both()
    _, east = two.contexts.open_ones
    full = Problem(kind="ThrottlingException", message="too many")
    async with screen(two) as pilot:
        east.dispatch.trouble = full
        east.news.announce(Heard(Changes(), east.clock()))
        await settled(pilot)
        await pilot.press("exclamation_mark")
        await settled(pilot)

        assert isinstance(pilot.app.screen, ProblemScreen)
        said = [str(each.content) for each in pilot.app.screen.query(".said").results(Static)]
        assert said[:2] == ["east · eu-west-1", "too many"]

        await pilot.press("escape")
        main(pilot).complain(Problem(kind="K", message="not saved"))
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "K  (1 of 2)" in shown(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "east · eu-west-1" in shown(pilot)
