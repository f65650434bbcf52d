from __future__ import annotations

import pytest

from tests.builders import arn_of
from tests.commands.conftest import Invoke, add_job
from tests.conftest import MakeEngine
from tests.lone import contexts_of
from tui.commands import chosen, exit_codes
from tui.commands.chosen import NothingChosenError
from tui.engine.contexts import Contexts
from tui.model.problem import Problem
from tui.sandbox.server import Sandbox

ARN = arn_of("westjob00001")


@pytest.fixture
def two(make_engine: MakeEngine) -> Contexts:
    """Two contexts of one region, such as of two accounts."""
    return contexts_of(make_engine(name="one"), make_engine(name="other", alias="other"))


@pytest.mark.parametrize(
    "key", ["arn:aws:async-invoke/abc", "arn:aws:bedrock:async-invoke/x", f"{ARN[:20]}:x"]
)
def test_what_only_begins_like_an_arn_means_nothing(invoke: Invoke, key: str) -> None:
    done = invoke("show", key)

    assert (done.code, done.out) == (2, "")
    assert f"no invocation is called '{key}'" in done.err


async def test_an_arn_is_asked_for_in_each_context_of_its_region(
    two: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    add_job(sandbox, "westjob00001")
    sandbox.faults.add("GetAsyncInvoke", "denied")

    (row,) = await chosen.named(two, [ARN])

    assert row.invocation_arn == ARN
    assert row.context == two.open_ones[1].context.label
    assert capsys.readouterr().err == ""


async def test_an_arn_that_every_context_of_its_region_is_refused_is_told_for_each(
    two: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.faults.add("GetAsyncInvoke", "denied")

    with pytest.raises(NothingChosenError) as nothing:
        await chosen.named(two, [ARN])

    assert nothing.value.code == 3
    err = capsys.readouterr().err
    assert err.index("AccessDenied") < err.index("ValidationException")


async def test_what_went_wrong_is_told_below_the_context_that_it_is_of(
    two: Contexts, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = two.open_ones
    first, second = (Problem(kind="Denied", message=text, remedy="ask") for text in ("a", "b"))
    third = Problem(kind="Denied", message="c", is_retryable=True)

    code = await chosen.tell(two, [(one, first), (other, third), (one, second)])

    assert code == exit_codes.of(first)
    assert capsys.readouterr().err.splitlines() == [
        f"in {one.context.label}:",
        "asyncinvoke: Denied: a",
        "  remedy: ask",
        "asyncinvoke: Denied: b",
        f"in {other.context.label}:",
        "asyncinvoke: Denied: c",
        "  trying again may help",
    ]
