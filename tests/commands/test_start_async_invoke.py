from __future__ import annotations

import json
import signal
from pathlib import Path

import av
import pytest

from tests.commands.conftest import Invoke, Spawn, a_start, finish
from tui.ledger.journal import Journal
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

PREFIX = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/"
NO_OUTPUT = ("start-async-invoke", "--model-id=luma.ray-v2:0", '--model-input={"prompt": "x"}')


def the_request(sandbox: Sandbox) -> dict[str, object]:
    (request,) = sandbox.requests
    return dict(request)


def test_it_prints_the_arn_and_nothing_else(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke(*a_start())
    assert done.code == 0
    assert list(done.data) == ["invocationArn"]
    assert done.data["invocationArn"].startswith(PREFIX)
    assert done.err == ""
    assert the_request(sandbox)["modelInput"] == {"prompt": "a tide pool"}


def test_a_download_in_a_process_of_its_own_leaves_a_clip_that_plays(
    spawn: Spawn, machine: Path
) -> None:
    done = finish(
        spawn("--sandbox", "--job-seconds=0.2", *a_start("--wait", "--download", "./out"))
    )
    assert done.code == 0
    assert done.data["status"] == "Completed"
    folder = machine / "out" / done.data["invocationArn"].rpartition("/")[2]
    assert f"saved {Path('out') / folder.name / 'output.mp4'} (" in done.err
    with av.open(folder / "output.mp4") as clip:
        assert sum(1 for _ in clip.decode(video=0)) > 1
    assert not (machine / ".local").exists()


def test_waiting_prints_the_invocation_as_it_ended(invoke: Invoke) -> None:
    done = invoke(*a_start("--wait"))
    assert done.code == 0
    assert {
        "status": "Completed",
        "modelId": "luma.ray-v2:0",
        "region": "us-west-2",
        "account": "123456789012",
        "submittedHere": True,
    }.items() <= done.data.items()
    assert done.data["submitTime"] < done.data["endTime"]
    assert "waiting for it to end" in done.err


def test_a_failed_invocation_is_told_with_cause_and_remedy(invoke: Invoke) -> None:
    done = invoke(*a_start("--wait", "--download=out", prompt="[fail:filter]"))
    assert done.code == 1
    assert done.data["status"] == "Failed"
    assert done.data["failureMessage"] in done.err
    assert "cause:  the output filter refused the result" in done.err
    assert "remedy: reword the prompt" in done.err


def test_an_interruption_leaves_the_invocation_running(spawn: Spawn, machine: Path) -> None:
    with Sandbox(job_seconds=600) as sandbox:
        process = spawn(*a_start("--wait"), "--endpoint-url", sandbox.url, "--region", "us-west-2")
        assert process.stderr is not None
        assert "waiting for it to end" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        done = finish(process)
        assert done.code == 130
        assert done.out == ""
        assert "what was submitted goes on" in done.err
        assert sandbox.calls["StartAsyncInvoke"] == 1


def test_a_poll_that_fails_is_told_and_the_waiting_goes_on(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "throttle", times=3)
    done = invoke(*a_start("--wait"))
    assert done.code == 0
    assert done.data["status"] == "Completed"
    assert "no news: ThrottlingException" in done.err


def test_credentials_of_the_environment_that_end_are_not_waited_for(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("ListAsyncInvokes", "expired")
    done = invoke(*a_start("--wait"))
    assert done.code == 3
    assert done.data["status"] == "InProgress"
    assert "asyncinvoke: ExpiredTokenException" in done.err
    assert "remedy:" in done.err


# What is typed -----------------------------------------------------------------------------------


def test_bad_json_is_named_by_line_and_column_and_nothing_is_sent(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    done = invoke(*a_start('--model-input={"prompt":\n  "a" "b"}'))
    assert done.code == 2
    assert done.out == ""
    assert "--model-input: line 2, column 7" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--model-id, --model-input, --output-data-config: required"),
        (("--model-id=luma.ray-v2:0",), "--model-input, --output-data-config: required"),
        (NO_OUTPUT[1:], "--output-data-config: required"),
        ((*NO_OUTPUT[1:], "--output-data-config=s3Uri=s3://b/"), "outputDataConfig: wants {"),
        (("--model-input=file://nowhere.json",), "--model-input: nowhere.json cannot be read"),
        (("--cli-input-json=[1]",), "--cli-input-json: wants an object"),
        (('--cli-input-json={"modelid": "x"}',), "--model-id, --model-input, "),
        ((*a_start()[1:], "--tags", "team"), "--tags: 'team' is not name=value"),
        ((*a_start()[1:], "--tags", "key=team"), "is not an object of key and value"),
        ((*a_start()[1:], "--client-request-token=a_b"), "clientRequestToken: letters"),
        ((*a_start()[1:], "--model-id=no such model"), "modelId: "),
        (a_start(bucket="Media")[1:], "s3Uri: an s3:// URI"),
        (a_start("--wiat")[1:], "not understood: --wiat; did you mean --wait?"),
    ],
)
def test_what_cannot_be_sent_is_said_and_not_sent(
    invoke: Invoke, sandbox: Sandbox, options: tuple[str, ...], words: str
) -> None:
    done = invoke("start-async-invoke", *options)
    assert done.code == 2
    assert done.out == ""
    assert words in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 0


def test_an_input_may_come_from_a_file(invoke: Invoke, sandbox: Sandbox, machine: Path) -> None:
    (machine / "input.json").write_text('{"prompt": "aus der Datei: ü"}', encoding="utf-8")
    assert invoke(*a_start("--model-input=file://input.json")).code == 0
    assert invoke(*a_start(f"--model-input=file://{machine}/input.json")).code == 0
    assert [request["modelInput"] for request in sandbox.requests] == [
        {"prompt": "aus der Datei: ü"}
    ] * 2


def test_shorthand_and_json_say_the_same(invoke: Invoke, sandbox: Sandbox) -> None:
    s3 = {
        "s3Uri": "s3://media/a=b/",
        "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/8a80ed4e-1ff6-4d2c-9f0e-0d7a3c6b5e21",
        "bucketOwner": "123456789012",
    }
    tags = [{"key": "team", "value": "media"}, {"key": "run", "value": "a=b"}]
    shorthand = ",".join(f"{name}={value}" for name, value in s3.items())
    token = "--client-request-token=one"
    first = invoke(
        *NO_OUTPUT,
        token,
        f"--output-data-config=s3OutputDataConfig={{{shorthand}}}",
        *("--tags", "key=team,value=media", "key=run,value=a=b"),
    )
    again = invoke(
        *NO_OUTPUT,
        token,
        f"--output-data-config={json.dumps({'s3OutputDataConfig': s3})}",
        *("--tags", json.dumps(tags)),
    )
    assert first.code == again.code == 0
    assert first.data == again.data
    for request in sandbox.requests:
        assert request["outputDataConfig"] == {"s3OutputDataConfig": s3}
        assert request["tags"] == tags


def test_a_whole_request_may_come_as_json_and_options_win(
    invoke: Invoke, sandbox: Sandbox, machine: Path
) -> None:
    (machine / "request.json").write_text(
        json.dumps(
            {
                "modelId": "luma.ray-v2:0",
                "modelInput": {"prompt": "from the file"},
                "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/"}},
                "clientRequestToken": "",
                "tags": None,
            }
        )
    )
    done = invoke(
        *("start-async-invoke", "--cli-input-json", "file://request.json"),
        *("--model-input", '{"prompt": "typed"}'),
    )
    assert done.code == 0
    request = the_request(sandbox)
    assert request["modelInput"] == {"prompt": "typed"}
    assert request["clientRequestToken"]


def test_a_model_s_documented_rule_is_a_warning_and_the_service_decides(invoke: Invoke) -> None:
    done = invoke(*a_start(prompt="x" * 5001))
    assert "warning: --model-input: prompt: at most 5000 characters" in done.err
    assert "ValidationException" in done.err


def test_what_dooms_a_job_is_not_sent(invoke: Invoke, sandbox: Sandbox) -> None:
    done = invoke(*a_start(prompt=""))
    assert done.code == 2
    assert "prompt: not empty: the job fails without one" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 0


# What AWS answers --------------------------------------------------------------------------------


def test_a_token_used_again_gives_the_same_invocation(invoke: Invoke, sandbox: Sandbox) -> None:
    token = "--client-request-token=one"
    assert invoke(*a_start(token)).data == invoke(*a_start(token)).data
    assert len(sandbox.requests) == 2


def test_a_token_of_another_request_is_a_conflict(invoke: Invoke) -> None:
    token = "--client-request-token=one"
    assert invoke(*a_start(token)).code == 0
    done = invoke(*a_start(token, prompt="another"))
    assert done.code == 2
    assert "ConflictException" in done.err
    assert invoke(*a_start(token, "--ledger=empty.sqlite3", prompt="another")).code == 3


@pytest.mark.parametrize(
    ("prompt", "code", "words"),
    [
        ("[refuse:access]", 3, "AccessDeniedException: You don't have access"),
        ("[refuse:iam]", 3, "policy: {"),
        ("[refuse:legacy]", 3, "remedy: choose an active model"),
        ("[refuse:throttle]", 4, "ThrottlingException"),
        ("[refuse:quota]", 4, "ServiceQuotaExceededException"),
    ],
)
def test_a_refusal_is_told_and_the_exit_code_says_whether_to_try_again(
    invoke: Invoke, prompt: str, code: int, words: str
) -> None:
    done = invoke(*a_start(prompt=prompt))
    assert done.code == code
    assert done.out == ""
    assert words in done.err
    assert "request id: " in done.err


def test_a_bucket_that_does_not_exist_is_named(invoke: Invoke) -> None:
    done = invoke(*a_start(bucket="missing-bucket"))
    assert done.code == 3
    assert "missing-bucket does not exist" in done.err
    assert "remedy: check the bucket's name" in done.err


def test_an_answer_that_never_came_leaves_it_unknown_and_names_the_token(
    invoke: Invoke, sandbox: Sandbox
) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    done = invoke(*a_start("--client-request-token=one"))
    assert done.code == 4
    assert done.data["status"] == "Unknown"
    assert 'its client token is "one"' in done.err
    assert invoke("list").data[0]["clientRequestToken"] == "one"


def test_an_answer_that_the_ledger_does_not_take_is_told(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise ProblemError(Problem(kind="LedgerError", message="the disk is full"))

    monkeypatch.setattr(Journal, "record", full)

    done = invoke(*a_start())

    assert done.code == 0
    assert done.data["invocationArn"].startswith(PREFIX)
    assert "LedgerError: the disk is full" in done.err


def test_waiting_finds_an_unanswered_submission_again(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.faults.add("StartAsyncInvoke", "drop-after")
    done = invoke(*a_start("--wait", "--download=out"))
    assert done.code == 0
    assert done.data["invocationArn"].startswith(PREFIX)
    assert "output.mp4" in done.err
    assert sandbox.calls["StartAsyncInvoke"] == 1


def test_no_network_sends_nothing_and_may_be_tried_again(here: Invoke) -> None:
    done = here(*a_start(), "--endpoint-url=http://127.0.0.1:9", "--region=us-west-2")
    assert done.code == 4
    assert done.out == ""
    assert "EndpointConnectionError" in done.err
    assert "remedy: check the endpoint URL and its port" in done.err


def test_outputs_that_are_there_are_kept_and_not_fetched_again(invoke: Invoke) -> None:
    options = a_start("--wait", "--download=out", "--client-request-token=one")
    assert invoke(*options).code == 0
    done = invoke(*options)
    assert done.code == 0
    assert "was there already: " in done.err


def test_a_changed_output_is_kept_and_a_new_copy_gets_a_number(
    invoke: Invoke, machine: Path
) -> None:
    options = a_start("--wait", "--download=out", "--client-request-token=one")
    assert invoke(*options).code == 0
    (saved,) = (machine / "out").glob("*/output.mp4")
    saved.write_text("cut by hand")

    done = invoke(*options)

    assert done.code == 0
    assert "output-2.mp4" in done.err
    assert saved.read_text() == "cut by hand"
