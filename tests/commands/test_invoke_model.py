from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.commands.conftest import Invoke, Spawn, finish
from tui.commands.output import put_bytes
from tui.ledger.journal import Journal
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

MODEL = "amazon.nova-lite-v1:0"


def an_ask(*options: str, text: str = "hello", outfile: str = "out.json") -> tuple[str, ...]:
    """The command line of a question that the sandbox answers, and more options."""
    body = {"messages": [{"role": "user", "content": [{"text": text}]}]}
    return ("invoke-model", "--model-id", MODEL, "--body", json.dumps(body), *options, outfile)


def asked(sandbox: Sandbox) -> int:
    return sandbox.calls["InvokeModel"]


def test_the_body_is_in_the_file_and_the_rest_is_printed(
    invoke: Invoke, sandbox: Sandbox, machine: Path
) -> None:
    done = invoke(*an_ask())

    assert (done.code, done.err) == (0, "")
    assert done.data == {"contentType": "application/json"}
    assert "output" in json.loads((machine / "out.json").read_bytes())
    assert asked(sandbox) == 1


def test_what_was_used_is_printed_in_the_aws_cli_s_order(invoke: Invoke) -> None:
    options = ("--service-tier", "flex", "--performance-config-latency", "optimized")

    done = invoke(*an_ask(*options))

    members = {
        "contentType": "application/json",
        "performanceConfigLatency": "optimized",
        "serviceTier": "flex",
    }
    assert list(done.data.items()) == list(members.items())


def test_what_was_asked_and_answered_is_in_the_ledger(invoke: Invoke) -> None:
    invoke(*an_ask(text="how high is the tide"))

    (row,) = (each for each in invoke("list").data if each["operation"] == "InvokeModel")

    assert row["status"] == "Completed"
    assert row["submittedHere"]
    assert "how high is the tide" in row["prompt"]


def test_a_file_that_is_there_is_written_over(invoke: Invoke, machine: Path) -> None:
    (machine / "out.json").write_text("x" * 10_000)

    invoke(*an_ask())

    json.loads((machine / "out.json").read_bytes())


@pytest.mark.parametrize("is_file", [False, True])
def test_the_answer_may_go_where_the_data_goes(
    spawn: Spawn, sandbox: Sandbox, machine: Path, is_file: bool
) -> None:
    where = ("--endpoint-url", sandbox.url, "--region", "us-west-2")
    held = machine / "stdout"
    with held.open("w") as file:
        file.write("before\n")
        file.flush()
        given = {"stdout": file} if is_file else {}

        done = finish(spawn(*an_ask(outfile="/dev/stdout"), *where, **given))

    assert (done.code, done.err) == (0, "")
    told = held.read_text().removeprefix("before\n") if is_file else done.out
    answer, rest = json.JSONDecoder().raw_decode(told)
    assert "output" in answer
    assert json.loads(told[rest:]) == {"contentType": "application/json"}


def test_a_terminal_gets_the_answer_without_what_could_harm_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    put_bytes(b"tide\x1b]0;x\x07\xff\n")

    assert capsys.readouterr().out == "tide\ufffd]0;x\ufffd\ufffd\n\n"


@pytest.mark.parametrize(
    ("outfile", "words"),
    [
        (".", "outfile: . is a folder"),
        ("nowhere/out.json", "outfile: there is no folder nowhere"),
        ("settings.toml/out.json", "outfile: there is no folder settings.toml"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(
    invoke: Invoke, sandbox: Sandbox, outfile: str, words: str
) -> None:
    done = invoke(*an_ask(outfile=outfile))

    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert "nothing was sent" in done.err
    assert asked(sandbox) == 0


def test_a_file_that_does_not_take_the_answer_says_where_it_is(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    done = invoke(*an_ask(outfile="/dev/full"))

    assert (done.code, done.out) == (5, "")
    assert "/dev/full: No space left on device" in done.err
    assert "the ledger has the answer" in done.err
    assert asked(sandbox) == 1
    (row,) = (each for each in invoke("list").data if each["operation"] == "InvokeModel")
    assert row["status"] == "Completed"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("invoke-model", "out"), "--model-id, --body: required"),
        (("invoke-model", "out", "--model-id", MODEL), "--body: required"),
        (an_ask("--body", "hello"), "--body: line 1"),
        (an_ask("--body", '"hello"'), "body: an object, not a string of JSON"),
        (an_ask("--trace", "YES"), "trace: ENABLED or DISABLED or ENABLED_FULL, not YES"),
        (an_ask("--guardrail-version", "1"), "guardrailIdentifier: goes with the version"),
        (an_ask("--content-type", "image/png"), "contentType: application/json"),
        (an_ask("--request-metadata", "[]"), "requestMetadata: "),
        (an_ask("--cli-input-json", '{"model": "x"}'), "model: InvokeModel has no such member"),
    ],
)
def test_what_cannot_be_sent_is_said_and_not_sent(
    invoke: Invoke, sandbox: Sandbox, machine: Path, line: tuple[str, ...], words: str
) -> None:
    done = invoke(*line)

    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert asked(sandbox) == 0
    assert not (machine / "out").exists()


def test_all_of_it_may_be_said_at_once(invoke: Invoke, sandbox: Sandbox) -> None:
    whole = {"modelId": MODEL, "body": '{"messages": []}', "accept": "application/json"}

    invoke("invoke-model", "out", "--cli-input-json", json.dumps(whole))

    (request,) = sandbox.requests
    # Its blanks are not kept: the ledger has the document, and that is what is sent.
    assert (request["modelId"], request["body"]) == (MODEL, b'{"messages":[]}')
    assert request["accept"] == "application/json"


def test_a_model_that_only_takes_async_invocations_is_warned_of(invoke: Invoke) -> None:
    done = invoke("invoke-model", "--model-id", "luma.ray-v2:0", "--body", '{"prompt": "x"}', "out")

    assert "warning: modelId: a model that answers at once" in done.err


def test_a_refusal_is_told_with_its_remedy(invoke: Invoke, machine: Path) -> None:
    done = invoke(*an_ask(text="[refuse:access]"))

    assert (done.code, done.out) == (3, "")
    assert "AccessDeniedException" in done.err
    assert "remedy:" in done.err
    assert not (machine / "out.json").exists()


def test_an_answer_that_never_came_is_unknown_and_not_asked_for_again(
    invoke: Invoke, sandbox: Sandbox, machine: Path
) -> None:
    done = invoke(*an_ask(text="[answer:lost]"))

    assert done.code == 5
    assert done.data["status"] == "Unknown"
    assert "no answer came back" in done.err
    assert "the model may have run" in done.err
    assert asked(sandbox) == 1
    assert not (machine / "out.json").exists()


def test_without_a_journal_nothing_is_sent(
    invoke: Invoke, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    monkeypatch.setattr(Journal, "prepare", full)

    done = invoke(*an_ask())

    assert done.code == 2
    assert "LedgerError: the disk is full" in done.err
    assert asked(sandbox) == 0


def test_who_keeps_no_inputs_has_the_answer_all_the_same(invoke: Invoke, machine: Path) -> None:
    config = machine / "settings.toml"
    config.write_text(f"{config.read_text()}[history]\nkeep-inputs = false\n")

    done = invoke(*an_ask())

    assert done.code == 0
    assert "output" in json.loads((machine / "out.json").read_bytes())


def test_an_interruption_ends_the_waiting_and_leaves_the_call_unknown(
    spawn: Spawn, invoke: Invoke, sandbox: Sandbox
) -> None:
    where = ("--endpoint-url", sandbox.url, "--region", "us-west-2")
    process = spawn(*an_ask(text="[answer:never]"), *where)
    while not asked(sandbox):
        assert process.poll() is None

    process.send_signal(signal.SIGINT)
    done = finish(process)

    assert (done.code, done.out) == (130, "")
    (row,) = (each for each in invoke("list").data if each["operation"] == "InvokeModel")
    assert row["status"] == "Unknown"
