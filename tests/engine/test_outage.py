from __future__ import annotations

import pytest

from tui.engine.outage import Outage
from tui.engine.session import Engine
from tui.engine.ticking import Heard, Missed, Service
from tui.model.board import Changes
from tui.model.problem import Problem, ProblemError

DENIED = Problem(kind="AccessDeniedException", message="may not")
THROTTLED = Problem(kind="ThrottlingException", message="slower")
EXPIRED = Problem(kind="ExpiredTokenException", message="over")


class Told:
    """What an outage told, in its order."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.why: list[str] = []
        self.faults: list[ProblemError] = []
        self.outage = Outage(engine, self.why.append, self.faults.append)

    def miss(self, problem: Problem, source: Service = "bedrock") -> None:
        self.outage.listen(Missed(problem, self.engine.clock(), source))

    def hear(self, source: Service | None) -> None:
        self.outage.listen(Heard(Changes(), self.engine.clock(), source))


@pytest.fixture
def told(engine: Engine) -> Told:
    return Told(engine)


def test_one_reason_is_told_once_and_another_as_well(told: Told) -> None:
    told.miss(DENIED)
    told.miss(DENIED)
    told.miss(THROTTLED)

    assert told.why == [DENIED.one_line, THROTTLED.one_line]
    assert not told.faults


def test_it_is_told_again_once_aws_has_answered_between(told: Told) -> None:
    told.miss(DENIED)
    told.hear("bedrock")
    told.miss(DENIED)

    assert told.why == [DENIED.one_line] * 2


@pytest.mark.parametrize("source", ["s3", None])
def test_what_others_answer_and_what_nobody_was_asked_ends_no_outage(
    told: Told, source: Service | None
) -> None:
    told.miss(DENIED)
    told.hear(source)
    told.miss(DENIED)

    assert told.why == [DENIED.one_line]


def test_bedrock_and_s3_fail_each_for_itself(told: Told) -> None:
    told.miss(DENIED)
    told.miss(DENIED, "s3")

    assert told.why == [DENIED.one_line] * 2


@pytest.mark.parametrize("is_final", [True, False])
def test_credentials_that_ended_end_it_unless_they_can_be_renewed(
    told: Told, is_final: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told.engine.signing_in, "is_final", lambda _: is_final)

    told.miss(EXPIRED)

    assert [fault.problem for fault in told.faults] == [EXPIRED] * is_final
