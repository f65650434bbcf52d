from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TOKEN, a_request, an_inference
from tests.model.requests import inferences, targets, texts, trimmed
from tui.engine import submission
from tui.model import body, form
from tui.model.fault import Fault
from tui.model.form import MODEL_INPUT, OPERATION
from tui.model.request import InvokeEndpointAsync, InvokeModel, Request, StartAsyncInvoke
from tui.model.summary import summary

FIELDS = form.fields_of(a_request())

inputs = st.one_of(
    st.fixed_dictionaries({"input_location": trimmed.filter(bool)}),
    st.fixed_dictionaries(
        {"model_input": texts.filter(lambda text: text and body.editable(text)).map(str.encode)}
    ),
)
endpoint_requests = st.builds(
    lambda options, given: InvokeEndpointAsync(**options, **given),
    st.fixed_dictionaries(
        {
            "model_id": targets,
            "client_request_token": trimmed.filter(bool),
            **dict.fromkeys(InvokeEndpointAsync.NUMBERS.values(), st.integers(0, 10**9 - 1)),
            **{
                name: trimmed
                for name in InvokeEndpointAsync.OPTIONS.values()
                if name != "input_location"
            },
        }
    ),
    inputs,
)
"""Requests to endpoints with one input, as an editor can hold it."""


def test_placeholders_are_filled_into_the_request() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{user}/"}, TOKEN, {"user": "ann"})

    assert isinstance(typed.request, StartAsyncInvoke)
    assert typed.request.s3_uri == "s3://media/ann/"


def test_an_unknown_placeholder_is_a_fault_of_its_field() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{usr}/"}, TOKEN, {"user": "ann"})

    assert typed.request is None
    assert "{usr}" in typed.faults["s3_uri"]


@pytest.mark.parametrize("of", [a_request(), an_inference()])
def test_an_object_is_no_model_and_no_endpoint_and_the_rest_is_judged_all_the_same(
    of: Request,
) -> None:
    fields = form.fields_of(of)
    target = form.target_field(fields[OPERATION])
    typed = form.read({**fields, target: '{"prompt": "fog"}'}, TOKEN)

    assert typed.request is None
    assert typed.faults.keys() == {target}
    assert "no JSON: that goes into the" in typed.faults[target]
    assert typed.probe.model_id == "any"


def test_braces_of_a_request_come_back_as_they_were() -> None:
    request = a_request(s3_uri="s3://media/{date}/{{x}/")

    assert form.read(form.fields_of(request), "other").request == request


def test_braces_of_a_pasted_uri_are_no_placeholders() -> None:
    members = {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/{date}/"}}}

    typed = form.read(
        {**FIELDS, **form.fields_from(form.ASYNC, members)}, TOKEN, {"date": "2026-03-01"}
    )

    assert isinstance(typed.probe, StartAsyncInvoke)
    assert typed.probe.s3_uri == "s3://media/{date}/"


def test_members_are_as_they_are_typed_and_only_those_that_are() -> None:
    fields = {
        "model_id": " luma.ray-v2:0 ",
        "model_input": '{"prompt": "x"}',
        "s3_uri": "s3://media/{date}/",
        "tags": "team=media",
        "kms_key_id": "",
    }

    assert form.members_of(fields) == {
        "modelId": "luma.ray-v2:0",
        "modelInput": {"prompt": "x"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/{date}/"}},
        "tags": [{"key": "team", "value": "media"}],
    }
    assert form.members_of({"model_input": "1"}) == {"modelInput": 1}


@pytest.mark.parametrize("fields", [{"model_input": "{"}, {"model_input": "1", "tags": "x"}])
def test_what_cannot_be_read_has_no_members(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"line 1|key=value"):
        form.members_of(fields)


def test_a_summary_says_what_goes_where_and_leaves_out_what_is_empty() -> None:
    request = a_request(model_input={"image": "fileb://cat.png"}, bucket_owner="123456789012")

    text = summary(request, {"where": "prod · us-west-2", "account": "1"}, attached=5000)

    assert text.splitlines() == [
        "where    prod · us-west-2",
        "account  1",
        "output   s3://media/ray/",
        "input    5.0 kB as sent, with cat.png",
        "owner    123456789012",
    ]


def test_a_fault_inside_the_input_is_told_with_its_place() -> None:
    inside = Fault(("prompt",), "minLength", "not empty")
    beside = Fault(("outputDataConfig", "s3OutputDataConfig", "s3Uri"), "pattern", "a URI", "x")

    told = form.by_field([inside, beside])

    assert told == {MODEL_INPUT: "prompt: not empty", "s3_uri": "a URI, not x"}


def test_metadata_of_several_lines_goes_on_one() -> None:
    typed = {OPERATION: "InvokeModel", MODEL_INPUT: "{}", "model_id": "a.b"}

    found = form.read({**typed, "request_metadata": '{\n "team": "media"\n}'}, TOKEN)

    assert isinstance(found.request, InvokeModel)
    assert found.request.request_metadata == '{"team":"media"}'


fields = st.fixed_dictionaries(
    {OPERATION: st.sampled_from([*form.OPERATIONS, "Converse"]), MODEL_INPUT: texts},
    optional=dict.fromkeys(form.LINES, texts),
)


@given(fields)
async def test_any_text_in_any_field_is_a_request_or_a_fault(typed: dict[str, str]) -> None:
    found = form.read(typed, TOKEN, {"user": "ann"})

    assert (found.request is None) == bool(found.faults)
    verdict = await submission.check(found.probe)
    told = form.by_field([*verdict.faults, *verdict.warnings])
    assert set(told) <= {*form.lines(form.operation_of(typed)), MODEL_INPUT}
    assert all(told.values())


@given(inferences)
def test_an_invoke_model_request_comes_out_of_its_fields_as_it_went_in(
    request: InvokeModel,
) -> None:
    typed = form.fields_of(request)

    assert typed[OPERATION] == "InvokeModel"
    assert form.read(typed, request.client_request_token).request == request
    assert InvokeModel.of(form.members_of(typed)).arguments() == request.arguments()


@pytest.mark.parametrize("metadata", ["team", '["a"]', '{"a": 1}', '{"a"', "1"])
async def test_metadata_is_an_object_of_texts(metadata: str) -> None:
    typed = {OPERATION: "InvokeModel", MODEL_INPUT: "{}", "model_id": "a.b"}
    found = form.read({**typed, "request_metadata": metadata}, TOKEN)

    verdict = await submission.check(found.probe)
    assert "object of texts" in form.by_field(verdict.faults)["request_metadata"]
    right = form.read({**typed, "request_metadata": '{"team": "media"}'}, TOKEN)
    assert (await submission.check(right.probe)).faults == ()


def test_a_whole_request_leaves_nothing_of_another_but_the_output() -> None:
    stood = {name: f"old {name}" for name in (*form.LINES, MODEL_INPUT)}
    opened = {OPERATION: form.ASYNC, "model_id": "new", MODEL_INPUT: "{}"}

    typed = form.with_opened(stood, opened, is_whole=True)
    assert {name: typed[name] for name in form.lines(form.ASYNC)} == {
        "model_id": "new",
        "s3_uri": "old s3_uri",
        "kms_key_id": "",
        "bucket_owner": "",
        "tags": "",
        "token": "",
    }
    assert form.with_opened(stood, {"model_id": "new"}, is_whole=True)[MODEL_INPUT] == ""
    template = form.with_opened(stood, opened, is_whole=False)
    assert (template["tags"], template["token"]) == ("old tags", "")
    bare = form.with_opened(stood, {MODEL_INPUT: "{}"}, is_whole=True)
    assert bare["model_id"] == "old model_id"


@given(endpoint_requests)
def test_an_inference_comes_out_of_its_fields_as_it_went_in(request: InvokeEndpointAsync) -> None:
    typed = form.fields_of(request)

    assert typed[OPERATION] == form.AT_ENDPOINT
    assert typed["upload_to"] == ""
    assert form.read(typed, request.client_request_token).request == request
    assert InvokeEndpointAsync.of(form.members_of(typed)) == request


AN_INFERENCE = form.fields_of(an_inference())


def test_an_endpoint_s_folder_is_filled_in_and_is_no_member() -> None:
    fields = {**AN_INFERENCE, "upload_to": "s3://media/{model}/"}

    typed = form.read(fields, TOKEN, {"model": "sandbox-echo"})

    assert typed.request == an_inference()
    assert typed.upload_to == "s3://media/sandbox-echo/"
    assert InvokeEndpointAsync.of(form.members_of(fields)) == an_inference()


def test_a_file_here_stands_in_the_request_as_it_is_typed() -> None:
    typed = form.read({**AN_INFERENCE, "input_location": "./x.csv"}, TOKEN)

    assert isinstance(typed.request, InvokeEndpointAsync)
    assert typed.request.input_location == "./x.csv"


@pytest.mark.parametrize(
    "text", ["./x.csv", "../x", "~/x", "/x", "x.csv", "file://x", "fileb:///x", " /x ", "s3:/b/k"]
)
def test_a_name_is_a_file_s(text: str) -> None:
    assert form.is_local(text)


@pytest.mark.parametrize("text", ["", " ", "s3://b/k", "https://host/x", "HTTP://x", " s3://b/k"])
def test_a_location_is_none(text: str) -> None:
    assert not form.is_local(text)


@pytest.mark.parametrize("upload_to", ["nowhere", "s3://media/{whatever}/"])
def test_a_wrong_folder_matters_where_something_is_uploaded(upload_to: str) -> None:
    stood = {**AN_INFERENCE, "upload_to": upload_to}

    assert form.read({**stood, "input_location": "s3://b/k"}, TOKEN).faults == {}
    assert form.read({**stood, "input_location": "./x"}, TOKEN).faults.keys() == {"upload_to"}
    typed = {**stood, "input_location": "", MODEL_INPUT: "a,b"}
    assert form.read(typed, TOKEN).faults.keys() == {"upload_to"}


@pytest.mark.parametrize("text", ["soon", "0", "-1", "1.5", "1_000", "٣", "9" * 5000])
def test_a_number_that_is_none_is_a_fault_of_its_field(text: str) -> None:
    fields = {**AN_INFERENCE, "request_ttl_seconds": text}

    assert "a whole number of seconds" in form.read(fields, TOKEN).faults["request_ttl_seconds"]
    with pytest.raises(ValueError, match="whole number"):
        form.members_of(fields)


def test_half_a_surrogate_pair_is_a_fault_of_the_body() -> None:
    fields = {**AN_INFERENCE, MODEL_INPUT: "\ud800", "input_location": ""}

    assert form.read(fields, TOKEN).faults.keys() == {MODEL_INPUT}


@pytest.mark.parametrize("body", [b"\xff", b"a\rb\n"])
def test_a_body_that_no_editor_gives_back_is_left_out_with_a_word(body: bytes) -> None:
    members = an_inference(model_input=body, input_location="").arguments()

    assert form.fields_from(form.AT_ENDPOINT, members)[MODEL_INPUT] == ""
    assert "cannot be edited here" in form.not_shown(form.AT_ENDPOINT, members)
    assert form.not_shown(form.AT_ENDPOINT, an_inference(model_input=b"a").arguments()) == ""


def test_what_is_opened_at_an_endpoint_leaves_no_other_input() -> None:
    stood = {**AN_INFERENCE, "upload_to": "s3://media/in/", "inference_id": "old"}

    body = form.with_opened(stood, {MODEL_INPUT: "a,b"}, is_whole=True)
    assert (body["input_location"], body["inference_id"]) == ("", "")
    assert body["upload_to"] == "s3://media/in/"
    opened = {OPERATION: form.AT_ENDPOINT, "endpoint_name": "e", "input_location": "s3://b/k"}
    whole = form.with_opened({**body}, opened, is_whole=True)
    assert (whole[MODEL_INPUT], whole["upload_to"]) == ("", "")
    bedrock = form.with_opened(
        {**FIELDS, "input_location": "s3://b/k"}, {MODEL_INPUT: "{}"}, is_whole=True
    )
    assert bedrock["input_location"] == "s3://b/k"


@pytest.mark.parametrize(
    ("changes", "local", "upload_to", "line"),
    [
        ({}, "", "s3://media/in/", "input    s3://media/in/x.json"),
        (
            {"input_location": "./x"},
            "4 B text",
            "",
            "input    ./x, 4 B text, sent with the request",
        ),
        ({"input_location": "./x"}, "4 B text", "s3://m/", "upload   first, below s3://m/"),
        ({"model_input": b"ab"}, "", "", "input    2 B as typed, sent with the request"),
        ({"request_ttl_seconds": 3600}, "", "", "TTL      3,600 s"),
    ],
)
def test_a_summary_says_how_an_endpoint_gets_its_input(
    changes: dict[str, object], local: str, upload_to: str, line: str
) -> None:
    request = an_inference(**changes)
    text = summary(request, {"where": "prod"}, local=local, upload_to=upload_to)

    assert line in text.splitlines()
    assert "output   where the endpoint writes" in text
    assert ("upload" in text) == line.startswith("upload")
