from __future__ import annotations

import base64

import pytest
from botocore.session import get_session
from hypothesis import given

from tests.model.requests import documents
from tui.model.document import compact, pretty
from tui.model.operation import INVOKE_MODEL, OPERATIONS, START_ASYNC_INVOKE, Operation, document_of


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_members_are_those_of_the_service_model(operation: Operation) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)

    assert model.input_shape
    assert model.output_shape
    assert list(operation.members) == list(model.input_shape.members)
    assert operation.result in model.output_shape.members


def test_each_tool_has_its_own_name_for_it() -> None:
    start = START_ASYNC_INVOKE

    assert (start.command, start.method) == ("start-async-invoke", "start_async_invoke")
    assert start.javascript_command == "StartAsyncInvokeCommand"
    assert start.javascript_client == "BedrockRuntimeClient"
    assert start.javascript_package == "@aws-sdk/client-bedrock-runtime"


def test_null_leaves_a_member_out_but_not_a_document() -> None:
    checked = START_ASYNC_INVOKE.checked({"tags": None, "modelInput": None, "modelId": "x"})

    assert list(checked.items()) == [("modelId", "x"), ("modelInput", None)]
    assert INVOKE_MODEL.checked({"accept": None, "body": None}) == {"body": None}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_document_is_what_the_model_reads(operation: Operation) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)

    assert model.input_shape
    shape = model.input_shape.members[operation.document]
    is_structure = shape.type_name == "structure" and getattr(shape, "is_document_type", False)
    assert (operation.has_body, is_structure) == (shape.type_name == "blob", not operation.has_body)


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
