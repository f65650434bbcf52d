from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from tests.sandbox.conftest import Aws, Refused

ACCOUNT = "arn:aws:bedrock:us-west-2:123456789012"


def reel(**changes: object) -> dict[str, object]:
    params = {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": "x"}}
    return {"modelId": "amazon.nova-reel-v1:0", "modelInput": {**params, **changes}}


def test_a_job_runs_and_completes(aws: Aws) -> None:
    arn = aws.start("x", clientRequestToken="one-1")
    assert re.fullmatch(r"arn:aws:bedrock:us-west-2:123456789012:async-invoke/[a-z0-9]{12}", arn)
    running = aws.get(arn)
    assert running["status"] == "InProgress"
    assert running["clientRequestToken"] == "one-1"
    assert "endTime" not in running
    done = aws.finished(arn)
    assert done["status"] == "Completed"
    assert done["endTime"] - done["submitTime"] == timedelta(seconds=8)
    assert done["endTime"] == done["lastModifiedTime"]
    assert done["modelArn"] == "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0"


@pytest.mark.parametrize("uri", ["s3://media", "s3://media/", "s3://media/a/b", "s3://media/a/b/"])
def test_the_folder_that_comes_back_ends_in_the_id(aws: Aws, uri: str) -> None:
    arn = aws.start(outputDataConfig={"s3OutputDataConfig": {"s3Uri": uri}})
    folder = aws.get(arn)["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    assert folder == f"{uri.rstrip('/')}/{arn[-12:]}"


def test_key_and_owner_come_back_and_tags_are_listed(aws: Aws) -> None:
    key = "arn:aws:kms:us-west-2:123456789012:alias/videos"
    config = {"s3Uri": "s3://media/k", "kmsKeyId": key, "bucketOwner": "123456789012"}
    tags = [{"key": "team", "value": "media"}]
    arn = aws.start(outputDataConfig={"s3OutputDataConfig": config}, tags=tags)
    kept = aws.finished(arn)["outputDataConfig"]["s3OutputDataConfig"]
    assert (kept["kmsKeyId"], kept["bucketOwner"]) == (key, "123456789012")
    assert aws.client("bedrock").list_tags_for_resource(resourceARN=arn)["tags"] == tags
    head = aws.client("s3").head_object(Bucket="media", Key=f"k/{arn[-12:]}/output.mp4")
    assert head["ServerSideEncryption"] == "aws:kms"


def test_the_input_arrives_exactly(aws: Aws) -> None:
    document = {"prompt": 'ü "quoted" \u2028', "extra": [1, 2.5, None, True, 10**20]}
    aws.start(modelInput=document)
    assert aws.sandbox.requests[-1]["modelInput"] == document


def test_a_token_makes_a_request_idempotent(aws: Aws, refused: Refused) -> None:
    token = str(uuid.uuid4())
    first = aws.start("x", clientRequestToken=token)
    assert aws.start("x", clientRequestToken=token) == first
    code, status, _ = refused(clientRequestToken=token, modelInput={"prompt": "y"})
    assert (code, status) == ("ConflictException", 400)
    elsewhere = aws.client("bedrock-runtime", "eu-west-1").start_async_invoke(
        clientRequestToken=token,
        modelId="luma.ray-v2:0",
        modelInput={"prompt": "y"},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://media"}},
    )
    assert ":eu-west-1:" in elsewhere["invocationArn"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"modelId": "us.luma.ray-v2:0"}, "The provided model doesn't support async inference."),
        ({"modelId": "amazon.titan-embed-text-v2:0"}, "The provided model doesn't support async"),
        ({"modelId": "anthropic.claude-3-haiku-20240307-v1:0"}, "The provided model doesn't"),
        ({"modelId": "twelvelabs.pegasus-1-2-v1:0"}, "The provided model doesn't support async"),
        (
            {"modelId": f"{ACCOUNT}:inference-profile/us.luma.ray-v2:0"},
            "The provided model doesn't support async inference.",
        ),
        ({"modelId": "acme.dream-v1:0"}, "The provided request is not valid"),
        ({"modelInput": '{"prompt": "x"}'}, "The provided request is not valid"),
        (
            {"clientRequestToken": "a_b"},
            "1 validation error detected: Value 'a_b' at 'clientRequestToken' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9](-*[a-zA-Z0-9])*",
        ),
        (
            {"tags": [{"key": "é", "value": "ü"}]},
            "2 validation errors detected: Value 'é' at 'tags.1.member.key' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern:",
        ),
        (
            {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://Media"}}},
            "1 validation error detected: Value 's3://Media' at "
            "'outputDataConfig.s3OutputDataConfig.s3Uri' failed to satisfy constraint:",
        ),
        (
            {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://missing-bucket/x"}}},
            "The S3 bucket missing-bucket does not exist.",
        ),
        (
            reel(textToVideoParams={"text": "x" * 676}),
            "Malformed input request: #/textToVideoParams/text: expected maxLength: 512, "
            "actual: 676, please reformat your input and try again.",
        ),
        (
            reel(multiShotManualParams={}),
            'Malformed input request: #: subject must not be valid against schema {"anyOf": '
            '[{"required": ["textToVideoParams"]}',
        ),
        (
            reel(textToVideoParams={"text": "x", "images": [{"format": "jpg", "source": {}}]}),
            "Malformed input request: #: required key [s3Location] not found",
        ),
        (
            reel(videoGenerationConfig={"seed": -1}),
            "Malformed input request: #/videoGenerationConfig/seed: -1 is not greater or equal",
        ),
        (
            {"modelInput": {}},
            "Malformed input request: #: required key [prompt] not found",
        ),
        ({"modelInput": {"prompt": "[refuse:account]"}}, "Operation not allowed"),
    ],
)
def test_a_bad_request_is_refused_in_the_services_words(
    refused: Refused, changes: dict[str, object], message: str
) -> None:
    code, status, words = refused(**changes)
    assert (code, status) == ("ValidationException", 400)
    assert words.startswith(message)


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("[refuse:access]", "AccessDeniedException", 403),
        ("[refuse:iam]", "AccessDeniedException", 403),
        ("[refuse:legacy]", "ResourceNotFoundException", 404),
        ("[refuse:eol]", "ResourceNotFoundException", 404),
        ("[refuse:throttle]", "ThrottlingException", 429),
        ("[refuse:quota]", "ServiceQuotaExceededException", 400),
    ],
)
def test_words_in_a_prompt_choose_a_refusal(
    refused: Refused, word: str, code: str, status: int
) -> None:
    assert refused(modelInput={"prompt": f"a {word} b"})[:2] == (code, status)


def test_a_refused_request_creates_nothing(aws: Aws, refused: Refused) -> None:
    before = aws.client("bedrock-runtime").list_async_invokes(maxResults=1)
    refused(clientRequestToken="a_b")
    assert (
        aws.client("bedrock-runtime").list_async_invokes(maxResults=1)["asyncInvokeSummaries"]
        == before["asyncInvokeSummaries"]
    )


def test_a_model_of_another_region_is_not_found(refused: Refused) -> None:
    arn = "arn:aws:bedrock:us-east-1::foundation-model/luma.ray-v2:0"
    assert refused(modelId=arn)[:2] == ("ResourceNotFoundException", 404)


def test_a_foundation_model_arn_of_this_region_is_taken(aws: Aws) -> None:
    arn = "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0"
    assert aws.get(aws.start(modelId=arn))["modelArn"] == arn


def test_an_empty_prompt_is_accepted_and_fails_after_a_second(aws: Aws) -> None:
    arn = aws.start(modelInput={"prompt": ""})
    assert aws.get(arn)["status"] == "InProgress"
    aws.sandbox.clock.advance(1)
    job = aws.get(arn)
    assert (job["status"], job["failureMessage"]) == ("Failed", "prompt is required")
    assert job["endTime"] - job["submitTime"] == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:bedrock:us-west-2:123456789012:async-invoke/000000000000", "ValidationException"),
        (
            "arn:aws:bedrock:us-west-2:210987654321:async-invoke/aaaaaaaaaaaa",
            "AccessDeniedException",
        ),
        ("not-an-arn", "ValidationException"),
    ],
)
def test_a_foreign_or_missing_invocation_is_refused(aws: Aws, arn: str, code: str) -> None:
    client = aws.client("bedrock-runtime")
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.get_async_invoke(invocationArn=arn)
    assert caught.value.response["Error"]["Code"] == code


def test_regions_are_apart(aws: Aws) -> None:
    arn = aws.start()
    client = aws.client("bedrock-runtime", "ap-northeast-1")
    assert client.list_async_invokes()["asyncInvokeSummaries"] == []
    with pytest.raises(client.exceptions.ValidationException):
        client.get_async_invoke(invocationArn=arn)


def test_foundation_models_are_listed_and_filtered(aws: Aws) -> None:
    client = aws.client("bedrock")
    listed = {row["modelId"] for row in client.list_foundation_models()["modelSummaries"]}
    assert {"luma.ray-v2:0", "amazon.nova-reel-v1:1"} <= listed
    luma = client.list_foundation_models(byProvider="Luma AI")["modelSummaries"]
    assert [row["outputModalities"] for row in luma] == [["VIDEO"]]


def test_an_operation_that_the_sandbox_has_not_is_unknown(aws: Aws) -> None:
    client = aws.client("bedrock-runtime")
    with pytest.raises(client.exceptions.ClientError, match="UnknownOperationException"):
        client.converse(modelId="amazon.nova-lite-v1:0", messages=[])
