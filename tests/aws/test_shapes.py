from __future__ import annotations

from collections.abc import Mapping

import pytest

from tui.aws.shapes import check, constraint, error_status, members

S3 = "outputDataConfig.s3OutputDataConfig"


def start(**changes: object) -> dict[str, object]:
    return {
        "modelId": "luma.ray-v2:0",
        "modelInput": {"prompt": "x"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/out/"}},
        **changes,
    }


def wrong(operation: str, params: Mapping[str, object]) -> dict[str, str]:
    return {fault.where: fault.rule for fault in check(operation, params)}


def test_a_complete_request_has_no_faults() -> None:
    config = {
        "s3Uri": "s3://media",
        "kmsKeyId": "arn:aws:kms:us-west-2:123456789012:alias/videos",
        "bucketOwner": "123456789012",
    }
    request = start(
        clientRequestToken="a-1",
        outputDataConfig={"s3OutputDataConfig": config},
        tags=[{"key": "team", "value": "media"}],
    )
    assert check("StartAsyncInvoke", request) == []


@pytest.mark.parametrize("document", [{}, [], "text", 1.5, True, {"a": [None]}])
def test_a_document_may_be_any_json_value(document: object) -> None:
    assert check("StartAsyncInvoke", start(modelInput=document)) == []


def test_required_members_are_named() -> None:
    assert wrong("StartAsyncInvoke", {}) == {
        "modelId": "required",
        "modelInput": "required",
        "outputDataConfig": "required",
    }
    assert wrong("StartAsyncInvoke", start(outputDataConfig={})) == {"outputDataConfig": "required"}


def test_rules_apply_inside_structures_and_lists() -> None:
    config = {"s3Uri": "s3://Media", "kmsKeyId": "abcd", "bucketOwner": "12"}
    request = start(
        outputDataConfig={"s3OutputDataConfig": config},
        tags=[{"key": "ok", "value": ""}, {"key": "", "value": "a" * 257}, {"key": "é!"}],
    )
    assert wrong("StartAsyncInvoke", request) == {
        f"{S3}.s3Uri": "pattern",
        f"{S3}.kmsKeyId": "pattern",
        f"{S3}.bucketOwner": "pattern",
        "tags[1].key": "minLength",
        "tags[1].value": "maxLength",
        "tags[2].value": "required",
        "tags[2].key": "pattern",
    }


def test_a_pattern_must_match_all_of_the_text() -> None:
    config = {"s3Uri": "s3://media", "bucketOwner": "123456789012\n"}
    request = start(outputDataConfig={"s3OutputDataConfig": config})
    assert wrong("StartAsyncInvoke", request) == {f"{S3}.bucketOwner": "pattern"}


def test_known_patterns_are_explained_in_words() -> None:
    config = {"s3Uri": "media/out", "kmsKeyId": "abcd", "bucketOwner": "12"}
    faults = check("StartAsyncInvoke", start(outputDataConfig={"s3OutputDataConfig": config}))
    uri, key, owner = (fault.expected for fault in faults)
    assert "s3://bucket/prefix/" in uri
    assert "ARN" in key
    assert owner == "12 digits"


def test_lengths_say_what_is_allowed_and_what_was_found() -> None:
    (fault,) = check("StartAsyncInvoke", start(clientRequestToken="a" * 300))
    assert str(fault) == "clientRequestToken: at most 256 characters, not 300 characters"
    (fault,) = check("StartAsyncInvoke", start(tags=[{"key": "k", "value": "v"}] * 201))
    assert (fault.rule, fault.expected) == ("maxItems", "at most 200 items")


def test_numbers_enums_and_types_are_checked() -> None:
    assert wrong("ListAsyncInvokes", {"maxResults": 0}) == {"maxResults": "minimum"}
    assert wrong("ListAsyncInvokes", {"maxResults": 1001}) == {"maxResults": "maximum"}
    assert wrong("ListAsyncInvokes", {"maxResults": True}) == {"maxResults": "type"}
    assert wrong("ListAsyncInvokes", {"statusEquals": "Done"}) == {"statusEquals": "enum"}
    assert wrong("StartAsyncInvoke", start(tags={})) == {"tags": "type"}


def test_unknown_members_are_faults() -> None:
    assert wrong("StartAsyncInvoke", start(modelID="x")) == {"modelID": "rule"}


def test_other_services_are_checked_by_their_own_models() -> None:
    request = {"EndpointName": "my_endpoint", "RequestTTLSeconds": 59}
    faults = check("InvokeEndpointAsync", request, "sagemaker-runtime")
    assert {fault.where: fault.rule for fault in faults} == {
        "EndpointName": "pattern",
        "RequestTTLSeconds": "minimum",
    }


def test_constraints_are_found_by_path() -> None:
    key = constraint("StartAsyncInvoke", f"{S3}.kmsKeyId")
    assert not key.required
    assert (key.type, key.minimum, key.maximum) == ("string", 1, 2048)
    assert key.pattern is not None
    assert constraint("StartAsyncInvoke", "modelId").required
    assert constraint("StartAsyncInvoke", "tags.value").maximum == 256
    assert constraint("ListAsyncInvokes", "sortOrder").enum == ("Ascending", "Descending")


def test_what_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        constraint("StartAsyncInvoke", "modelId.name")
    with pytest.raises(KeyError):
        constraint("StartAsyncInvoke", "model")
    with pytest.raises(KeyError):
        check("StopAsyncInvoke", {})


def test_members_are_listed_with_dots() -> None:
    listed = members("StartAsyncInvoke")
    assert {"modelId", "modelInput", f"{S3}.s3Uri", "tags", "tags.key"} <= set(listed)


def test_errors_have_the_status_of_the_service_model() -> None:
    assert error_status("ThrottlingException") == 429
    assert error_status("ConflictException") == 400
