from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from tests.builders import TOKEN, a_question, a_request
from tests.conftest import SETTINGS, MakeEngine, Until
from tui.config import History
from tui.engine import fetching
from tui.engine.session import Engine
from tui.ledger.journal import State
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

KEY = key_of_token(TOKEN)


async def answer_of(engine: Engine, row: Invocation) -> bytes:
    source = engine.source_of(row)
    (thing,) = (await source.list_outputs(row)).objects
    return await fetching.preview(source, thing)


async def begun(engine: Engine, until: Until, text: str) -> asyncio.Task[Invocation]:
    asking = asyncio.get_running_loop().create_task(engine.submit(a_question(text)))
    await until(engine, lambda: KEY in engine.board)
    return asking


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

    path = await fetching.download(source, thing, fetching.folder_of(row, tmp_path))

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
    assert engine.missing == {}
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
    for path in engine.ledger.parent.iterdir():
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
