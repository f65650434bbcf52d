from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import pytest

from tests.builders import NOW, TOKEN, a_note, a_question
from tui.ledger.answers import Answers
from tui.ledger.database import Database
from tui.ledger.journal import Journal, State
from tui.ledger.known import Known
from tui.model.answer import Answer
from tui.model.invocation import Invocation, Status, key_of_token
from tui.model.problem import Problem, ProblemError

CONTEXT = "prod us-west-2"
ANSWER = Answer("application/json", b"{}")


class Disk:
    """A ledger's file, on a disk that is full for so many of the next writes, or busy."""

    def __init__(self, database: Database) -> None:
        self._do = database.do
        self.failures = 0
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def do(self, work: Callable[[sqlite3.Connection], object]) -> object:
        await self.is_free.wait()
        if self.failures:
            self.failures -= 1
            raise ProblemError(Problem(kind="LedgerError", message="full"))
        return await self._do(work)


@pytest.fixture
async def disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(database)
    monkeypatch.setattr(database, "do", disk.do)
    return disk


@pytest.fixture
async def answers(database: Database, journal: Journal) -> Answers:
    for token in (TOKEN, "second"):
        await journal.prepare(a_question(client_request_token=token), CONTEXT, NOW)
    return Answers(database)


@pytest.fixture
async def unkept(database: Database, journal: Journal) -> Answers:
    """One answer, of somebody who keeps no inputs."""
    await journal.prepare(a_question(), CONTEXT, NOW)
    answers = Answers(database, keep=False)
    await answers.save(ANSWER, completed(), CONTEXT)
    assert await answers.find(TOKEN) == ANSWER
    return answers


def completed(token: str = TOKEN) -> Invocation:
    return a_note(token, operation="InvokeModel", status=Status.COMPLETED, end_time=NOW)


async def unwritten(answers: Answers, disk: Disk, *tokens: str) -> None:
    disk.failures = len(tokens)
    for token in tokens:
        with pytest.raises(ProblemError):
            await answers.save(ANSWER, completed(token), CONTEXT)


async def test_one_that_the_ledger_does_not_take_keeps_no_other_from_being_written(
    answers: Answers, disk: Disk
) -> None:
    await unwritten(answers, disk, TOKEN, "second")

    disk.failures = 1
    with pytest.raises(ProblemError):
        await answers.flush()
    assert answers.unwritten == 1

    await answers.flush()
    assert answers.unwritten == 0


async def test_one_that_cannot_be_forgotten_is_still_there(answers: Answers, disk: Disk) -> None:
    await unwritten(answers, disk, TOKEN)

    disk.failures = 1
    with pytest.raises(ProblemError):
        await answers.forget([completed()], CONTEXT, NOW, before=NOW)

    assert answers.unwritten == 1
    assert await answers.find(TOKEN) == ANSWER


async def test_purging_notes_first_that_an_answer_came(
    answers: Answers, disk: Disk, journal: Journal
) -> None:
    await unwritten(answers, disk, TOKEN)

    await answers.clear()

    assert await answers.find(TOKEN) is None
    assert await journal.purge_inputs() == 1


async def test_what_is_forgotten_while_it_is_being_written_down_stays_forgotten(
    answers: Answers, disk: Disk, database: Database
) -> None:
    await unwritten(answers, disk, TOKEN, "second")
    flushing = asyncio.create_task(answers.flush())
    await asyncio.sleep(0)

    assert await answers.forget([completed("second")], CONTEXT, NOW, before=NOW) == []

    await flushing
    assert await answers.find("second") is None
    assert [row.key for row in Known(database).load(CONTEXT)] == [key_of_token(TOKEN)]


async def test_what_is_purged_while_it_is_being_written_down_is_purged(
    answers: Answers, disk: Disk
) -> None:
    await unwritten(answers, disk, TOKEN, "second")
    flushing = asyncio.create_task(answers.flush())
    await asyncio.sleep(0)

    await answers.clear()

    await flushing
    assert [await answers.find(token) for token in (TOKEN, "second")] == [None, None]


async def test_one_try_to_write_does_not_wait_for_another(answers: Answers, disk: Disk) -> None:
    await unwritten(answers, disk, TOKEN)
    disk.is_free.clear()
    flushing = asyncio.create_task(answers.flush())
    await asyncio.sleep(0)

    await asyncio.wait_for(answers.flush(), 10)

    assert answers.unwritten == 1
    disk.is_free.set()
    await flushing
    assert answers.unwritten == 0


async def test_one_that_is_not_kept_is_gone_once_it_is_forgotten(unkept: Answers) -> None:
    await unkept.forget([completed()], CONTEXT, NOW, before=NOW)

    assert await unkept.find(TOKEN) is None


async def test_one_that_is_not_kept_is_gone_once_all_are_purged(unkept: Answers) -> None:
    await unkept.clear()

    assert await unkept.find(TOKEN) is None


async def test_what_is_forgotten_in_another_context_is_not_given_up_in_this_one(
    answers: Answers, database: Database, journal: Journal
) -> None:
    await journal.record(TOKEN, State.UNKNOWN)
    await Known(database).forget("dev us-west-2", [key_of_token(TOKEN)], NOW)

    await answers.give_up(NOW)

    assert await journal.find(token=TOKEN) is not None
