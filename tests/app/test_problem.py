"""An error in full: reached by a key, read to its end at 80×24, copied."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled, shown, table
from tests.app.read import View
from tests.app.read import view as view
from tests.builders import an_invocation
from tests.conftest import Until
from tui.app.screens.main import MainScreen
from tui.app.screens.problem import ProblemScreen
from tui.app.screens.viewer import ViewerScreen
from tui.app.screens.working import MOST_UNSEEN
from tui.app.widgets.problem_line import ProblemLine
from tui.engine.session import Engine
from tui.model.explanation import explained
from tui.model.invocation import Status
from tui.model.problem import Problem
from tui.sandbox.server import Sandbox

DENIED = explained(
    Problem(
        kind="AccessDenied",
        message="not authorized to perform: s3:GetObject on resource: arn:aws:s3:::media/x because",
        operation="GetObject",
        request_id="r-1",
    )
)


async def test_the_last_problem_that_was_told_opens_in_full_and_is_copied(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        main(pilot).complain(DENIED)
        await pilot.press("exclamation_mark")
        await settled(pilot)

        assert isinstance(pilot.app.screen, ProblemScreen)
        assert "p copy the policy" in shown(pilot)
        await pilot.press("p")
        assert pilot.app.clipboard == DENIED.policy
        await pilot.press("y")
        assert pilot.app.clipboard == DENIED.in_full
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_what_is_copied_can_be_pasted_into_a_terminal(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        main(pilot).complain(Problem(kind="K", message="one\n\x1b[201~two\u202e"))
        await pilot.press("exclamation_mark")
        await settled(pilot)
        await pilot.press("y")

        assert pilot.app.clipboard.startswith("K: one\n�[201~two�")


async def test_without_a_policy_there_is_none_to_copy(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        main(pilot).complain(Problem(kind="K", message="m"))
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "copy the policy" not in shown(pilot)
        await pilot.press("p")
        assert pilot.app.clipboard == ""


async def test_where_nothing_went_wrong_that_is_said(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MainScreen)
        assert "nothing went wrong" in shown(pilot)


async def test_foreign_text_is_only_text(engine: Engine, screen: Screen) -> None:
    async with screen(engine) as pilot:
        main(pilot).complain(Problem(kind="[/b]", message="\x1b[2J[red]two\u202e\nlines[/x]"))
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "[/b]" in shown(pilot)
        assert "[red]two" in shown(pilot)
        assert not {"\x1b", "\u202e"} & set(shown(pilot))


async def test_enter_on_the_line_opens_it_and_the_line_lets_go_when_it_is_over(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "denied-silently", times=None)
    async with screen(engine) as pilot:
        await until(engine, lambda: engine.problem is not None)
        await settled(pilot)
        line = main(pilot).query_one("#trouble", ProblemLine)
        line.focus()
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ProblemScreen)
        assert "bedrock:ListAsyncInvokes" in shown(pilot)
        await pilot.press("escape")
        sandbox.faults.clear()
        engine.wake()
        await until(engine, lambda: engine.problem is None)
        await settled(pilot)
        assert not line.focusable
        assert main(pilot).focused is not line


async def test_those_of_several_contexts_are_told_with_whose_they_are_and_one_after_another(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        other = Problem(kind="ExpiredToken", message="it ended")
        pilot.app.push_screen(ProblemScreen(("west · us-west-2", DENIED), ("east · eu-1", other)))
        await settled(pilot)
        assert "AccessDenied  (1 of 2)" in shown(pilot)
        assert "west · us-west-2" in shown(pilot)
        assert "n next" in shown(pilot)

        await pilot.press("n")
        await settled(pilot)

        assert "ExpiredToken  (2 of 2)" in shown(pilot)
        assert "east · eu-1" in shown(pilot)
        assert "copy the policy" not in shown(pilot)
        await pilot.press("y")
        assert pilot.app.clipboard == f"context: east · eu-1\n{other.in_full}"
        await pilot.press("n")
        await settled(pilot)
        assert "AccessDenied  (1 of 2)" in shown(pilot)


async def read_all(pilot: Pilot[int]) -> list[str]:
    """Ask what went wrong, read one after another, and go back; returns their messages."""
    await pilot.press("exclamation_mark")
    await settled(pilot)
    problems = pilot.app.screen
    assert isinstance(problems, ProblemScreen)
    messages: list[str] = []
    for _ in problems._problems:
        messages.append(problems._problem.message)
        assert messages[-1] in shown(pilot)
        await pilot.press("n")
        await settled(pilot)
    await pilot.press("escape")
    await settled(pilot)
    return messages


async def test_all_that_was_told_and_not_looked_at_is_read_the_newest_first(
    engine: Engine, screen: Screen
) -> None:
    first, second, third = (Problem(kind="K", message=f"number {each}") for each in (1, 2, 3))
    async with screen(engine) as pilot:
        for problem in (second, first, second):
            main(pilot).complain(problem)
        assert await read_all(pilot) == ["number 2", "number 1"]
        assert await read_all(pilot) == ["number 2", "number 1"]

        main(pilot).complain(third)
        assert await read_all(pilot) == ["number 3"]


async def test_no_more_is_kept_to_be_looked_at_than_anybody_reads(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        for number in range(MOST_UNSEEN + 1):
            main(pilot).complain(Problem(kind="K", message=f"number {number}"))

        assert [each.message for each in main(pilot).troubles] == [
            f"number {number}" for number in range(MOST_UNSEEN, 0, -1)
        ]


async def test_what_was_read_on_one_screen_goes_first_on_no_other(
    engine: Engine, view: View
) -> None:
    failed = an_invocation("ffffffffffff", Status.FAILED, failure_message="the row failed")
    engine.board.apply([failed])
    async with view({"a.txt": b"one"}) as (pilot, _):
        viewer = pilot.app.screen
        assert isinstance(viewer, ViewerScreen)
        main(pilot).complain(Problem(kind="K", message="not saved"))
        assert await read_all(pilot) == ["not saved"]

        viewer.complain(Problem(kind="K", message="no pager"))
        await pilot.press("escape")
        table(pilot).move_to(failed.key)
        await settled(pilot)
        assert await read_all(pilot) == ["no pager", "the row failed"]
        assert await read_all(pilot) == ["the row failed"]
