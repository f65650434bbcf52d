"""Of several contexts, the one whose credentials have ended: the remedy is for those."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Invoke, a_start
from tests.two_contexts import AWS_CONFIG
from tui.sandbox.server import Sandbox

BOTH = ("--context", "west", "--context", "east")


@pytest.fixture
def both(here: Invoke, sandbox: Sandbox, machine: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """A command line in two contexts, of which west is the active one."""
    (machine / "aws-config").write_text(AWS_CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(machine / "aws-config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    return lambda *arguments: here(*arguments, *BOTH)


def in_the_east(here: Invoke, prompt: str) -> str:
    done = here(*a_start("--wait", prompt=prompt), "--context", "east")
    return str(done.data["invocationArn"])


def test_a_retry_tells_how_those_are_renewed_that_it_was_refused_with(
    both: Invoke, here: Invoke, sandbox: Sandbox
) -> None:
    arn = in_the_east(here, "[fail:capacity]")
    sandbox.faults.add("StartAsyncInvoke", "expired", times=None)

    done = both("retry", arn)

    assert (done.code, done.out) == (3, "")
    assert "remedy: write new keys of profile east into the AWS files" in done.err
    assert "profile west" not in done.err


def test_several_are_retried_in_the_same_way(both: Invoke, here: Invoke, sandbox: Sandbox) -> None:
    arns = [in_the_east(here, "[fail:capacity]") for _ in range(2)]
    sandbox.faults.add("StartAsyncInvoke", "expired", times=None)

    done = both("retry", *arns)

    assert (done.code, done.out) == (3, "")
    assert "remedy: write new keys of profile east into the AWS files" in done.err
    assert "profile west" not in done.err


def test_of_each_context_it_is_told_what_it_was_refused_with(
    both: Invoke, here: Invoke, sandbox: Sandbox
) -> None:
    failed = a_start("--wait", prompt="[fail:capacity]")
    arns = [here(*failed, "--context", name).data["invocationArn"] for name in ("west", "east")]
    sandbox.faults.add("StartAsyncInvoke", "expired", times=None)

    done = both("retry", *arns)

    assert (done.code, done.out) == (3, "")
    west, east = done.err.split("in east eu-west-1:")
    assert "remedy: write new keys of profile west into the AWS files" in west
    assert "remedy: write new keys of profile east into the AWS files" in east


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject"])
def test_what_cannot_be_fetched_tells_how_those_are_renewed_that_it_is_read_with(
    both: Invoke, here: Invoke, sandbox: Sandbox, operation: str
) -> None:
    arn = in_the_east(here, "a tide pool")
    sandbox.faults.add(operation, "expired", times=None)

    done = both("fetch", arn)

    assert (done.code, done.data) == (3, [])
    assert "remedy: write new keys of profile east into the AWS files" in done.err
