from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from tests.builders import NOW, TOKEN, a_note, a_question
from tui.ledger.answers import Answers
from tui.ledger.database import Database
from tui.ledger.journal import Journal
from tui.model.answer import Answer
from tui.model.invocation import Invocation, Status
from tui.model.problem import Problem, ProblemError

CONTEXT = "prod us-west-2"
ANSWER = Answer("application/json", b"{}")


class Disk:
    """A ledger's file, on a disk that is full for so many of the next writes."""

    def __init__(self, database: Database) -> None:
        self._do = database.do
        self.failures = 0

    async def do(self, work: Callable[[sqlite3.Connection], object]) -> object:
        if self.failures:
            self.failures -= 1
            raise ProblemError(Problem(kind="LedgerError", message="full"))
        return await self._do(work)


@pytest.fixture
def disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(database)
    monkeypatch.setattr(database, "do", disk.do)
    return disk


@pytest.fixture
async def answers(database: Database, journal: Journal) -> Answers:
    for token in (TOKEN, "second"):
        await journal.prepare(a_question(client_request_token=token), CONTEXT, NOW)
    return Answers(database)


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
