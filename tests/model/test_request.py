from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import TOKEN, a_question, a_request
from tui.model.request import InvokeModel, StartAsyncInvoke, metadata_of
from tui.model.tag import Tag, parse_tags, tags_text

FULL = {
    "clientRequestToken": TOKEN,
    "modelId": "luma.ray-v2:0",
    "modelInput": {"prompt": "a tide pool", "loop": False},
    "outputDataConfig": {
        "s3OutputDataConfig": {
            "s3Uri": "s3://media/ray/",
            "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/x",
            "bucketOwner": "123456789012",
        }
    },
    "tags": [{"key": "team", "value": "media"}, {"key": "run", "value": ""}],
}


def with_s3(**changes: object) -> dict[str, object]:
    return {**FULL, "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/", **changes}}}


def test_a_request_says_the_members_that_it_was_made_of() -> None:
    assert StartAsyncInvoke.of(FULL).arguments() == FULL


def test_what_is_empty_is_left_out_of_the_arguments() -> None:
    assert a_request().arguments() == {
        "clientRequestToken": TOKEN,
        "modelId": "luma.ray-v2:0",
        "modelInput": {"prompt": "a tide pool"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/ray/"}},
    }


@pytest.mark.parametrize("model_input", [None, False, 0, [], {}, "text"])
def test_any_model_input_is_kept_even_an_empty_one(model_input: object) -> None:
    request = StartAsyncInvoke.of({**FULL, "modelInput": model_input})

    assert request.arguments()["modelInput"] == model_input


def test_null_means_that_an_optional_member_is_left_out() -> None:
    members = {**with_s3(kmsKeyId=None, bucketOwner=None), "clientRequestToken": None, "tags": None}

    request = StartAsyncInvoke.of(members)

    assert request.client_request_token == ""
    assert (request.kms_key_id, request.bucket_owner, request.tags) == ("", "", ())


def test_a_single_tag_may_stand_without_its_list() -> None:
    request = StartAsyncInvoke.of({**FULL, "tags": {"key": "team", "value": "media"}})

    assert request.tags == (Tag("team", "media"),)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({**FULL, "modelId": ""}, "modelId"),
        ({**FULL, "modelId": 5}, "modelId"),
        ({name: FULL[name] for name in FULL if name != "modelInput"}, "modelInput is required"),
        ({**FULL, "outputDataConfig": None}, "outputDataConfig"),
        ({**FULL, "outputDataConfig": {"s3OutputDataConfig": {}}}, "outputDataConfig"),
        ({**FULL, "outputDataConfig": {"s3OutputDataConfig": "s3://b/"}}, "output"),
        (
            {**FULL, "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/"}, "kms": 1}},
            "outputDataConfig: kms",
        ),
        (with_s3(kmsKey="x"), "s3OutputDataConfig: kmsKey"),
        (with_s3(bucketOwner=123456789012), "bucketOwner"),
        (with_s3(kmsKeyId=["x"]), "kmsKeyId"),
        ({**FULL, "clientRequestToken": 7}, "clientRequestToken"),
        ({**FULL, "modelName": "x", "seed": 1}, "modelName, seed"),
        ({**FULL, "tags": "team=media"}, "tags"),
        ({**FULL, "tags": {}}, "tags"),
        ({**FULL, "tags": [{"key": "team"}]}, "tags"),
        ({**FULL, "tags": [{"key": "run", "value": 42}]}, "tags"),
        ({**FULL, "tags": [{"key": "run", "value": None}]}, "tags"),
    ],
)
def test_a_wrong_member_is_named(members: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        StartAsyncInvoke.of(members)


def test_a_good_request_has_no_faults() -> None:
    assert a_request().faults() == []
    assert a_request(client_request_token="").faults() == []


@pytest.mark.parametrize("token", ["a_b", "-a", "a-", "ä", "a b", "a\n"])
def test_a_token_that_only_the_published_pattern_allows_is_a_fault(token: str) -> None:
    (fault,) = a_request(client_request_token=token).faults()

    assert fault.path == ("clientRequestToken",)


@pytest.mark.parametrize(
    "model_id",
    [
        "us.amazon.nova-reel-v1:1",
        "global.amazon.nova-reel-v1:1",
        "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.x",
        "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc",
    ],
)
def test_an_inference_profile_is_a_fault(model_id: str) -> None:
    (fault,) = a_request(model_id=model_id).faults()

    assert fault.path == ("modelId",)


def test_an_input_that_is_json_in_a_string_is_a_fault() -> None:
    (fault,) = a_request(model_input='{"prompt": "x"}').faults()

    assert fault.path == ("modelInput",)


@pytest.mark.parametrize("name", InvokeModel.OPTIONS)
@pytest.mark.parametrize("text", ["a\r\nX: 1", "a\tb", "a\x7f", "té", "日本"])
def test_what_cannot_go_into_a_header_is_a_fault(name: str, text: str) -> None:
    request = a_question(**{InvokeModel.OPTIONS[name]: text})

    assert (name, "pattern") in [(fault.path[0], fault.rule) for fault in request.faults()]
    assert a_question(accept="application/json; q=1").faults() == []


@pytest.mark.parametrize("text", [r'{"team": "caf\u00e9 \ud83c\udf0a"}', '{"team": "café 🌊"}'])
def test_metadata_of_any_letters_arrives_in_a_header(text: str) -> None:
    metadata = metadata_of(text)

    assert json.loads(metadata) == {"team": "café 🌊"}
    assert a_question(request_metadata=metadata).faults() == []


def test_metadata_goes_on_one_line_and_what_is_no_object_stays() -> None:
    assert metadata_of('{\n  "team": "media"\n}') == '{"team":"media"}'
    assert metadata_of("[1,\n2]") == "[1,\n2]"


tags = st.builds(Tag, st.text(min_size=1), st.text())
published = st.text("abcXYZ019 \t._:/=+@-")
service_tags = st.builds(Tag, published.filter(bool), published)


@given(st.lists(tags | service_tags, max_size=5))
def test_tags_read_back_as_they_were_written(given_tags: list[Tag]) -> None:
    assert parse_tags(tags_text(given_tags)) == tuple(given_tags)


def test_tags_are_typed_as_words() -> None:
    assert parse_tags("team=media 'note=a b=c'  empty=") == (
        Tag("team", "media"),
        Tag("note", "a b=c"),
        Tag("empty", ""),
    )
    assert parse_tags(" ") == ()


@pytest.mark.parametrize("text", ["team", "=media", "team=media x", "'team=media", "a\\"])
def test_a_word_that_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not key=value|quotation|escaped"):
        parse_tags(text)
