from __future__ import annotations

import base64

import pytest
from botocore import xform_name
from botocore.session import get_session
from hypothesis import given

from tests.model.requests import documents
from tui.model.document import compact, pretty
from tui.model.operation import (
    INVOKE_ENDPOINT_ASYNC,
    INVOKE_MODEL,
    OPERATIONS,
    QUESTIONS,
    START_ASYNC_INVOKE,
    Operation,
    dashed,
    document_of,
)

EMPTY = {"string": "", "timestamp": "", "integer": 0}
every_operation = pytest.mark.parametrize(
    "operation", [*OPERATIONS, *QUESTIONS], ids=lambda operation: operation.name
)


@every_operation
def test_the_members_are_those_of_the_service_model(operation: Operation) -> None:
    service = get_session().get_service_model(operation.service)
    model = service.operation_model(operation.name)

    assert service.service_id == operation.service_id
    assert model.input_shape
    assert model.output_shape
    assert list(operation.members) == list(model.input_shape.members)
    assert not operation.target or operation.target in model.input_shape.members
    assert operation.result in model.output_shape.members
    assert operation.is_streamed == (
        model.output_shape.members[operation.result].type_name == "blob"
    )


@every_operation
def test_texts_and_numbers_are_those_of_the_service_model(operation: Operation) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)

    assert model.input_shape
    shapes = model.input_shape.members
    expected = {
        n: EMPTY[shape.type_name] for n, shape in shapes.items() if shape.type_name in EMPTY
    }
    assert {n: v for n, v in operation.members.items() if isinstance(v, (str, int))} == expected


@every_operation
def test_the_options_are_those_of_the_aws_cli(operation: Operation) -> None:
    assert operation.command == xform_name(operation.name, "-")
    assert [dashed(n) for n in operation.members] == [xform_name(n, "-") for n in operation.members]


def test_each_tool_has_its_own_name_for_it() -> None:
    start = START_ASYNC_INVOKE

    assert (start.command, start.method) == ("start-async-invoke", "start_async_invoke")
    assert start.javascript_command == "StartAsyncInvokeCommand"
    assert start.javascript_client == "BedrockRuntimeClient"
    assert start.javascript_package == "@aws-sdk/client-bedrock-runtime"
    assert INVOKE_ENDPOINT_ASYNC.javascript_client == "SageMakerRuntimeClient"
    assert INVOKE_ENDPOINT_ASYNC.javascript_package == "@aws-sdk/client-sagemaker-runtime"


def test_null_leaves_a_member_out_but_not_a_document() -> None:
    checked = START_ASYNC_INVOKE.checked({"tags": None, "modelInput": None, "modelId": "x"})

    assert list(checked.items()) == [("modelId", "x"), ("modelInput", None)]
    assert INVOKE_MODEL.checked({"accept": None, "body": None}) == {"body": None}


@every_operation
def test_the_body_is_bytes_and_the_document_is_what_a_model_reads(operation: Operation) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)

    assert model.input_shape
    shapes = model.input_shape.members
    bodies = [name for name, shape in shapes.items() if shape.type_name == "blob"]
    documents = [n for n, shape in shapes.items() if getattr(shape, "is_document_type", False)]
    assert operation.body == "".join(bodies)
    assert operation.document == ("".join(documents) or operation.body * operation.has_json_body)
    assert operation.has_json_body == (operation is INVOKE_MODEL)


@given(documents)
def test_a_body_is_json_or_json_in_base64(value: object) -> None:
    encoded = base64.encodebytes(pretty(value).encode()).decode()

    assert repr(document_of(compact(value))) == repr(value)
    assert repr(document_of(encoded)) == repr(value)


@pytest.mark.parametrize("body", [None, ""])
def test_a_body_that_is_empty_as_in_a_skeleton_is_none(body: object) -> None:
    assert INVOKE_MODEL.with_document({"body": body, "modelId": "x"}) == {"modelId": "x"}


def test_only_bytes_have_a_document_in_a_text() -> None:
    text = '{"prompt": "x"}'

    assert INVOKE_MODEL.with_document({"body": text}) == {"body": {"prompt": "x"}}
    assert INVOKE_MODEL.with_document({"body": {"prompt": "x"}}) == {"body": {"prompt": "x"}}
    assert START_ASYNC_INVOKE.with_document({"modelInput": text}) == {"modelInput": text}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("hello", "body: line 1, column 1: expecting value"),
        ('{"a": 1,}', "body: line 1, column .: the comma"),
        (base64.b64encode(b'{"a":}').decode(), "body: in base64: line 1, column 6"),
        (base64.b64encode(b"\xff\xfe").decode(), "body: line 1"),
    ],
)
def test_a_body_that_is_no_document_is_said(body: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        INVOKE_MODEL.with_document({"body": body})


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ({"Body": "é"}, {"Body": "é"}),
        ({"Body": b'{"a": 1}'}, {"Body": '{"a": 1}'}),
        ({"Body": b"\xff"}, {"Body": b"\xff"}),
        ({"Body": None, "RequestTTLSeconds": None}, {}),
        ({"RequestTTLSeconds": 600}, {"RequestTTLSeconds": 600}),
    ],
)
def test_bytes_are_text_where_they_say_one(
    given: dict[str, object], checked: dict[str, object]
) -> None:
    assert INVOKE_ENDPOINT_ASYNC.checked(given) == checked
    assert INVOKE_ENDPOINT_ASYNC.with_document(given) == given


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"RequestTTLSeconds": "600"}, 'RequestTTLSeconds: wants a whole number, not "600"'),
        ({"RequestTTLSeconds": 600.5}, "RequestTTLSeconds: wants a whole number, not 600.5"),
        ({"RequestTTLSeconds": True}, "RequestTTLSeconds: wants a whole number, not true"),
        ({"EndpointName": b"\xff"}, r"EndpointName: wants a string, not b'\\xff'"),
        ({"Body": {"inputs": "x"}}, r'Body: wants a string or bytes, not {"inputs":"x"}'),
        ({"TargetModel": "x"}, "TargetModel: InvokeEndpointAsync has no such member"),
    ],
)
def test_a_wrong_member_for_an_endpoint_is_named(members: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        INVOKE_ENDPOINT_ASYNC.checked(members)


@pytest.mark.parametrize("model_input", [b"\xff", {"image": b"\xff"}])
def test_bytes_are_no_document(model_input: object) -> None:
    with pytest.raises(ValueError, match="modelInput: holds bytes"):
        START_ASYNC_INVOKE.checked({"modelInput": model_input})


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"modelName": "x"}, "modelName: StartAsyncInvoke has no such member"),
        ({"modelId": ["x"]}, r'modelId: wants a string, not \["x"\]'),
        ({"outputDataConfig": "s3://b"}, "outputDataConfig: wants an object"),
        ({"outputDataConfig": {"s3OutputDataConfig": {"s3": ""}}}, "s3: s3OutputDataConfig has no"),
        ({"tags": [{"key": 1}]}, "key: wants a string"),
        ({"tags": ["team=media"]}, "tags: wants an object of key, value"),
    ],
)
def test_a_wrong_member_is_named(members: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        START_ASYNC_INVOKE.checked(members)
