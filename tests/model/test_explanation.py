from __future__ import annotations

import pytest

from tui.model.explanation import explain_failure, explained
from tui.model.problem import Problem


def remedy(kind: str, message: str) -> str:
    return explained(Problem(kind=kind, message=message)).remedy


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        (
            "ValidationException",
            "The provided model doesn't support async inference.",
            "base id of an async model",
        ),
        ("ValidationException", "The provided request is not valid", "must be an object"),
        (
            "ValidationException",
            "Value at 'clientRequestToken' failed to satisfy constraint",
            "single hyphens",
        ),
        (
            "ValidationException",
            "Malformed input request: #/textToVideoParams/text: expected maxLength: 512",
            "mend #/textToVideoParams/text",
        ),
        (
            "ValidationException",
            'Malformed input request: #: subject must not be valid against schema {"anyOf": []}',
            "only the parameters of that task",
        ),
        (
            "ValidationException",
            "Malformed input request: #: required key [s3Location] not found",
            "png or jpeg",
        ),
        ("ValidationException", "Operation not allowed", "AWS Support"),
        (
            "ValidationException",
            "Invocation of model ID x with on-demand throughput isn’t supported.",
            "profile's id",
        ),
        (
            "ResourceNotFoundException",
            "Access denied. This Model is marked by provider as Legacy and …",
            "active model",
        ),
        (
            "ResourceNotFoundException",
            "This model version has reached the end of its life",
            "other",
        ),
        ("ResourceNotFoundException", "Could not resolve the foundation model", "check the id"),
        (
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            "enable the model",
        ),
        ("AccessDeniedException", "User is not authorized to perform: bedrock:X on y", "granted"),
        ("AccessDenied", "not authorized to perform: kms:Decrypt on z", "kms:Decrypt"),
        ("AccessDenied", "Access Denied", "s3:ListBucket"),
        ("403", "Forbidden", "s3:ListBucket"),
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "log in",
        ),
        ("UnrecognizedClientException", "The security token … is invalid.", "keys"),
        ("UnauthorizedSSOTokenError", "", "aws sso login"),
        ("LoginRefreshRequired", "Your session has expired", "aws login"),
        ("NoCredentialsError", "Unable to locate credentials", "--profile"),
        ("ProfileNotFound", "The config profile (x) could not be found", "--profile"),
        ("NoRegionError", "You must specify a region.", "--region"),
        ("EndpointConnectionError", "Could not connect", "network"),
        ("ReadTimeoutError", "Read timeout", "network"),
        ("SSLError", "CERTIFICATE_VERIFY_FAILED", "--ca-bundle"),
        ("ProxyConnectionError", "Failed to connect to proxy", "HTTPS_PROXY"),
        ("ConflictException", "The token was used", "new token"),
        ("ThrottlingException", "Too many requests", "try again"),
        ("ServiceQuotaExceededException", "", "try again"),
        ("NoSuchBucket", "The specified bucket does not exist", "bucket's name"),
        ("NoSuchKey", "The specified key does not exist.", "list the outputs"),
        ("PreconditionFailed", "At least one of the pre-conditions …", "list the outputs"),
        ("PermanentRedirect", "The bucket you are …", "own region"),
        ("ModelNotReadyException", "", "in a moment"),
        ("InternalServerException", "", "try again"),
    ],
)
def test_a_known_error_says_what_to_do(kind: str, message: str, words: str) -> None:
    assert words in remedy(kind, message)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("TeapotException", "short and stout"), ("", "")],
)
def test_an_unknown_error_is_shown_as_it_is(kind: str, message: str) -> None:
    problem = Problem(kind=kind, message=message)

    assert explained(problem) == problem


def test_explaining_keeps_everything_that_was_said() -> None:
    problem = Problem(
        kind="ThrottlingException",
        message="slow down",
        is_ambiguous=True,
        operation="StartAsyncInvoke",
        request_id="r-1",
        retry_after=3.0,
    )

    better = explained(problem)

    assert better.is_retryable
    assert (better.is_ambiguous, better.operation) == (True, "StartAsyncInvoke")
    assert (better.request_id, better.retry_after) == ("r-1", 3.0)


def test_what_may_be_tried_again_stays_so() -> None:
    assert explained(Problem(kind="NoSuchBucket", message="", is_retryable=True)).is_retryable
    assert not explained(Problem(kind="NoSuchBucket", message="")).is_retryable


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("prompt is required", "write a prompt"),
        ("The generated content has been blocked by our content filters.", "reword"),
        ("RAI_VIOLATION_INPUT_TEXT_DEFLECTION", "which segment"),
        ("Service capacity limit has been reached. RATE_LIMIT_EXCEEDED", "new token"),
        ("INTERNAL_SERVER_EXCEPTION", "new token"),
        ("ClientError: Received server error (500) from model …", "the failure object"),
        ("Could not write to S3", "s3:PutObject"),
        ("Please overwrite or rewrite the class3 prompt", ""),
        ("something else", ""),
        ("", "s3:PutObject"),
    ],
)
def test_a_failure_message_says_what_to_do_where_we_know(message: str, words: str) -> None:
    problem = explain_failure(message)

    assert (words in problem.remedy) if words else problem.remedy == ""
    assert problem.message == message
