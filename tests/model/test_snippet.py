from __future__ import annotations

import ast
import json

import pytest
from botocore.session import get_session
from botocore.utils import ArgumentGenerator
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import TOKEN, a_request, an_invocation, arn_of
from tests.model.requests import HARD, documents, requests, texts, words
from tui.model import paste, shell
from tui.model.context import Context
from tui.model.document import parse
from tui.model.operation import INVOKE_MODEL, OPERATIONS, Operation
from tui.model.reading import Pasted
from tui.model.request import InvokeModel, Request, StartAsyncInvoke
from tui.model.snippet import (
    Kind,
    copy_command,
    fetch_command,
    get_command,
    skeleton,
    write,
)
from tui.model.tag import Tag

named = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
named |= st.text(HARD, min_size=1)
options = texts.filter(lambda text: "\0" not in text and not text.startswith(("file", "http")))
inferences = st.builds(
    InvokeModel,
    model_id=options.filter(bool),
    model_input=documents,
    client_request_token=st.just(""),
    content_type=options,
    accept=options,
    guardrail_identifier=options,
    request_metadata=options,
)
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


def read_back(text: str) -> Request:
    pasted = paste.read(text)
    assert isinstance(pasted, Pasted), pasted
    assert not pasted.files
    of = InvokeModel.of if pasted.operation is INVOKE_MODEL else StartAsyncInvoke.of
    return of(pasted.members)


def an_inference(**changes: object) -> InvokeModel:
    request = InvokeModel(
        model_id="amazon.nova-pro-v1:0", model_input={"prompt": "…"}, client_request_token=""
    )
    return replace(request, **changes)


def exact(request: Request) -> str:
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


@pytest.mark.parametrize("kind", Kind)
@given(request=inferences, context=contexts)
@example(request=an_inference(model_input=""), context=Context())
@example(request=an_inference(model_input=None), context=Context())
@example(request=an_inference(model_input={"a": 2**53, "b": -0.0, "c": 1.0}), context=Context())
@example(request=an_inference(model_input="REQUEST\nREQUEST"), context=Context())
@example(request=an_inference(accept="$'\x1b\n\u2028"), context=Context())
def test_what_is_waited_for_reads_back_as_the_same_request(
    kind: Kind, request: InvokeModel, context: Context
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


@pytest.mark.parametrize(
    "key", ["a b/c.mp4", "it's.mp4", "50%+1.mp4", 'say "hi".mp4', "two\nlines.mp4", "~/🌊/.."]
)
def test_one_object_is_fetched_by_a_command_that_a_shell_reads_as_it_is(key: str) -> None:
    command = fetch_command(f"s3://media/{key}", Context(profile="me too", region="eu-west-1"))

    words = [word.text for word in shell.split(command).words]
    assert words[:5] == ["aws", "s3", "cp", f"s3://media/{key}", "."]
    assert words[5:] == ["--profile", "me too", "--region", "eu-west-1"]


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


def test_a_body_is_a_here_document_of_any_size() -> None:
    request = an_inference(content_type="application/json", accept="--x")

    text = write(request, Kind.AWS_CLI, Context(region="us-west-2", verify_ssl=False))

    assert text.splitlines() == [
        "aws bedrock-runtime invoke-model \\",
        "    --model-id amazon.nova-pro-v1:0 \\",
        "    --content-type application/json \\",
        "    --accept=--x \\",
        "    --body fileb:///dev/stdin \\",
        "    --region us-west-2 \\",
        "    --no-verify-ssl \\",
        "    answer.json <<'REQUEST'",
        "{",
        '  "prompt": "…"',
        "}",
        "REQUEST",
    ]
    large = an_inference(model_input=["REQUEST\n" * 30_000])
    assert read_back(write(large, Kind.AWS_CLI, Context())) == large


@pytest.mark.parametrize(
    "value", ["file://x", "fileb://x", "https://x", "\0", "\ud800", "x" * 10**6]
)
def test_what_no_option_of_the_aws_cli_can_say_is_no_command(value: str) -> None:
    text = write(an_inference(accept=value, trace=value), Kind.AWS_CLI, Context())

    assert text == "# no option of the AWS CLI takes this accept or trace as it is: use boto3"
    assert not isinstance(paste.read(text), Pasted)


def test_a_body_is_readable_json_where_javascript_writes_the_same() -> None:
    text = write(an_inference(model_input={"a": [1, 2.5]}), Kind.JAVASCRIPT, Context())

    assert "    body: JSON.stringify({\n      a: [1, 2.5],\n    }),\n" in text


@pytest.mark.parametrize("number", [2**53, -(2**60), 1.0, -0.0, 1e300])
def test_numbers_that_javascript_would_write_anew_stay_in_a_string(number: float) -> None:
    text = write(an_inference(model_input={"a": [{"b": number}]}), Kind.JAVASCRIPT, Context())

    assert 'body: "{' in text
    assert str(number) in text


@pytest.mark.parametrize("kind", [Kind.BOTO3, Kind.JAVASCRIPT])
def test_the_answer_is_printed_as_text(kind: Kind) -> None:
    printed = write(an_inference(), kind, Context()).splitlines()[-1]

    assert "read().decode()" in printed or "TextDecoder" in printed


def test_a_document_of_members_has_the_body_as_the_sdks_take_it() -> None:
    text = write(an_inference(), Kind.CLI_INPUT_JSON, Context())

    assert json.loads(text) == {"body": '{"prompt":"…"}', "modelId": "amazon.nova-pro-v1:0"}


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


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_skeleton_is_what_botocore_makes_but_for_its_choice_of_enums(
    operation: Operation,
) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)
    made = ArgumentGenerator().generate_skeleton(model.input_shape)
    assert model.input_shape
    chosen = {
        name: "" for name, shape in model.input_shape.members.items() if shape.metadata.get("enum")
    }

    assert skeleton(operation) == json.dumps({**made, **chosen}, indent=4)


def test_a_skeleton_with_a_body_reads_as_a_request_without_one() -> None:
    pasted = paste.read(skeleton(INVOKE_MODEL))

    assert isinstance(pasted, Pasted)
    assert pasted.operation is INVOKE_MODEL
    assert pasted.members == dict.fromkeys(INVOKE_MODEL.members.keys() - {"body"}, "")


def test_a_document_keeps_the_order_of_its_names() -> None:
    model_input = json.loads('{"b": 1, "a": {"z": 1.0, "y": -0.0}}')

    text = write(a_request(model_input=model_input), Kind.CLI_INPUT_JSON, Context())

    assert str(parse(text)).startswith("{'clientRequestToken'")
    assert read_back(text).model_input == model_input
