from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import TOKEN, an_inference
from tui.aws import shapes
from tui.model.request import InvokeEndpointAsync

FULL = {
    "EndpointName": "sharpen",
    "ContentType": "text/csv",
    "Accept": "application/json",
    "CustomAttributes": "trace=1",
    "InferenceId": TOKEN,
    "InputLocation": "s3://media/in/x.csv",
    "S3OutputPathExtension": "today/",
    "Filename": "x.out",
    "RequestTTLSeconds": 600,
    "InvocationTimeoutSeconds": 60,
}


def wrong(request: InvokeEndpointAsync) -> dict[str, str]:
    """What the request's own rules and the service model's say, by member."""
    published = shapes.check("InvokeEndpointAsync", request.wire())
    return {fault.where: fault.rule for fault in (*request.faults(), *published)}


def test_a_request_says_the_members_that_it_was_made_of() -> None:
    assert InvokeEndpointAsync.of(FULL).arguments() == FULL


def test_every_member_of_the_service_model_has_its_place() -> None:
    members = {*shapes.members("InvokeEndpointAsync")}

    assert members == {*FULL, "Body"}


def test_a_body_is_sent_as_it_is_and_said_as_text_where_it_is_one() -> None:
    text = InvokeEndpointAsync.of({"EndpointName": "e", "Body": '{"a": "é"}'})
    binary = replace(text, model_input=b"\xff\xd8\xff")

    assert text.wire()["Body"] == '{"a": "é"}'.encode()
    assert text.arguments()["Body"] == '{"a": "é"}'
    assert binary.wire()["Body"] == binary.arguments()["Body"] == b"\xff\xd8\xff"


def test_an_empty_body_is_not_the_same_as_none() -> None:
    assert InvokeEndpointAsync.of({"EndpointName": "e", "Body": ""}).wire()["Body"] == b""
    assert "Body" not in InvokeEndpointAsync.of({"EndpointName": "e"}).wire()


@given(st.binary(), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_body_survives_the_journal(body: bytes, attributes: str) -> None:
    request = an_inference(model_input=body, custom_attributes=attributes)

    read = msgspec.json.decode(msgspec.json.encode(request), type=InvokeEndpointAsync)

    assert read == request


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "EndpointName is required"),
        ({"EndpointName": 7}, "EndpointName: wants a string"),
        ({"EndpointName": "e", "Body": {"a": 1}}, "Body: wants a string"),
        ({"EndpointName": "e", "RequestTTLSeconds": "600"}, "RequestTTLSeconds: wants a whole"),
        ({"EndpointName": "e", "RequestTTLSeconds": 0}, "RequestTTLSeconds: wants a whole"),
        (
            {"EndpointName": "e", "InvocationTimeoutSeconds": True},
            "InvocationTimeoutSeconds: wants",
        ),
        ({"EndpointName": "e", "modelId": "x"}, "modelId: InvokeEndpointAsync has no such member"),
    ],
)
def test_what_is_no_request_is_refused_by_the_member_s_name(
    members: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        InvokeEndpointAsync.of(members)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, {}),
        ({"input_location": ""}, {"InputLocation": "required"}),
        ({"model_input": b"{}"}, {"InputLocation": "rule"}),
        ({"input_location": "", "model_input": b""}, {"InputLocation": "required"}),
        ({"input_location": "x.csv"}, {"InputLocation": "pattern"}),
        ({"input_location": "s3://media"}, {"InputLocation": "rule"}),
        ({"input_location": "s3://media/"}, {"InputLocation": "rule"}),
        ({"custom_attributes": "a\nb"}, {"CustomAttributes": "pattern"}),
        ({"custom_attributes": "ümlaut"}, {"CustomAttributes": "pattern"}),
        ({"custom_attributes": "a" * 1025}, {"CustomAttributes": "maxLength"}),
        ({"client_request_token": " x"}, {"InferenceId": "pattern"}),
        ({"client_request_token": "x" * 65}, {"InferenceId": "maxLength"}),
        ({"request_ttl_seconds": 59}, {"RequestTTLSeconds": "minimum"}),
        ({"request_ttl_seconds": 21_601}, {"RequestTTLSeconds": "maximum"}),
        ({"invocation_timeout_seconds": 3601}, {"InvocationTimeoutSeconds": "maximum"}),
        ({"filename": "a.b.c"}, {"Filename": "pattern"}),
        ({"s3_output_path_extension": "s3:x"}, {"S3OutputPathExtension": "pattern"}),
        ({"model_id": "my_endpoint"}, {"EndpointName": "pattern"}),
    ],
)
def test_what_the_service_refuses_is_a_fault_of_its_member(
    changes: dict[str, object], faults: dict[str, str]
) -> None:
    assert wrong(an_inference(**changes)) == faults


def test_a_body_is_bound_in_size() -> None:
    request = an_inference(input_location="", model_input=b"x" * 128_001)

    assert wrong(request) == {"Body": "maxLength"}


def test_a_request_s_time_is_up_after_its_wait_and_its_work() -> None:
    assert an_inference().deadline_seconds == 21_600 + 900
    short = an_inference(request_ttl_seconds=60, invocation_timeout_seconds=5)
    assert short.deadline_seconds == 65
