from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TOKEN, a_request, an_invocation, arn_of
from tui.model.context import Context
from tui.model.request import StartAsyncInvoke, Tag
from tui.model.snippet import copy_command, get_command, start_command

texts = st.text(st.characters(exclude_categories=["Cs"]))
words = texts.filter(bool)
shell = st.text("'\"\\$`!\t\n;&|#~=a", min_size=1)
contexts = st.builds(
    Context,
    profile=st.none() | words | shell,
    region=st.none() | words,
    endpoint_url=st.none() | words,
    ca_bundle=st.none() | words,
    verify_ssl=st.booleans(),
    sign_requests=st.booleans(),
)
requests = st.builds(
    StartAsyncInvoke,
    model_id=words | shell,
    model_input=st.dictionaries(texts, texts | shell | st.integers() | st.none(), max_size=3),
    s3_uri=words | shell,
    client_request_token=texts,
    kms_key_id=texts,
    bucket_owner=texts,
    tags=st.lists(st.builds(Tag, words, shell), max_size=2).map(tuple),
)


def split(command: str) -> list[str]:
    """The words that a shell makes of it; shlex alone knows no continued lines."""
    return shlex.split(command.replace(" \\\n    ", " "))


def options_of(command: list[str]) -> dict[str, str]:
    """The options after the operation, each with its value; a flag has an empty one."""
    flags = {"--no-verify-ssl", "--no-sign-request"}
    options, left = {}, iter(command)
    for name in left:
        options[name] = "" if name in flags else next(left)
    return options


def expected_of(context: Context) -> dict[str, str]:
    values = {
        "--profile": context.profile,
        "--region": context.region,
        "--endpoint-url": context.endpoint_url,
        "--ca-bundle": context.ca_bundle,
        "--no-verify-ssl": None if context.verify_ssl else "",
        "--no-sign-request": None if context.sign_requests else "",
    }
    return {name: value for name, value in values.items() if value is not None}


@given(requests, contexts)
def test_a_shell_reads_the_request_back_out_of_the_command(
    request: StartAsyncInvoke, context: Context
) -> None:
    command = split(start_command(request, context, request.model_input))

    assert command[:3] == ["aws", "bedrock-runtime", "start-async-invoke"]
    options = options_of(command[3:])
    members = {
        "modelId": options.pop("--model-id"),
        "modelInput": json.loads(options.pop("--model-input")),
        "outputDataConfig": json.loads(options.pop("--output-data-config")),
        "clientRequestToken": options.pop("--client-request-token", ""),
        "tags": json.loads(options.pop("--tags", "[]")),
    }
    assert StartAsyncInvoke.of(members) == request
    assert options == expected_of(context)


@given(words | shell, contexts)
def test_a_shell_reads_the_arn_back_out_of_the_command(arn: str, context: Context) -> None:
    command = split(get_command(an_invocation(invocation_arn=arn), context))

    assert command[:3] == ["aws", "bedrock-runtime", "get-async-invoke"]
    assert options_of(command[3:]) == {"--invocation-arn": arn, **expected_of(context)}


@given(contexts)
def test_outputs_are_copied_out_of_the_invocations_own_folder(context: Context) -> None:
    as_submitted = an_invocation(s3_uri="s3://media/it's ray")

    command = split(copy_command(as_submitted, context))

    source = "s3://media/it's ray/mm0oexhd8y31/"
    assert command[:6] == ["aws", "s3", "cp", "--recursive", source, "."]
    assert options_of(command[6:]) == expected_of(context)


@pytest.mark.parametrize("uri", ["", "no uri; rm -rf /"])
def test_a_place_that_is_no_s3_uri_is_quoted_all_the_same(uri: str) -> None:
    command = copy_command(an_invocation(s3_uri=uri), Context())

    assert split(command)[4] == uri


def test_a_command_is_one_option_a_line() -> None:
    text = start_command(a_request(), Context(region="us-west-2"), {"prompt": "…"})

    assert text.splitlines() == [
        "aws bedrock-runtime start-async-invoke \\",
        "    --model-id luma.ray-v2:0 \\",
        """    --model-input '{"prompt":"…"}' \\""",
        """    --output-data-config '{"s3OutputDataConfig":{"s3Uri":"s3://media/ray/"}}' \\""",
        f"    --client-request-token {TOKEN} \\",
        "    --region us-west-2",
    ]
    assert arn_of("x") in get_command(an_invocation(id="x"), Context())


def test_a_request_without_a_token_leaves_it_to_the_cli() -> None:
    text = start_command(a_request(client_request_token=""), Context(), {})

    assert "--client-request-token" not in text
