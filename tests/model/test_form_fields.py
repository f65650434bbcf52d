from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TOKEN, a_request
from tests.model.requests import inferences, texts
from tui.engine import submission
from tui.model import form
from tui.model.fault import Fault
from tui.model.form import MODEL_INPUT, OPERATION
from tui.model.request import InvokeModel, StartAsyncInvoke

FIELDS = form.fields_of(a_request())


def test_placeholders_are_filled_into_the_request() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{user}/"}, TOKEN, {"user": "ann"})

    assert isinstance(typed.request, StartAsyncInvoke)
    assert typed.request.s3_uri == "s3://media/ann/"


def test_an_unknown_placeholder_is_a_fault_of_its_field() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{usr}/"}, TOKEN, {"user": "ann"})

    assert typed.request is None
    assert "{usr}" in typed.faults["s3_uri"]


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

    text = form.summary(request, {"where": "prod · us-west-2", "account": "1"}, attached=5000)

    assert text.splitlines() == [
        "where    prod · us-west-2",
        "account  1",
        "output   s3://media/ray/",
        "input    5.0 kB, with cat.png",
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
