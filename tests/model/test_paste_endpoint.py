"""Requests to a SageMaker endpoint, as they are pasted."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.pasted import AS_PUBLISHED, ENDPOINT, INFERRED, fault, members, understood
from tui.model.operation import INVOKE_ENDPOINT_ASYNC, START_ASYNC_INVOKE, text_or_bytes
from tui.model.paste import read, with_file
from tui.model.reading import FileReference

BODY = '{"inputs": "a tide pool"}'
ENCODED = base64.b64encode(BODY.encode()).decode()
SENT = {"EndpointName": "sharpen", "Body": BODY}


@pytest.mark.parametrize(
    "text",
    [
        """aws sagemaker-runtime invoke-endpoint-async --endpoint-name sharpen \\
             --input-location s3://media/in/x.csv \\
             --content-type "text/csv" --request-ttl-seconds 600 --region us-west-2""",
        """$ AWS_PROFILE=prod aws sagemaker-runtime invoke-endpoint-async \\\r
             --endpoint-name=sharpen --input-location='s3://media/in/x.csv' \\\r
             --content-type=text/csv --request-ttl-seconds=600\r\n""",
        f"{ENDPOINT} --cli-input-json '{json.dumps(INFERRED)}'",
        f"{ENDPOINT} --cli-input-json '{json.dumps({**INFERRED, 'EndpointName': 'x'})}' \\"
        "\n --endpoint-name sharpen",
        f"{ENDPOINT} --cli-input-yaml 'EndpointName: sharpen\nRequestTTLSeconds: 600\n"
        "ContentType: text/csv\nInputLocation: s3://media/in/x.csv'",
        json.dumps(INFERRED),
        "EndpointName: sharpen\nRequestTTLSeconds: 600\nContentType: text/csv\n"
        'InputLocation: "s3://media/in/x.csv"',
        """import boto3
response = boto3.client("sagemaker-runtime").invoke_endpoint_async(
    EndpointName="sharpen", InputLocation='s3://media/' "in/x.csv",
    ContentType="text/csv",
    RequestTTLSeconds=600,
)""",
        f"kwargs = {INFERRED!r}",
        """await client.send(new InvokeEndpointAsyncCommand({
             EndpointName: "sharpen", InputLocation: `s3://media/in/x.csv`,
             ContentType: 'text/csv', RequestTTLSeconds: 600,
           }));""",
        """sagemaker.invokeEndpointAsync({EndpointName: "sharpen", "ContentType": "text/csv",
             InputLocation: "s3://media/in/x.csv", RequestTTLSeconds: 600 })""",
    ],
)
def test_the_same_request_is_read_from_any_syntax(text: str) -> None:
    pasted = understood(read(text))

    assert pasted.operation is INVOKE_ENDPOINT_ASYNC
    assert pasted.members == INFERRED


@pytest.mark.parametrize(
    "text",
    [
        f"{ENDPOINT} --endpoint-name sharpen --body '{BODY}'",
        f"{ENDPOINT} --endpoint-name sharpen --body '{BODY}' --cli-binary-format raw-in-base64-out",
        f"{ENDPOINT} --endpoint-name sharpen --body {ENCODED}",
        f"printf %s '{BODY}' | {ENDPOINT} --endpoint-name sharpen --body fileb:///dev/stdin",
        f"$ echo -n '{BODY}' | \\\n {ENDPOINT} --endpoint-name sharpen --body file:///dev/stdin",
        f"{ENDPOINT} --cli-input-json '{json.dumps(SENT)}'",
        f"{ENDPOINT} --cli-input-json '{json.dumps({**SENT, 'Body': ENCODED})}'",
        f"{ENDPOINT} --cli-input-json file:///dev/stdin <<'EOF'\n{json.dumps(SENT)}\nEOF",
        json.dumps(SENT),
        f"EndpointName: sharpen\nBody: '{BODY}'",
        """c.invoke_endpoint_async(EndpointName="sharpen",
               Body=json.dumps({"inputs": "a tide pool"}))""",
        """c.invoke_endpoint_async(EndpointName="sharpen",
               Body=json.dumps({"inputs": "a tide pool"}).encode("utf-8"))""",
        f"c.invoke_endpoint_async(EndpointName='sharpen', Body=b'{BODY}')",
        f"c.invoke_endpoint_async(EndpointName='sharpen', Body=bytes('{BODY}', 'utf-8'))",
        f"new InvokeEndpointAsyncCommand({{ EndpointName: 'sharpen', Body: '{BODY}' }})",
        f"new InvokeEndpointAsyncCommand({{ EndpointName: 'sharpen', Body: "
        f"new TextEncoder().encode('{BODY}') }})",
        f"const input = {{ EndpointName: 'sharpen', Body: Buffer.from('{ENCODED}', 'base64') }};",
        f"c.invokeEndpointAsync({{ EndpointName: 'sharpen', Body: "
        f"new Uint8Array({[*BODY.encode()]}) }})",
    ],
)
def test_a_body_is_read_byte_by_byte(text: str) -> None:
    assert members(text) == SENT


def test_json_that_javascript_makes_is_a_body_without_spaces() -> None:
    text = "new InvokeEndpointAsyncCommand({ Body: JSON.stringify({ inputs: 'x' }) })"

    assert members(text) == {"Body": '{"inputs":"x"}'}


@given(st.binary())
def test_any_bytes_are_a_body(content: bytes) -> None:
    encoded = base64.b64encode(content).decode()
    texts = [
        f"{ENDPOINT} --body '{encoded}'",
        f"{ENDPOINT} --cli-input-json '{json.dumps({'Body': encoded})}'",
        f"c.invoke_endpoint_async(Body={content!r})",
        f"new InvokeEndpointAsyncCommand({{ Body: Buffer.from('{encoded}', 'base64') }})",
        f"new InvokeEndpointAsyncCommand({{ Body: new Uint8Array({[*content]}) }})",
    ]

    assert [members(text) for text in texts] == [{"Body": text_or_bytes(content)}] * 5


def test_base64_is_read_as_the_aws_cli_of_today_does_and_that_is_noted() -> None:
    read_as_bytes = understood(read(f"{ENDPOINT} --body dGVzdA=="))
    as_it_stands = understood(read(f"{ENDPOINT} --body dGVzdA== --cli-binary-format={RAW}"))
    of_boto3 = understood(read('{"EndpointName": "x", "Body": "dGVzdA=="}'))

    assert read_as_bytes.members == {"Body": "test"}
    assert "Body is read as base64" in "".join(read_as_bytes.notes)
    assert as_it_stands.members == {"Body": "dGVzdA=="}
    assert of_boto3.members == {"EndpointName": "x", "Body": "dGVzdA=="}


RAW = "raw-in-base64-out"


def test_a_here_document_ends_in_a_line_end() -> None:
    text = f"{ENDPOINT} --body fileb:///dev/stdin <<'EOF'\n1,2\n3,4\nEOF"

    assert members(text) == {"Body": "1,2\n3,4\n"}


@pytest.mark.parametrize(
    ("option", "content", "body"),
    [
        ("--body fileb://x", b"\xff\xfe", b"\xff\xfe"),
        ("--body fileb://x", b"\xef\xbb\xbf1,2\r\n", "\ufeff1,2\r\n"),
        ("--body fileb://x", b"dGVzdA==", "dGVzdA=="),
        ("--body file://x", b"dGVzdA==\n", "test"),
        ("--body file://x", b"1,2\n", "1,2\n"),
        (f"--body file://x --cli-binary-format {RAW}", b"dGVzdA==", "dGVzdA=="),
        ("--cli-input-json file://x", b'{"Body": "dGVzdA=="}', "test"),
        ("--cli-input-json fileb://x", b'{"Body": "dGVzdA=="}', "test"),
        ("--cli-input-json file://x", b'{"Body": "1,2"}', "1,2"),
        ("--cli-input-yaml file://x", b"Body: dGVzdA==", "test"),
        (f"--cli-input-json file://x --cli-binary-format {RAW}", b'{"Body": "test"}', "test"),
    ],
)
def test_a_file_is_read_as_the_aws_cli_does(option: str, content: bytes, body: str | bytes) -> None:
    pasted = understood(read(f"{ENDPOINT} {option}"))

    assert understood(with_file(pasted, pasted.files[0], content)).members == {"Body": body}


def test_a_file_that_is_no_text_is_said_where_text_is_wanted() -> None:
    pasted = understood(read(f"{ENDPOINT} --endpoint-name file://name"))

    found = with_file(pasted, FileReference("--endpoint-name", "name"), b"\xff")

    assert "--endpoint-name: name: it cannot be read" in str(found)


def test_an_object_without_a_target_is_a_request_only_by_its_input_location() -> None:
    location = {"InputLocation": "s3://media/in/x.csv"}

    assert understood(read(json.dumps(location))).operation is INVOKE_ENDPOINT_ASYNC
    assert understood(read('{"Body": "x"}')).operation is START_ASYNC_INVOKE


@pytest.mark.parametrize("published", AS_PUBLISHED)
def test_a_published_request_is_one(published: str) -> None:
    pasted = understood(read(json.dumps(AS_PUBLISHED[published], indent=2)))

    assert pasted.operation is INVOKE_ENDPOINT_ASYNC
    assert pasted.members == AS_PUBLISHED[published]
    assert not pasted.notes


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        (f"{ENDPOINT} --request-ttl-seconds ten", "wants a whole number, not ten", (1, 46)),
        (f"{ENDPOINT} --target-model x", "no option --target-model", (1, 46)),
        (f"{ENDPOINT} out.json --endpoint-name x", "out.json belongs to no option", (1, 46)),
        (f"{ENDPOINT} --body fileb:///dev/stdin", "through the pipe", (1, 46)),
        (f"cat x | {ENDPOINT} --body fileb:///dev/stdin", "only what printf", (1, 1)),
        (f"echo x > y; {ENDPOINT}", "no pipe leads from here", (1, 1)),
        (f"printf '%d' 5 | {ENDPOINT} --body fileb:///dev/stdin", "%d in a format", (1, 8)),
        (f"printf 'x | {ENDPOINT}", "not closed", (1, 8)),
        (
            "aws sagemaker-runtime invoke-endpoint --endpoint-name x out.json",
            "sagemaker-runtime invoke-endpoint-async",
            (1, 1),
        ),
        ('{"EndpointName": "x", "RequestTTLSeconds": "600"}', "whole number", (1, 1)),
        ('{"EndpointName": "x", "Body": {"a": 1}}', "Body: wants a string", (1, 1)),
        ('{"EndpointName": "x", "TargetModel": "y"}', "TargetModel: InvokeEndpointAsync", (1, 1)),
        ('{"EndpointName": "x", "modelId": "y"}', "has no such member", (1, 1)),
        ("EndpointName: x\nRequestTTLSeconds: ten", 'whole number, not "ten"', (1, 1)),
        ("c.invoke_endpoint(EndpointName='x')", "invoke_endpoint is not read", (1, 3)),
        ("new InvokeEndpointCommand({})", "InvokeEndpoint is not read", (1, 5)),
        ("c.invokeEndpointWithResponseStream({})", "Stream is not read", (1, 3)),
        ("c.invoke_endpoint_async(EndpointName=name)", "value of name", (1, 38)),
        ("c.invoke_endpoint_async(Body=open('x', 'rb'))", "value of open", (1, 30)),
        ("c.invoke_endpoint_async(Endpoint='x')", "Endpoint: InvokeEndpointAsync has", (1, 3)),
        ("c.start_async_invoke(modelInput=b'\\xff')", "modelInput: holds bytes", (1, 3)),
        ("c.invoke_model(body=b'\\xff')", "body: holds bytes", (1, 3)),
        ("x = {'image': b'\\xff'}", "modelInput: holds bytes", (1, 5)),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(
    text: str, words: str, place: tuple[int, int]
) -> None:
    found = fault(text)

    assert words in found.message
    assert (found.line, found.column) == place
