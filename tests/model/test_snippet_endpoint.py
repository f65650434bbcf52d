"""Requests to a SageMaker endpoint, as they are written in other tools' syntax."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import a_watched, an_inference
from tests.model.pasted import understood
from tests.model.requests import HARD, texts, words
from tui.model import paste, shell
from tui.model.context import Context
from tui.model.operation import INVOKE_ENDPOINT_ASYNC
from tui.model.reading import Pasted
from tui.model.request import InvokeEndpointAsync
from tui.model.snippet import Kind, copy_command, head_command, skeleton, write

seconds = st.integers(0, 10**6)
bodies = texts.map(lambda text: text.encode("utf-8", "ignore")) | st.text(HARD).map(str.encode)
requests = st.builds(
    InvokeEndpointAsync,
    model_id=words,
    client_request_token=texts,
    model_input=st.none() | bodies,
    request_ttl_seconds=seconds,
    invocation_timeout_seconds=seconds,
    **dict.fromkeys(InvokeEndpointAsync.OPTIONS.values(), texts),
)
contexts = st.builds(
    Context,
    region=st.none() | words,
    variables=st.just(()) | words.map(lambda value: (f"AWS_ACCESS_KEY_ID={value}",)),
)


def read_back(text: str) -> InvokeEndpointAsync:
    pasted = understood(paste.read(text))
    assert pasted.operation is INVOKE_ENDPOINT_ASYNC
    assert not pasted.files
    return InvokeEndpointAsync.of(pasted.members)


@pytest.mark.parametrize("kind", Kind)
@given(request=requests, context=contexts)
@example(request=an_inference(input_location="", model_input=b""), context=Context())
@example(request=an_inference(input_location="", model_input=b"dGVzdA=="), context=Context())
@example(request=an_inference(input_location="", model_input=b"REQUEST\n"), context=Context())
@example(
    request=an_inference(input_location="https://media/x", model_input=b"a"), context=Context()
)
def test_what_is_written_reads_back_as_the_same_request(
    kind: Kind, request: InvokeEndpointAsync, context: Context
) -> None:
    assert read_back(write(request, kind, context)) == request


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CLI_INPUT_JSON])
@given(content=st.binary())
@example(content=b"\xff" * 128_000)
def test_bytes_that_are_no_text_read_back_as_they_were(kind: Kind, content: bytes) -> None:
    request = an_inference(model_input=content)

    assert read_back(write(request, kind, Context())) == request


def test_no_json_is_written_of_bytes_that_are_no_text() -> None:
    text = write(an_inference(model_input=b"\xff"), Kind.CLI_INPUT_JSON, Context())

    assert text == "# no JSON takes this Body as it is: use boto3"
    assert not isinstance(paste.read(text), Pasted)


def test_a_command_is_one_option_a_line() -> None:
    request = an_inference(content_type="text/csv", request_ttl_seconds=600)

    assert write(request, Kind.AWS_CLI, Context(region="us-west-2")).splitlines() == [
        "aws sagemaker-runtime invoke-endpoint-async \\",
        "    --endpoint-name sandbox-echo \\",
        "    --input-location s3://media/in/x.json \\",
        "    --content-type text/csv \\",
        "    --request-ttl-seconds 600 \\",
        f"    --inference-id {request.client_request_token} \\",
        "    --region us-west-2",
    ]


def test_a_body_is_printed_into_the_command() -> None:
    request = an_inference(
        input_location="", model_input=b'{"inputs": "x"}', client_request_token=""
    )

    assert write(request, Kind.AWS_CLI, Context(variables=("AWS_PROFILE=x",))).splitlines() == [
        """printf %s '{"inputs": "x"}' |""",
        "AWS_PROFILE=x aws sagemaker-runtime invoke-endpoint-async \\",
        "    --endpoint-name sandbox-echo \\",
        "    --body fileb:///dev/stdin",
    ]


@pytest.mark.parametrize("value", ["file://x", "https://x", "two\nlines", "\x1b"])
def test_what_the_aws_cli_would_misread_goes_through_cli_input_json(value: str) -> None:
    request = an_inference(input_location="", model_input=b"a,b", custom_attributes=value)

    command = write(request, Kind.AWS_CLI, Context())

    options = [word.text for word in shell.split(command, command.index("aws ")).words[3:]]
    assert options[0] == "--cli-input-json"
    assert options[2:] == ["--body", "fileb:///dev/stdin"]
    assert json.loads(options[1])["CustomAttributes"] == value


def test_a_body_and_a_member_that_no_option_can_say_are_no_command() -> None:
    request = an_inference(model_input=b"a", custom_attributes="x" * 10**6)

    text = write(request, Kind.AWS_CLI, Context())

    assert "takes this CustomAttributes as it is" in text
    assert not isinstance(paste.read(text), Pasted)


@pytest.mark.parametrize("kind", Kind)
def test_no_character_of_a_text_turns_the_terminal_or_hides(kind: Kind) -> None:
    hostile = "\x1b]0;x\x07\u202e\u2028\x85\x00"

    request = an_inference(model_input=hostile.encode(), custom_attributes=hostile)
    text = write(request, kind, Context(profile=hostile))

    assert not set(hostile) - set("]0;x") & set(text)


def test_boto3_takes_numbers_and_prints_where_the_output_goes() -> None:
    text = write(an_inference(invocation_timeout_seconds=3600), Kind.BOTO3, Context())

    ast.parse(text)
    assert "    InvocationTimeoutSeconds=3600," in text
    assert text.endswith("print(response['OutputLocation'])")


def test_javascript_says_bytes_in_base64_and_text_as_it_is() -> None:
    binary = write(an_inference(model_input=b"\xff"), Kind.JAVASCRIPT, Context())
    plain = write(an_inference(model_input=b"1,2"), Kind.JAVASCRIPT, Context())

    assert '    Body: Buffer.from("/w==", "base64"),' in binary
    assert '    Body: "1,2",' in plain
    assert (
        'SageMakerRuntimeClient, InvokeEndpointAsyncCommand } from "@aws-sdk/client-sagem' in plain
    )


def test_a_skeleton_reads_as_a_request_without_a_body() -> None:
    pasted = understood(paste.read(skeleton(INVOKE_ENDPOINT_ASYNC)))

    assert pasted.operation is INVOKE_ENDPOINT_ASYNC
    assert pasted.members.keys() == INVOKE_ENDPOINT_ASYNC.members.keys() - {"Body"}


def test_the_one_output_of_an_inference_is_looked_for_and_copied() -> None:
    row = a_watched(s3_uri="s3://media/it's out/x.out")

    assert copy_command(row, Context(region="x")).splitlines() == [
        """aws s3 cp 's3://media/it'"'"'s out/x.out' . \\""",
        "    --region x",
    ]
    assert head_command(row, Context()).splitlines() == [
        "aws s3api head-object \\",
        "    --bucket media \\",
        """    --key 'it'"'"'s out/x.out'""",
    ]
