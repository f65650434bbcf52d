from __future__ import annotations

import pytest
from botocore.session import get_session

from tui.model.operation import OPERATIONS, Operation


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_members_are_those_of_the_service_model(operation: Operation) -> None:
    model = get_session().get_service_model(operation.service).operation_model(operation.name)

    assert model.input_shape
    assert model.output_shape
    assert list(operation.members) == list(model.input_shape.members)
    assert operation.result in model.output_shape.members


def test_each_tool_has_its_own_name_for_it() -> None:
    (start,) = OPERATIONS

    assert (start.command, start.method) == ("start-async-invoke", "start_async_invoke")
    assert start.javascript_command == "StartAsyncInvokeCommand"
    assert start.javascript_client == "BedrockRuntimeClient"
    assert start.javascript_package == "@aws-sdk/client-bedrock-runtime"


def test_null_leaves_a_member_out_but_not_a_document() -> None:
    (start,) = OPERATIONS

    checked = start.checked({"tags": None, "modelInput": None, "modelId": "x"})

    assert list(checked.items()) == [("modelId", "x"), ("modelInput", None)]


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
        OPERATIONS[0].checked(members)
