from __future__ import annotations

import pytest

from tests.builders import HOSTILE
from tests.commands.conftest import Invoke, a_start, add_job
from tui.sandbox.server import Sandbox

ARN = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/"


def test_one_is_an_array_of_what_list_prints(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")

    done = invoke("show", "westjob00001")

    assert (done.code, done.err) == (0, "")
    (row,) = done.data
    (listed,) = invoke("list").data
    assert {**row, "heardTime": ""} == {**listed, "heardTime": ""}


@pytest.mark.parametrize("of_arn", [False, True])
def test_several_come_in_the_order_of_their_keys_and_each_once(
    invoke: Invoke, sandbox: Sandbox, of_arn: bool
) -> None:
    for name in ("aaajob000001", "bbbjob000001"):
        add_job(sandbox, name)

    first = f"{ARN}bbbjob000001" if of_arn else "bbb"
    done = invoke("show", first, "aaaj", "bbbjob000001")

    assert [row["invocationArn"] for row in done.data] == [
        f"{ARN}bbbjob000001",
        f"{ARN}aaajob000001",
    ]


def test_the_token_that_it_was_submitted_with_names_it(invoke: Invoke) -> None:
    arn = invoke(*a_start("--client-request-token=mine-1")).data["invocationArn"]

    assert [row["invocationArn"] for row in invoke("show", "mine-1").data] == [arn]


def test_an_inference_is_shown_by_its_id(invoke: Invoke) -> None:
    start = ("invoke-endpoint-async", "--endpoint-name=sandbox-echo", "--body={}")
    invoke(*start, "--inference-id=order-4711")

    (row,) = invoke("show", "order-4711").data

    assert (row["inferenceId"], row["endpointName"]) == ("order-4711", "sandbox-echo")


def test_aws_is_asked_for_it_now_and_not_when_offline(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")
    invoke("list")
    sandbox.faults.add("ListAsyncInvokes", "denied", times=None)

    assert invoke("show", "westjob00001").code == 0
    assert sandbox.calls["GetAsyncInvoke"] == 1
    assert invoke("show", "westjob00001", "--offline").code == 0
    assert invoke("show", "westjob", "--offline").code == 0
    assert sandbox.calls["GetAsyncInvoke"] == 1
    assert sandbox.calls["ListAsyncInvokes"] == 1


def test_an_arn_that_was_never_listed_is_asked_for(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")

    done = invoke("show", f"{ARN}westjob00001")

    assert [row["invocationArn"] for row in done.data] == [f"{ARN}westjob00001"]
    assert sandbox.calls["ListAsyncInvokes"] == 0


def test_an_arn_that_aws_does_not_know_is_refused_by_aws(invoke: Invoke) -> None:
    done = invoke("show", f"{ARN}westjob00001")

    assert (done.code, done.out) == (3, "")
    assert "ValidationException" in done.err


def test_an_arn_of_another_region_asks_for_that_region(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke("show", f"{ARN}westjob00001".replace("us-west-2", "eu-west-1"))

    assert (done.code, done.out) == (2, "")
    assert "is of another region: --region eu-west-1" in done.err
    assert sandbox.calls["GetAsyncInvoke"] == 0


def test_tags_are_told_where_aws_tells_them(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.seed(1)
    (listed,) = invoke("list").data
    assert "tags" not in listed

    (row,) = invoke("show", listed["invocationArn"]).data

    assert {"key": "project", "value": "demo"} in row["tags"]
    sandbox.faults.add("ListTagsForResource", "denied", times=None)
    assert invoke("show", listed["invocationArn"]).code == 0


def test_a_key_that_means_nothing_offers_what_is_most_like_it(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001")

    done = invoke("show", "westjob00010")

    assert (done.code, done.out) == (2, "")
    assert "no invocation is called 'westjob00010': did you mean westjob00001?" in done.err


def test_a_beginning_that_several_have_names_them(invoke: Invoke, sandbox: Sandbox) -> None:
    for number in range(7):
        add_job(sandbox, f"westjob0000{number}", failure="no" * (number == 3))

    done = invoke("show", "west")

    assert (done.code, done.out) == (2, "")
    first, *named, more = done.err.splitlines()
    assert first == "asyncinvoke: 'west' may mean 7 invocations: type more of it"
    assert len(named) == 5
    assert "  westjob00003  luma.ray-v2:0  Failed  5m ago" in named
    assert more == "  … and 2 more"


@pytest.mark.parametrize("arguments", [(), ("--offline",)])
def test_without_a_key_it_is_a_usage_error(
    invoke: Invoke, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    done = invoke("show", *arguments)

    assert (done.code, done.out) == (2, "")
    assert "expected KEY" in done.err
    assert not sandbox.calls


@pytest.mark.parametrize("key", ["", " ", "\x1b[31m", "*", "-1"])
def test_an_odd_key_means_nothing_and_harms_no_terminal(invoke: Invoke, key: str) -> None:
    done = invoke("show", "--", key)

    assert (done.code, done.out) == (2, "")
    assert "no invocation is called" in done.err
    assert "\x1b" not in done.err


def test_a_sheet_has_what_the_overview_has_and_what_to_do(invoke: Invoke, sandbox: Sandbox) -> None:
    message = "Access denied while writing to the output bucket"
    add_job(sandbox, "westjob00001", failure=message)
    add_job(sandbox, "westjob00002")

    done = invoke("show", "westjob00001", "westjob00002", "--output", "table")

    assert done.code == 0
    first, second = done.out.split("\n\n")
    facts = {line[:12].strip(): line[12:] for line in first.splitlines()}
    assert facts["id"] == "westjob00001"
    assert facts["status"] == "Failed"
    assert facts["failure"] == message
    assert "s3:PutObject" in done.out
    assert facts["cause"]
    assert facts["remedy"]
    assert facts["model"] == "luma.ray-v2:0"
    assert facts["ended"].endswith("(took 1m00s)")
    assert second.startswith("id          westjob00002\nstatus      Completed\n")
    for key in ("! shows", "types it again", "⏎"):
        assert key not in done.out


def test_a_sheet_has_the_prompt_of_what_was_sent_from_here(invoke: Invoke) -> None:
    arn = str(invoke(*a_start(prompt="a tide pool")).data["invocationArn"])

    assert "\nprompt      a tide pool\n" in invoke("show", arn, "--output", "table").out


def test_a_sheet_tells_of_an_inference_where_it_writes_and_when_it_gives_up(invoke: Invoke) -> None:
    start = ("invoke-endpoint-async", "--endpoint-name=sandbox-silent", "--body={}")
    invoke(*start, "--inference-id=order-4711")

    out = invoke("show", "order-4711", "--output", "table").out

    assert "\nstate       InService" in out
    assert "\ngives up    " in out
    assert "\noutput      s3://" in out


def test_hostile_text_never_reaches_the_terminal_raw(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "hostile00001", failure=HOSTILE, model_id="luma\x1b[31m.ray:0")

    done = invoke("show", "hostile00001", "--output", "table")

    assert done.code == 0
    assert not set("\x1b\x07\r\x9b\u202e") & set(done.out + done.err)
    assert "owned" in done.out


def test_a_query_goes_over_the_array_as_it_does_over_list(invoke: Invoke, sandbox: Sandbox) -> None:
    add_job(sandbox, "westjob00001")

    assert invoke("show", "west", "--query", "[].status", "--output", "text").out == "Completed\n"


def test_what_is_known_is_printed_where_aws_does_not_answer(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    add_job(sandbox, "westjob00001")
    invoke("list")
    sandbox.faults.add("GetAsyncInvoke", "throttle", times=None)

    done = invoke("show", "westjob00001")

    assert done.code == 4
    assert [row["status"] for row in done.data] == ["Completed"]
    assert "ThrottlingException" in done.err


def test_where_nothing_can_be_looked_up_it_is_aws_s_word_and_no_usage_error(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "denied", times=None)

    done = invoke("show", "west")

    assert (done.code, done.out) == (3, "")
    assert "AccessDeniedException" in done.err


def test_a_key_is_looked_for_in_every_context_that_is_named(
    here: Invoke, west_and_east: tuple[str, ...]
) -> None:
    rows = here("show", "east", "west", *west_and_east).data

    assert [row["context"] for row in rows] == ["east eu-west-1", "west us-west-2"]


def test_what_aws_says_of_each_that_it_refuses_is_told(invoke: Invoke, sandbox: Sandbox) -> None:
    for name in ("westjob00001", "westjob00002", "westjob00003"):
        add_job(sandbox, name)
    invoke("list")
    for message in ("the first", "the second", "the second"):
        code = "AccessDeniedException"
        sandbox.faults.add("GetAsyncInvoke", "error", code=code, message=message, status=403)

    done = invoke("show", "westjob00001", "westjob00002", "westjob00003")

    assert done.code == 3
    assert done.err.count("AccessDeniedException: the first") == 1
    assert done.err.count("AccessDeniedException: the second") == 1
    assert done.err.count("remedy: ") == 1
