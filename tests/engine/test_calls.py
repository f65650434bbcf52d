from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders import TOKEN, a_question, a_request
from tests.conftest import SETTINGS, MakeEngine, Until
from tests.engine.asked import KEY, answer_of, begun
from tests.engine.queued import states
from tests.engine.stored import downloaded
from tui.config import History
from tui.engine.downloading import folder_of
from tui.engine.session import Engine
from tui.ledger.journal import State
from tui.model.invocation import Status
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox


async def test_an_answer_is_on_the_board_and_can_be_read(engine: Engine) -> None:
    row = await engine.submit(a_question())

    assert row.status is Status.COMPLETED
    assert row.is_waited_for
    assert row.prompt == "a tide pool"
    assert row.end_time is not None
    answer = msgspec.json.decode(await answer_of(engine, row))
    assert len(answer["embedding"]) == 1024


async def test_what_was_asked_and_answered_is_there_after_a_restart(
    engine: Engine, make_engine: MakeEngine
) -> None:
    row = await engine.submit(a_question())
    answer = await answer_of(engine, row)
    await engine.close()

    second = make_engine()

    assert second.board[KEY] == row
    assert await second.request_of(row) == a_question()
    assert await answer_of(second, row) == answer


async def test_an_answer_is_saved_to_disk_under_a_name_that_tells_its_type(
    engine: Engine, tmp_path: Path
) -> None:
    row = await engine.submit(a_question())
    source = engine.source_of(row)
    (thing,) = (await source.list_outputs(row)).objects

    path = await downloaded(source, thing, folder_of(row, tmp_path))

    assert path == tmp_path / TOKEN / "answer.json"
    assert path.read_bytes() == await answer_of(engine, row)


async def test_a_refusal_is_said_and_its_row_has_failed(engine: Engine) -> None:
    with pytest.raises(ProblemError) as caught:
        await engine.submit(a_question("[refuse:throttle]"))

    assert caught.value.problem.kind == "ThrottlingException"
    row = engine.board[KEY]
    assert row.status is Status.FAILED
    assert "ThrottlingException" in row.failure_message
    assert await engine.request_of(row) == a_question("[refuse:throttle]")


async def test_an_answer_is_handed_over_whole_to_who_waits_for_it(engine: Engine) -> None:
    request = replace(a_question(), service_tier="flex")

    answers = engine.calls.hand_over(request.client_request_token)
    await engine.submit(request)

    (answer,) = answers
    kept = await engine.ledger.answers.find(TOKEN)
    assert kept is not None
    assert (answer.content, answer.content_type) == (kept.content, kept.content_type)
    assert answer.service_tier == "flex"


async def test_nothing_is_handed_over_where_no_answer_came(engine: Engine) -> None:
    lost = engine.calls.hand_over(TOKEN)
    await engine.submit(a_question("[answer:lost]"))

    assert lost == []


async def test_a_cancelled_call_is_unknown_and_says_that_it_may_have_run(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:never]")
    assert engine.board[KEY].status is Status.IN_PROGRESS
    await until(engine, lambda: KEY in engine.calls)

    assert engine.calls.cancel(KEY)
    row = await asking

    assert row.status is Status.UNKNOWN
    assert "not waited for" in row.failure_message
    assert KEY not in engine.calls
    assert not engine.calls.cancel(KEY)
    await engine.close()
    assert make_engine().board[KEY].status is Status.UNKNOWN


async def test_an_answer_that_got_lost_is_unknown_and_never_asked_for_again(
    engine: Engine, sandbox: Sandbox
) -> None:
    row = await engine.submit(a_question("[answer:lost]"))
    await engine.recover()

    assert row.status is Status.UNKNOWN
    assert engine.board[KEY].status is Status.UNKNOWN
    assert engine.unanswered.missing == {}
    found = await engine.journal.find(token=TOKEN)
    assert found is not None
    assert found.state is State.UNKNOWN


async def test_a_call_that_was_under_way_when_the_program_ended_is_unknown(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:never]")
    await engine.close()
    with pytest.raises(asyncio.CancelledError):
        await asking

    second = make_engine()

    assert second.board[KEY].status is Status.UNKNOWN
    assert second.board[KEY].is_waited_for


async def test_an_unanswered_call_may_be_forgotten_for_good(
    engine: Engine, make_engine: MakeEngine
) -> None:
    await engine.submit(a_question("[answer:lost]"))

    assert await engine.forget([KEY]) == 1

    await engine.close()
    second = make_engine()
    assert KEY not in second.board
    assert await second.journal.find(token=TOKEN) is None


async def test_forgetting_a_row_drops_its_answer(engine: Engine) -> None:
    row = await engine.submit(a_question())

    await engine.forget([KEY])

    assert (await engine.source_of(row).list_outputs(row)).objects == ()


async def test_who_keeps_no_inputs_keeps_no_answers_but_reads_them_meanwhile(
    make_engine: MakeEngine,
) -> None:
    settings = msgspec.structs.replace(SETTINGS, history=History(keep_inputs=False))
    engine = make_engine(settings)
    request = a_question("xyzzy", model_id="anthropic.claude-3-haiku-20240307-v1:0")

    row = await engine.submit(request)
    answer = await answer_of(engine, row)
    await engine.close()

    assert b"sandbox" in answer
    for path in engine.ledger.path.parent.iterdir():
        assert b"xyzzy" not in path.read_bytes()
        assert b"no model has read your words" not in path.read_bytes()
    second = make_engine(settings)
    assert second.board[KEY].status is Status.COMPLETED
    assert (await second.source_of(row).list_outputs(row)).objects == ()


async def test_purging_inputs_purges_answers(engine: Engine) -> None:
    row = await engine.submit(a_question())

    await engine.purge_inputs()

    assert (await engine.source_of(row).list_outputs(row)).objects == ()
    assert await engine.request_of(row) is None


async def test_a_full_ledger_keeps_anything_from_being_sent(
    engine: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise ProblemError(Problem(kind="LedgerError", message="full"))

    monkeypatch.setattr(engine.journal, "prepare", full)

    with pytest.raises(ProblemError):
        await engine.submit(a_question())

    assert len(engine.board) == 0
    assert "InvokeModel" not in sandbox.calls


async def test_answers_do_not_disturb_async_invocations(engine: Engine) -> None:
    await engine.submit(a_question())
    row = await engine.submit(a_request(client_request_token="another"))
    await engine.poll()

    assert engine.board[row.key].status is Status.IN_PROGRESS
    assert engine.board[KEY].status is Status.COMPLETED


async def test_what_is_still_asked_is_in_the_journal_alone_and_leaves_no_second_trace(
    engine: Engine, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:never]")
    await engine.settle()

    assert engine.ledger.known.load(engine.context.key) == []

    engine.calls.cancel(KEY)
    assert (await asking).status is Status.UNKNOWN
    assert [row.key for row in engine.ledger.known.load(engine.context.key)] == [KEY]


async def test_an_answer_comes_back_that_another_copy_had_given_up(
    engine: Engine, make_engine: MakeEngine, sandbox: Sandbox, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:slow]")
    await until(engine, lambda: KEY in engine.calls)
    second = make_engine()
    assert await second.forget([KEY]) == 1
    while not asking.done():  # the sandbox may not have begun to wait
        sandbox.clock.advance(60)
        await asyncio.sleep(0)
    row = asking.result()
    await engine.close()

    third = make_engine()
    assert third.board[KEY].status is Status.COMPLETED
    assert await answer_of(third, row)
    assert await third.request_of(row) == a_question("[answer:slow]")


async def test_an_answer_that_the_ledger_did_not_take_is_written_down_when_it_can(
    engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="full"))

    with monkeypatch.context() as patch:
        patch.setattr(engine.ledger._database, "do", full)
        patch.setattr(engine.journal, "prepare", nothing_before)
        row = await engine.submit(a_question())
    assert row.status is Status.COMPLETED
    assert engine.unkept_answers == 1
    answer = await answer_of(engine, row)

    await engine.close()

    second = make_engine()
    assert second.board[KEY].status is Status.COMPLETED
    assert await answer_of(second, row) == answer


async def test_an_answer_that_the_ledger_did_not_take_is_written_down_at_the_next_poll(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine.ledger.answers, "_database", FullDatabase())
        await engine.submit(a_question())
    assert engine.unkept_answers == 1

    await engine.poll()

    assert engine.unkept_answers == 0
    assert await states(engine) == [State.ACCEPTED]


async def test_that_an_answer_came_is_noted_later_where_it_is_not_kept(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(msgspec.structs.replace(SETTINGS, history=History(keep_inputs=False)))
    with monkeypatch.context() as patch:
        patch.setattr(engine.ledger.answers, "_database", FullDatabase())
        row = await engine.submit(a_question())

    await engine.poll()

    assert await states(engine) == [State.ACCEPTED]
    assert await answer_of(engine, row)
    assert engine.unkept_answers == 0


class FullDatabase:
    """In place of a ledger on a full disk."""

    async def do(self, _: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="full"))


async def nothing_before(*_: object) -> bool:
    """The journal of a ledger that took the request, and then no more."""
    return False


async def test_a_refusal_that_the_ledger_does_not_take_is_shown_all_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="full"))

    monkeypatch.setattr(engine.journal, "record", full)
    with pytest.raises(ProblemError):
        await engine.submit(a_question("[refuse:throttle]"))

    assert engine.board[KEY].status is Status.FAILED


async def test_purging_erases_the_input_of_what_nobody_can_answer_any_more(engine: Engine) -> None:
    await engine.submit(a_question("xyzzy [answer:lost]"))

    assert await engine.purge_inputs() == 1

    await engine.settle()
    assert b"xyzzy" not in engine.ledger.path.read_bytes()


async def test_what_is_being_asked_is_not_forgotten(engine: Engine, until: Until) -> None:
    asking = await begun(engine, until, "[answer:never]")
    await until(engine, lambda: KEY in engine.calls)

    assert await engine.forget([KEY]) == 0

    assert await engine.journal.find(token=TOKEN) is not None
    engine.calls.cancel(KEY)
    await asking


async def test_a_token_that_was_asked_already_is_not_asked_again(
    engine: Engine, sandbox: Sandbox
) -> None:
    await engine.submit(a_question("[answer:lost]"))

    with pytest.raises(ProblemError, match="twice"):
        await engine.submit(a_question("[answer:lost]"))

    assert sandbox.calls["InvokeModel"] == 1


async def test_a_question_that_waits_is_not_failed_by_another_with_its_token(
    engine: Engine, make_engine: MakeEngine, until: Until
) -> None:
    asking = await begun(engine, until, "[answer:never]")
    await until(engine, lambda: KEY in engine.calls)

    with pytest.raises(ProblemError, match="twice"):
        await engine.submit(a_question("[answer:never]"))

    assert engine.board[KEY].status is Status.IN_PROGRESS
    assert await states(engine) == [State.SENT]
    await make_engine().forget([KEY])
    assert await states(engine) == [State.SENT]
    engine.calls.cancel(KEY)
    await asking


async def test_an_answered_question_is_not_failed_by_another_request_with_its_token(
    engine: Engine,
) -> None:
    row = await engine.submit(a_question())

    with pytest.raises(ProblemError, match="another request"):
        await engine.submit(a_request())

    assert engine.board[KEY] == row
