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

    def __init__(self, engine: Engine, *, is_one: bool = True) -> None:
        self.engine = engine
        self.why: list[str] = []
        self.is_over = False
        self.outage = Outage(engine, self.why.append, self.end, is_one=is_one)

    def end(self) -> None:
        self.is_over = True

    def miss(self, problem: Problem, source: Service = "bedrock") -> None:
        self.outage.listen(Missed(problem, self.engine.clock(), source))

    def hear(self, source: Service | None) -> None:
        self.outage.listen(Heard(Changes(), self.engine.clock(), source))


@pytest.fixture
def told(engine: Engine) -> Told:
    return Told(engine)


async def test_one_reason_is_told_once_and_another_as_well(told: Told) -> None:
    told.miss(DENIED)
    told.miss(DENIED)
    told.miss(THROTTLED)

    assert told.why == [f"no news: {why.one_line}" for why in (DENIED, THROTTLED)]
    assert not told.is_over
    await told.outage.check()


def test_it_is_told_again_once_aws_has_answered_between(told: Told) -> None:
    told.miss(DENIED)
    told.hear("bedrock")
    told.miss(DENIED)

    assert len(told.why) == 2


@pytest.mark.parametrize("source", ["s3", None])
def test_what_others_answer_and_what_nobody_was_asked_ends_no_outage(
    told: Told, source: Service | None
) -> None:
    told.miss(DENIED)
    told.hear(source)
    told.miss(DENIED)

    assert len(told.why) == 1


def test_bedrock_and_s3_fail_each_for_itself(told: Told) -> None:
    told.miss(DENIED)
    told.miss(DENIED, "s3")

    assert len(told.why) == 2


def test_among_several_contexts_it_is_told_whose_news_is_lacking(engine: Engine) -> None:
    told = Told(engine, is_one=False)

    told.miss(DENIED)

    assert told.why == [f"no news of default us-west-2: {DENIED.one_line}"]


async def test_credentials_that_ended_for_good_are_raised_with_their_remedy(told: Told) -> None:
    await told.engine.poll()  # with the keys of the environment

    told.miss(EXPIRED)

    assert told.is_over
    with pytest.raises(ProblemError, match="Expired") as ended:
        await told.outage.check()
    assert "start again with new keys" in ended.value.problem.remedy


async def test_credentials_that_can_be_renewed_are_waited_for(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.engine.poll()
    monkeypatch.setattr(told.engine.signing_in, "is_final", lambda _: False)

    told.miss(EXPIRED)

    assert not told.is_over
    await told.outage.check()


def test_that_we_are_signed_out_already_is_told_though_nobody_asks(told: Told) -> None:
    told.outage.look()
    assert not told.why

    told.engine.signing_in.hear(EXPIRED)
    told.outage.look()

    assert told.why == [f"no news: {EXPIRED.one_line}"]
