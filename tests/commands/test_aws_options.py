"""Every option that the AWS CLI has for the five commands, by the SDK and by its own help."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping

import pytest
import yaml
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.session import get_session

from tests.commands.conftest import Invoke
from tests.real_tools import AwsCli
from tui.commands import options
from tui.commands.aws_members import members_of
from tui.commands.aws_options import COMMANDS
from tui.model.operation import OPERATIONS, QUESTIONS, Operation
from tui.sandbox.server import Sandbox

FIVE = {each.command: each for each in (*OPERATIONS, *QUESTIONS)}

NOT_TAKEN: Mapping[str, str] = {}
"""Options of the AWS CLI that no command takes, and why not."""

OF_THE_CLI = frozenset({"--cli-input-json", "--cli-input-yaml", "--generate-cli-skeleton"})
"""What the AWS CLI adds to each operation, by its version 2; not where there is an outfile."""

VALUES: Mapping[str, tuple[str, object]] = {
    "string": ("some words", "some words"),
    "integer": ("60", 60),
    "timestamp": ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"),
    "list": ('[{"key": "a", "value": "b"}]', [{"key": "a", "value": "b"}]),
    "structure": ('{"a": {"b": 1}}', {"a": {"b": 1}}),
}
"""A value for an option by its shape's type, and what it says."""

every_command = pytest.mark.parametrize("command", FIVE)


def model_of(operation: Operation) -> OperationModel:
    return get_session().get_service_model(operation.service).operation_model(operation.name)


def pages_of(operation: Operation) -> Mapping[str, object]:
    """How the SDK turns the pages of an operation; nothing where it has none."""
    model = get_session().get_paginator_model(operation.service)
    try:
        return dict(model.get_paginator(operation.name))
    except ValueError:
        return {}


def options_by_the_sdk(operation: Operation) -> set[str]:
    model = model_of(operation)
    assert model.input_shape
    found = {f"--{xform_name(name, '-')}" for name in model.input_shape.members}
    if pages_of(operation):
        found |= {"--starting-token", "--page-size", "--max-items"}
    return found | (set() if model.has_streaming_output else OF_THE_CLI)


def taken(command: str) -> set[str]:
    """What a command takes: its options, and the names of what has none."""
    parser = options.build()
    commands = next(action for action in parser._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    actions = commands.choices[command]._actions
    return {name for action in actions for name in action.option_strings or [action.dest]}


def test_the_five_commands_are_there() -> None:
    assert set(FIVE) == set(COMMANDS)


@every_command
def test_every_option_of_the_sdk_s_service_model_is_taken(command: str) -> None:
    expected = options_by_the_sdk(FIVE[command])

    assert expected - NOT_TAKEN.keys() <= taken(command)
    assert not taken(command) & NOT_TAKEN.keys()
    assert ("outfile" in taken(command)) == model_of(FIVE[command]).has_streaming_output


@every_command
def test_every_option_of_the_aws_cli_s_help_is_taken(aws_cli: AwsCli, command: str) -> None:
    done = subprocess.run(
        [aws_cli.program, FIVE[command].service, command, "help"],
        env={"PATH": aws_cli.path["PATH"], "AWS_PAGER": "cat", "PAGER": "cat", "HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    shown = re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout)
    synopsis = shown.partition("SYNOPSIS")[2].partition("OPTIONS")[0]
    found = {f"--{name}" for name in re.findall(r"--([a-z0-9-]+)", synopsis)}
    if not found:
        pytest.skip("this AWS CLI's help cannot be read: it needs groff")

    assert {"--debug", "--query", "--region"} < found
    assert found - NOT_TAKEN.keys() <= taken(command)
    assert ("<outfile>" in synopsis) == ("outfile" in taken(command))


def cases() -> list[tuple[str, str, Shape]]:
    return [
        (command, member, shape)
        for command, operation in FIVE.items()
        for member, shape in (model_of(operation).input_shape or Shape("", {})).members.items()
    ]


@pytest.mark.parametrize(
    ("command", "member", "shape"), cases(), ids=lambda value: getattr(value, "name", value)
)
def test_what_an_option_says_is_in_the_request(command: str, member: str, shape: Shape) -> None:
    text, value = VALUES.get(shape.type_name, ('{"a": 1}', {"a": 1}))
    if member == "Body":
        value = text
    elif member == "outputDataConfig":
        value = {"s3OutputDataConfig": {"s3Uri": "s3://b/"}}
        text = json.dumps(value)
    outfile = ["out"] if "outfile" in taken(command) else []
    line = [command, *outfile, f"--{xform_name(member, '-')}", text]

    given = options.build().parse_args(line)

    assert members_of(FIVE[command], given, None) == {member: value}


@every_command
def test_the_help_names_every_option_in_a_group(here: Invoke, command: str) -> None:
    done = here(command, "--help")

    assert done.code == 0
    for option in options_by_the_sdk(FIVE[command]):
        assert option in done.out
    for title in ("request:", "all of it at once:", "where:", "data:", "files:"):
        assert f"\n{title}\n" in done.out


# Skeletons ---------------------------------------------------------------------------------------


@every_command
def test_a_skeleton_has_every_member_and_sends_nothing(here: Invoke, command: str) -> None:
    done = here(command, "--generate-cli-skeleton")

    assert (done.code, done.err) == (0, "")
    assert list(done.data) == list(FIVE[command].members)
    assert here(command, "--generate-cli-skeleton", "input").out == done.out


@every_command
def test_a_skeleton_in_yaml_says_what_its_members_are(here: Invoke, command: str) -> None:
    done = here(command, "--generate-cli-skeleton", "yaml-input")

    assert (done.code, done.err) == (0, "")
    found = yaml.safe_load(done.out)
    as_json = here(command, "--generate-cli-skeleton").data
    assert found == {name: "" if value is None else value for name, value in as_json.items()}
    assert all("  # " in line for line in done.out.splitlines())
    shape = model_of(FIVE[command]).input_shape
    assert shape
    for name in shape.members:
        is_said = re.search(rf"(?m)^{name}:.*  # \[REQUIRED\]", done.out)
        assert bool(is_said) == (name in shape.required_members)


def test_the_skeleton_of_an_answer_wants_a_request_that_can_be_sent(here: Invoke) -> None:
    arn = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/mm0oexhd8y31"
    asked = ("get-async-invoke", "--generate-cli-skeleton", "output")

    refused = here(*asked)
    told = here(*asked, "--invocation-arn", arn, "--query", "keys(@)[:2]")

    assert (refused.code, refused.out) == (2, "")
    assert "--invocation-arn: required" in refused.err
    assert told.data == ["invocationArn", "modelArn"]


@pytest.mark.parametrize(
    ("line", "members"),
    [
        (
            ("invoke-model", "--model-id=amazon.nova-lite-v1:0", "--body={}"),
            ["contentType", "performanceConfigLatency", "serviceTier"],
        ),
        (
            ("invoke-endpoint-async", "--endpoint-name=x", "--body={}"),
            ["InferenceId", "OutputLocation", "FailureLocation"],
        ),
        (("list-async-invokes",), ["nextToken", "asyncInvokeSummaries"]),
    ],
)
def test_the_skeleton_of_an_answer_leaves_out_what_a_file_gets(
    here: Invoke, line: tuple[str, ...], members: list[str]
) -> None:
    done = here(*line, "--generate-cli-skeleton", "output")

    assert (done.code, list(done.data)) == (0, members)


@pytest.mark.parametrize("form", ["input", "yaml-input"])
def test_what_is_left_of_a_skeleton_says_nothing(
    invoke: Invoke, here: Invoke, sandbox: Sandbox, form: str
) -> None:
    """One member after another is filled in; tags, token, body and numbers are left as they are."""
    option = "--cli-input-yaml" if form == "yaml-input" else "--cli-input-json"
    start, endpoint = ("start-async-invoke", "invoke-endpoint-async")
    filled = [
        (start, "modelId", "luma.ray-v2:0"),
        (start, "modelInput", {"prompt": "x"}),
        (start, "outputDataConfig", {"s3OutputDataConfig": {"s3Uri": "s3://media/a/"}}),
        (endpoint, "EndpointName", "sandbox-echo"),
        (endpoint, "InputLocation", "s3://sandbox-uploads/x"),
    ]

    for command in (start, endpoint):
        whole = yaml.safe_load(here(command, "--generate-cli-skeleton", form).out)
        whole |= {member: value for name, member, value in filled if name == command}
        assert invoke(command, option, json.dumps(whole)).code == 0

    started, inferred = ({**request} for request in sandbox.requests)
    assert started.keys() == {"modelId", "modelInput", "outputDataConfig", "clientRequestToken"}
    assert inferred.keys() - {"Body"} == {"EndpointName", "InputLocation", "InferenceId"}


def test_the_service_s_name_may_stand_before_the_command(here: Invoke) -> None:
    plain = here("get-async-invoke", "--generate-cli-skeleton")

    assert plain.code == 0
    assert here("bedrock-runtime", "get-async-invoke", "--generate-cli-skeleton") == plain
    assert here("--debug", "bedrock-runtime", "get-async-invoke", "--help").code == 0
    assert here("sagemaker-runtime", "get-async-invoke").code == 2
    assert here("bedrock-runtime", "list").code == 2


def test_without_its_outfile_invoke_model_is_refused(here: Invoke) -> None:
    done = here("invoke-model", "--model-id", "x", "--body", "{}")

    assert done.code == 2
    assert "the following arguments are required: outfile" in done.err
