"""What a session keeps, and what it leaves behind."""

from __future__ import annotations

import gc

import botocore.loaders
import botocore.session
import pytest

from tui.aws.session import Session
from tui.model.context import Context
from tui.model.problem import ProblemError

CONTEXT = Context(region="us-west-2")


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("freeze"))
    return calls


@pytest.mark.usefixtures("aws_environment")
@pytest.mark.parametrize(("stays", "count"), [(True, 1), (False, 0)])
async def test_only_what_stays_is_kept_from_being_collected(
    frozen: list[str], stays: bool, count: int
) -> None:
    session = Session(CONTEXT, stays=stays)
    await session.client("s3")
    await session.close()

    assert len(frozen) == count


@pytest.mark.usefixtures("aws_environment")
async def test_the_descriptions_of_services_are_read_once_for_all_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(botocore.session, "create_loader", botocore.loaders.create_loader)
    loaders = []
    for _ in range(2):
        session = Session(CONTEXT)
        await session.client("s3")
        assert session._botocore is not None
        loaders.append(session._botocore.get_component("data_loader"))
        await session.close()

    assert loaders[0] is loaders[1]


@pytest.mark.usefixtures("aws_environment")
async def test_a_profile_that_there_is_none_of_fails_each_time_alike() -> None:
    session = Session(Context(region="us-west-2", profile="nobody"))
    for _ in range(2):
        with pytest.raises(botocore.exceptions.ProfileNotFound):
            await session.client("s3")
    await session.close()


@pytest.mark.usefixtures("aws_environment")
async def test_an_answer_about_us_that_names_no_account_is_none_of_aws_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Sts:
        async def get_caller_identity(self) -> dict[str, str]:
            return {}

    async def client(session: Session, service: str) -> Sts:
        return Sts()

    monkeypatch.setattr(Session, "client", client)

    with pytest.raises(ProblemError, match="GetCallerIdentity"):
        await Session(CONTEXT).identity()
