from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import HOSTILE
from tests.commands.conftest import Begin, Invoke, Spawn, add_job, add_pending, finish
from tests.conftest import Until
from tui.commands import watch
from tui.config import Output
from tui.engine.contexts import Contexts
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox

HOUR = 3600.0

Watch = Callable[..., Any]


def at(sandbox: Sandbox, *arguments: str) -> Sequence[str]:
    return (*arguments, "--endpoint-url", sandbox.url, "--region", "us-west-2")


@pytest.fixture
def watching(begin: Begin) -> Watch:
    """Begins to watch until nothing is pending."""
    return partial(begin, watch.run, all=False, until_idle=True)


@pytest.fixture
def to_their_end(
    watching: Watch, contexts: Contexts, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> Watch:
    """What is printed and narrated while all that is pending ends; the code is 0."""

    async def run(**given: Any) -> tuple[str, str]:
        task = await watching(**given)
        sandbox.clock.advance(HOUR)
        contexts.wake()
        assert await task == 0
        return capsys.readouterr()

    return run


async def test_a_change_is_a_line_and_what_was_there_is_none(
    to_their_end: Watch, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001")
    add_pending(sandbox, "westjob00002", HOUR)

    out, err = await to_their_end()

    assert err == ""
    (line,) = out.splitlines()
    assert line.split("  ")[1:] == [
        "westjob00002",
        "luma.ray-v2:0",
        "InProgress → Completed",
        "1h00m",
    ]


async def test_what_comes_while_it_is_watched_is_told_from_its_beginning(
    watching: Watch,
    contexts: Contexts,
    sandbox: Sandbox,
    until: Until,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add_pending(sandbox, "westjob00001", HOUR)
    task = await watching()
    add_pending(sandbox, "westjob00002", HOUR, failure="no room")
    contexts.wake()
    await until(contexts.active, lambda: len(contexts.board) == 2)

    sandbox.clock.advance(HOUR)
    contexts.wake()

    assert await task == 0
    told = [line.split("  ")[1:] for line in capsys.readouterr().out.splitlines()]
    mine = [rest for name, _, *rest in told if name == "westjob00002"]
    assert mine == [["new → InProgress"], ["InProgress → Failed", "1h00m", "no room"]]


def test_what_is_there_comes_first_where_that_is_wanted_oldest_first(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.seed(6)

    done = invoke("watch", "--all", "--until-idle", "--filter", "!status:pending")

    names = [line.split("  ")[1] for line in done.out.splitlines()]
    listed = [row["invocationArn"].rpartition("/")[2] for row in invoke("list").data[::-1]]
    assert names == [name for name in listed if name in names]
    assert len(names) > 1


def test_nothing_pending_ends_it_at_once_where_that_is_wanted(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001")

    done = invoke("watch", "--until-idle")

    assert (done.code, done.out, done.err) == (0, "", "")


async def test_a_filter_that_a_row_leaves_tells_of_that_too(
    to_their_end: Watch, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001", HOUR)
    add_pending(sandbox, "westjob00002", HOUR, model_id="amazon.nova-reel-v1:0")

    out, _ = await to_their_end(filter="status:pending model:luma")

    (line,) = out.splitlines()
    assert "westjob00001  luma.ray-v2:0  InProgress → Completed" in line


async def test_json_is_an_object_a_line(
    to_their_end: Watch, contexts: Contexts, sandbox: Sandbox
) -> None:
    contexts.settings = replace(contexts.settings, output=Output.JSON)
    add_pending(sandbox, "westjob00001", HOUR, failure=HOSTILE)

    out, _ = await to_their_end(all=True)

    first, last = map(json.loads, out.splitlines())
    assert (first["oldStatus"], first["status"]) == ("InProgress", "InProgress")
    assert (last["oldStatus"], last["status"]) == ("InProgress", "Failed")
    assert last["failureMessage"] == HOSTILE
    assert last["invocationArn"].endswith("westjob00001")
    assert last["time"].endswith("Z")
    assert not set("\x1b\x07\r\x9b\u202e") & set(out)


@pytest.mark.parametrize(
    ("query", "form", "expected"),
    [
        ("[oldStatus, status]", None, '["InProgress", "Completed"]\n'),
        ("status", Output.YAML, "- Completed\n"),
        ("", Output.OFF, ""),
    ],
)
async def test_other_formats_are_written_change_by_change(
    to_their_end: Watch,
    contexts: Contexts,
    sandbox: Sandbox,
    query: str,
    form: Output | None,
    expected: str,
) -> None:
    contexts.settings = replace(contexts.settings, output=form, query=query)
    add_pending(sandbox, "westjob00001", HOUR)

    assert (await to_their_end())[0] == expected


async def test_hostile_text_never_reaches_the_terminal_raw(
    to_their_end: Watch, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "hostile00001", HOUR, failure=HOSTILE, model_id="a\x1b[31m.ray:0")

    out, _ = await to_their_end()

    assert not set("\x1b\x07\r\x9b\u202e") & set(out)
    assert "owned" in out
    assert out.count("\n") == 1


def test_a_filter_that_says_nothing_is_a_usage_error(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke("watch", "--filter", "statu:x")

    assert (done.code, done.out) == (2, "")
    assert not sandbox.calls


async def test_without_aws_it_says_so_and_does_not_call_that_idle(
    to_their_end: Watch, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001", HOUR)
    sandbox.faults.add("ListAsyncInvokes", "denied", times=2)

    out, err = await to_their_end()

    assert err.startswith("no news: AccessDeniedException")
    assert err.count("no news") == 1
    assert "westjob00001" in out


async def test_credentials_that_end_for_good_end_it_and_say_so(
    watching: Watch, contexts: Contexts, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001", HOUR)
    task = await watching()
    for operation in ("ListAsyncInvokes", "GetAsyncInvoke"):
        sandbox.faults.add(operation, "expired", times=None)

    contexts.wake()

    with pytest.raises(ProblemError, match="Expired") as ended:
        await task
    assert "start again with new keys" in ended.value.problem.remedy


def test_several_contexts_are_watched_together(
    here: Invoke, west_and_east: tuple[str, ...]
) -> None:
    done = here("watch", "--all", "--until-idle", *west_and_east)

    told = sorted(line.split("  ")[1:3] for line in done.out.splitlines())
    assert told == [["east eu-west-1", "eastjob00001"], ["west us-west-2", "westjob00001"]]


def test_of_several_contexts_the_one_without_news_is_named(
    here: Invoke, west_and_east: tuple[str, ...], sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "denied")

    done = here("watch", "--all", "--until-idle", *west_and_east)

    (line,) = done.err.splitlines()
    assert line.startswith(("no news of west us-west-2: ", "no news of east eu-west-1: "))


def test_a_reader_that_leaves_ends_it_although_nothing_is_written(
    spawn: Spawn, sandbox: Sandbox
) -> None:
    add_pending(sandbox, "westjob00001", HOUR)
    process = spawn(*at(sandbox, "watch", "--all"))
    assert process.stdout is not None
    assert "westjob00001" in process.stdout.readline()

    process.stdout.close()

    assert process.wait(timeout=30) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_an_interruption_ends_it_and_an_arrow_is_plain_where_the_locale_has_no_other(
    spawn: Spawn, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    add_pending(sandbox, "westjob00001", HOUR)
    process = spawn(*at(sandbox, "watch", "--all"))
    assert process.stdout is not None
    process.stdout.readline()

    sandbox.clock.advance(HOUR)

    assert "InProgress -> Completed" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert (done.code, done.out) == (130, "")
    assert done.err == "asyncinvoke: interrupted; what was submitted goes on\n"
