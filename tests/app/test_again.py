from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.app.conftest import Screen, main, settled, shown, table
from tests.builders import TOKEN, a_request
from tests.commands.conftest import add_job
from tests.conftest import MakeEngine, Until
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form import FormScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.working import QUEUED
from tui.app.widgets.line import Line
from tui.engine.session import Engine
from tui.engine.submission import SETTLE
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


def explanation(pilot: Pilot[int]) -> str:
    """What a question that is asked says below it."""
    assert isinstance(pilot.app.screen, ConfirmScreen)
    return str(pilot.app.screen.query(Line).last().visual)


async def test_run_again_opens_the_form_on_what_was_asked_with_no_token(
    engine: Engine, screen: Screen
) -> None:
    await engine.submit(a_request("the very same"))

    async with screen(engine) as pilot:
        await pilot.press("R")
        await settled(pilot)

        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert "the very same" in form.query_one(TextArea).text
        assert TOKEN not in shown(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert len(engine.board) == 2


async def test_run_again_says_when_the_input_is_not_known(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.seed(1)

    async with screen(engine, (200, 40)) as pilot:
        await until(engine, lambda: len(engine.board) == 1)
        await pilot.pause()
        await pilot.press("R")
        await settled(pilot)

        assert "is not known" in shown(pilot)
        assert isinstance(pilot.app.screen, MainScreen)


async def test_a_failed_one_is_retried_with_a_new_token_once_that_is_confirmed(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    row = await engine.submit(a_request("a [fail:capacity] in it"))
    sandbox.clock.advance(10)
    await engine.poll()
    assert engine.board[row.key].status is Status.FAILED

    async with screen(engine) as pilot:
        await pilot.press("t")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("n")
        await settled(pilot)
        assert len(engine.board) == 1

        await pilot.press("t")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)

        again = engine.board[table(pilot).cursor or ""]
        assert again.status is Status.IN_PROGRESS
        assert again.client_request_token not in ("", TOKEN)

        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert explanation(pilot).endswith(f". It was retried already, as {again.id}.")


async def test_what_could_not_be_sent_again_keeps_no_other_program_off(
    engine: Engine, sandbox: Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    row = await engine.submit(a_request("a [fail:capacity] in it"))
    sandbox.clock.advance(10)
    await engine.poll()
    monkeypatch.setattr(engine, "submit", refuse)

    async with screen(engine) as pilot:
        await pilot.press("t", "y")
        await settled(pilot)
        assert any("the disk is full" in toast.message for toast in pilot.app._notifications)

    retried = {"another": row.key}
    assert await engine.ledger.retries.claim(retried, engine.clock()) == {"another"}


async def test_retry_says_that_only_failed_ones_are_retried(engine: Engine, screen: Screen) -> None:
    await engine.submit(a_request())

    async with screen(engine, (200, 40)) as pilot:
        await pilot.press("t")
        await settled(pilot)

        assert isinstance(pilot.app.screen, MainScreen)
        assert "only what failed is retried" in shown(pilot)


async def test_many_failed_ones_are_written_down_at_once_and_go_one_by_one(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    for number in range(6):
        request = a_request("[fail:capacity]", client_request_token=f"token-{number}")
        await engine.submit(request)
    sandbox.clock.advance(10)
    await engine.poll()
    sandbox.faults.add("StartAsyncInvoke", "throttle", times=None)

    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert "Retry 6 failed invocations?" in shown(pilot)
        await pilot.press("y")
        await until(engine, lambda: engine.board.counts[Status.QUEUED] == 6)
        await pilot.pause()

        assert "Queued 6" in shown(pilot)
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert explanation(pilot).endswith("6 of them were retried already.")
        await pilot.press("n")
        await settled(pilot)
        assert len(engine.queued.load(engine.context.key)) == 6

        await pilot.press("escape", "P")
        await settled(pilot)
        assert "○ 6 paused" in shown(pilot)


async def test_leaving_while_some_wait_to_be_sent_asks_and_says_what_becomes_of_them(
    engine: Engine, screen: Screen
) -> None:
    await engine.pause_queue(True)
    await engine.enqueue([a_request()])

    async with screen(engine) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert "Leave while 1 waits to be sent?" in shown(pilot)
        assert QUEUED in " ".join(shown(pilot).replace("│", "").split())
        await pilot.press("n")
        assert len(pilot.app.screen_stack) == 1
    assert len(engine.queued.load(engine.context.key)) == 1


async def test_the_question_is_about_what_can_be_retried_and_says_of_the_rest_why_not(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await failed(engine, sandbox, "one")
    add_job(sandbox, "westjob00001", failure="no")
    await engine.poll()

    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        (row,) = (row for row in engine.board if row.is_ours)
        assert f"Retry {row.id}?" in shown(pilot)
        assert explanation(pilot).endswith(
            "/ray/. 1 more was not submitted from here: AWS returns no inputs."
        )
        assert "…" not in explanation(pilot)


async def test_the_question_says_only_of_what_differs_that_it_does(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    await failed(engine, sandbox, "one", s3_uri="s3://media/one/")
    await failed(engine, sandbox, "two", s3_uri="s3://media/two/")

    async with screen(engine) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert "Retry 2 failed invocations?" in shown(pilot)
        assert explanation(pilot).startswith("luma.ray-v2:0 in default")
        assert explanation(pilot).endswith("/ …")


async def test_of_many_whose_inputs_are_not_known_it_is_said_that_it_is_theirs(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    for number in range(3):
        add_job(sandbox, f"westjob0000{number}", failure="no")
    await engine.poll()

    async with screen(engine, (200, 40)) as pilot:
        await pilot.press("ctrl+a", "t")
        await settled(pilot)
        assert "the inputs of these 3 are not known" in shown(pilot)


async def failed(engine: Engine, sandbox: Sandbox, token: str, **members: object) -> None:
    await engine.submit(a_request("[fail:capacity]", client_request_token=token, **members))
    sandbox.clock.advance(10)
    await engine.poll()


async def test_what_waits_is_dropped_once_that_is_confirmed(engine: Engine, screen: Screen) -> None:
    await engine.pause_queue(True)
    await engine.enqueue([a_request()])

    async with screen(engine) as pilot:
        await pilot.press("x")
        await settled(pilot)
        assert TOKEN in "".join(shown(pilot).split())
        assert "is not sent" in shown(pilot)
        await pilot.press("y")
        await settled(pilot)

        assert len(engine.board) == 0
        assert await engine.journal.find(token=TOKEN) is None


async def test_a_refused_one_out_of_the_queue_is_mended_in_the_form(
    engine: Engine, screen: Screen, until: Until
) -> None:
    await engine.enqueue([a_request("mend me", s3_uri="s3://missing-bucket/x/")])

    async with screen(engine) as pilot:
        await until(engine, lambda: engine.board.counts[Status.FAILED] == 1)
        while not ((row := main(pilot).chosen) and row.status is Status.FAILED):
            await pilot.pause()
        await pilot.press("R")
        await settled(pilot)

        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert "mend me" in form.query_one(TextArea).text


async def test_an_unanswered_one_that_aws_does_not_list_is_sent_again_when_asked(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(a_request())

    async with screen(engine) as pilot:
        await pilot.press("R")
        await settled(pilot)
        assert "AWS may still list it" in shown(pilot)

        sandbox.clock.advance(SETTLE.total_seconds() + 1)
        await pilot.press("R")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        text = "".join(shown(pilot).split())
        assert TOKEN in text
        assert "account123456789012" in text
        await pilot.press("y")
        await settled(pilot)

        (row,) = engine.board
        assert row.status is Status.IN_PROGRESS
        assert row.client_request_token == TOKEN
        assert table(pilot).cursor == row.key


async def test_one_is_not_sent_again_from_another_account_than_the_person_was_shown(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(a_request())
    sandbox.clock.advance(SETTLE.total_seconds() + 1)
    async with screen(engine) as pilot:
        await pilot.press("R")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ConfirmScreen)
        sent = sandbox.calls["StartAsyncInvoke"]

        engine.signing_in.identity = None  # other credentials, and nobody knows yet whose
        await pilot.press("y")
        await settled(pilot)

        assert sandbox.calls["StartAsyncInvoke"] == sent
        assert "not the one that you were shown" in shown(pilot)


async def test_keys_typed_ahead_go_to_the_form_and_not_to_the_table(
    engine: Engine, screen: Screen
) -> None:
    async with screen(engine) as pilot:
        await pilot.press("n", "q", "d", "x")
        await settled(pilot)

        assert isinstance(pilot.app.screen, FormScreen)
        assert pilot.app.screen.query_one(TextArea).text.startswith("qdx")


async def test_a_start_offers_what_aws_does_not_list_to_be_sent_again(
    engine: Engine, sandbox: Sandbox, screen: Screen, until: Until
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-before")
    await engine.submit(a_request())
    sandbox.clock.advance(SETTLE.total_seconds() + 1)

    async with screen(engine, (200, 40)) as pilot:
        await until(engine, lambda: bool(engine.unanswered.missing))
        await pilot.pause()

        assert "AWS does not list a submission" in shown(pilot)


async def test_an_unanswered_one_of_another_account_says_whose_it_is(
    engine: Engine, make_engine: MakeEngine, screen: Screen, sandbox: Sandbox
) -> None:
    await engine.journal.prepare(a_request(), engine.context.key, engine.clock(), "999999999999")
    sandbox.clock.advance(SETTLE.total_seconds())
    await engine.close()

    async with screen(make_engine()) as pilot:
        await pilot.press("R")
        await settled(pilot)
        assert "999999999999" in shown(pilot)


async def test_what_was_retried_is_marked_no_more(engine: Engine, screen: Screen) -> None:
    for name in ("one", "two"):
        await engine.submit(a_request("[fail:filter]", client_request_token=name))
    async with screen(engine, (120, 30)) as pilot:
        await engine.pause_queue(True)
        engine.board.apply(
            replace(row, status=Status.FAILED, end_time=engine.clock())
            for row in list(engine.board)
        )
        await pilot.press("ctrl+a")
        assert len(table(pilot).marked) == 2
        await pilot.press("t")
        await pilot.pause()
        await pilot.press("y")
        await settled(pilot)

        assert engine.board.counts[Status.QUEUED] == 2
        assert table(pilot).marked == set()
