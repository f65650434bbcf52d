from __future__ import annotations

import ast
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import TOKEN, a_request, an_invocation, arn_of
from tests.model.requests import HARD, requests, words
from tui.model import paste, shell
from tui.model.context import Context
from tui.model.document import parse
from tui.model.reading import Pasted
from tui.model.request import StartAsyncInvoke, Tag
from tui.model.snippet import (
    Kind,
    copy_command,
    get_command,
    skeleton,
    write,
)

named = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
named |= st.text(HARD, min_size=1)
contexts = st.builds(
    Context,
    profile=st.none() | named,
    region=st.none() | named,
    endpoint_url=st.none() | named,
    ca_bundle=st.none() | named,
    verify_ssl=st.booleans(),
    sign_requests=st.booleans(),
    variables=st.just(()) | named.map(lambda value: (f"AWS_ACCESS_KEY_ID={value}",)),
)


def options_of(command: str, names: int = 3) -> dict[str, str]:
    """The options behind the first words, each with its value; a flag has an empty one."""
    flags = {"--no-verify-ssl", "--no-sign-request"}
    found = [word.text for word in shell.split(command).words]
    found = found[1:] if found[0].startswith("AWS_") else found
    options, left = {}, iter(found[names:])
    for word in left:
        name, equals, value = word.partition("=")
        options[name] = "" if name in flags else value if equals else next(left)
    return options


def expected_of(context: Context) -> dict[str, str]:
    values = {
        "--profile": None if context.variables else context.profile,
        "--region": context.region,
        "--endpoint-url": context.endpoint_url,
        "--ca-bundle": context.ca_bundle,
        "--no-verify-ssl": None if context.verify_ssl else "",
        "--no-sign-request": None if context.sign_requests else "",
    }
    return {name: value for name, value in values.items() if value is not None}


def read_back(text: str) -> StartAsyncInvoke:
    pasted = paste.read(text)
    assert isinstance(pasted, Pasted), pasted
    assert not pasted.files
    return StartAsyncInvoke.of(pasted.members)


def exact(request: StartAsyncInvoke) -> str:
    """Tells 1 from 1.0 and from True, which are equal in Python."""
    return repr(request)


@pytest.mark.parametrize("kind", Kind)
@given(request=requests, context=contexts)
@example(request=a_request(model_input=""), context=Context())
@example(request=a_request(model_input=None), context=Context(variables=("KEY='\x1f'",)))
def test_what_is_written_reads_back_as_the_same_request(
    kind: Kind, request: StartAsyncInvoke, context: Context
) -> None:
    assert exact(read_back(write(request, kind, context))) == exact(request)


@given(requests, contexts)
def test_a_command_goes_where_the_context_says(request: StartAsyncInvoke, context: Context) -> None:
    command = write(request, Kind.AWS_CLI, context)

    options = options_of(command)
    assert {name: options.get(name) for name in expected_of(context)} == expected_of(context)


@given(words.filter(lambda word: "\0" not in word), contexts)
def test_a_shell_reads_the_arn_back_out_of_the_command(arn: str, context: Context) -> None:
    command = get_command(an_invocation(invocation_arn=arn), context)

    assert options_of(command) == {"--invocation-arn": arn, **expected_of(context)}


@given(contexts)
def test_outputs_are_copied_out_of_the_invocations_own_folder(context: Context) -> None:
    command = copy_command(an_invocation(s3_uri="s3://media/it's ray"), context)

    found = [word.text for word in shell.split(command).words]
    start = found.index("aws")
    source = "s3://media/it's ray/mm0oexhd8y31/"
    assert found[start : start + 6] == ["aws", "s3", "cp", "--recursive", source, "."]
    assert options_of(command, 6) == expected_of(context)


@pytest.mark.parametrize("uri", ["", "no uri; rm -rf /"])
def test_a_place_that_is_no_s3_uri_is_quoted_all_the_same(uri: str) -> None:
    command = copy_command(an_invocation(s3_uri=uri), Context())

    assert shell.split(command).words[4].text == uri


def test_a_command_is_one_option_a_line() -> None:
    request = replace(a_request(), model_input={"prompt": "…"})

    text = write(request, Kind.AWS_CLI, Context(region="us-west-2"))

    assert text.splitlines() == [
        "aws bedrock-runtime start-async-invoke \\",
        f"    --client-request-token {TOKEN} \\",
        "    --model-id luma.ray-v2:0 \\",
        """    --model-input '{"prompt":"…"}' \\""",
        """    --output-data-config '{"s3OutputDataConfig":{"s3Uri":"s3://media/ray/"}}' \\""",
        "    --region us-west-2",
    ]
    assert arn_of("x") in get_command(an_invocation(id="x"), Context())


@pytest.mark.parametrize("kind", Kind)
def test_a_request_without_a_token_leaves_it_to_the_tool(kind: Kind) -> None:
    text = write(a_request(client_request_token=""), kind, Context())

    assert "oken" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"model_id": "file://model.txt"},
        {"model_id": "https://model"},
        {"model_id": "two\nlines"},
        {"client_request_token": "\x1b[201~"},
        {"model_input": ["a list"]},
        {"model_input": "text"},
    ],
)
def test_what_the_aws_cli_would_misread_goes_through_cli_input_json(
    changes: dict[str, object],
) -> None:
    command = write(replace(a_request(), **changes), Kind.AWS_CLI, Context())

    options = options_of(command)
    assert set(options) == {"--cli-input-json"}
    assert "\x1b" not in command


def test_a_value_that_looks_like_an_option_is_joined_to_its_own() -> None:
    command = write(a_request(model_id="--region"), Kind.AWS_CLI, Context())

    assert "--model-id=--region" in command


def test_an_input_too_long_for_an_argument_becomes_a_here_document() -> None:
    request = a_request("REQUEST\n" * 30_000)

    command = write(request, Kind.AWS_CLI, Context())

    assert max(len(word.text) for word in shell.split(command).words) < 131_072
    assert read_back(command) == request


@pytest.mark.parametrize("kind", Kind)
def test_no_character_of_a_text_turns_the_terminal_or_hides(kind: Kind) -> None:
    hostile = "\x1b]0;x\x07\u202e\u2028\x85\x00"

    request = a_request(hostile, tags=(Tag("k", hostile),), s3_uri=hostile, model_id=hostile)
    text = write(request, kind, Context(profile="\x1b[201~\u202e"))

    assert not set("\x1b\x07\u202e\u2028\x85\x00") & set(text)


def test_integers_that_javascript_would_round_are_written_as_bigint() -> None:
    text = write(a_request(model_input={"seed": 2**53, "n": 2**53 - 1}), Kind.JAVASCRIPT, Context())

    assert f"seed: {2**53}n," in text
    assert f"n: {2**53 - 1}," in text


def test_a_script_element_does_not_end_within_a_string_of_javascript() -> None:
    text = write(a_request("</script><!--"), Kind.JAVASCRIPT, Context())

    assert "</script" not in text
    assert "<!--" not in text


def test_no_name_of_a_member_sets_an_objects_prototype() -> None:
    text = write(a_request(model_input={"__proto__": {"a": 1}}), Kind.JAVASCRIPT, Context())

    assert '["__proto__"]: {' in text


def test_boto3_is_written_as_python_that_goes_where_the_context_says() -> None:
    context = Context(
        profile="prod", region="us-west-2", endpoint_url="http://x", sign_requests=False
    )

    text = write(a_request(), Kind.BOTO3, context)

    ast.parse(text)
    assert "boto3.Session(profile_name='prod').client('bedrock-runtime', " in text
    assert "region_name='us-west-2', endpoint_url='http://x', config=Config(" in text


def test_another_context_is_a_variable_and_no_profile() -> None:
    context = Context(profile="prod", variables=("AWS_ACCESS_KEY_ID=sandbox",))

    texts = [write(a_request(), kind, context) for kind in Kind]

    assert not [text for text in texts if "prod" in text]
    assert len([text for text in texts if "sandbox" in text]) == 3


@pytest.mark.parametrize("context", [Context(verify_ssl=False), Context(ca_bundle="/ca.pem")])
@pytest.mark.parametrize("kind", [Kind.BOTO3, Kind.JAVASCRIPT])
def test_how_tls_is_checked_is_written_too(kind: Kind, context: Context) -> None:
    assert write(a_request(), kind, context) != write(a_request(), kind, Context())


def test_a_skeleton_reads_as_a_request_with_empty_members() -> None:
    pasted = paste.read(skeleton())

    assert isinstance(pasted, Pasted)
    assert pasted.members == {
        "clientRequestToken": "",
        "modelId": "",
        "modelInput": {},
        "outputDataConfig": {
            "s3OutputDataConfig": {"s3Uri": "", "kmsKeyId": "", "bucketOwner": ""}
        },
    }


def test_a_document_keeps_the_order_of_its_names() -> None:
    model_input = json.loads('{"b": 1, "a": {"z": 1.0, "y": -0.0}}')

    text = write(a_request(model_input=model_input), Kind.CLI_INPUT_JSON, Context())

    assert str(parse(text)).startswith("{'clientRequestToken'")
    assert read_back(text).model_input == model_input
