from __future__ import annotations

import pytest

from tui.model.explanation import Circumstances, explain_failure, explained
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


WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
ROLE = "arn:aws:iam::123456789012:role/x"
NOT_ASSUMED = f"User: u is not authorized to perform: sts:AssumeRole on resource: {ROLE}"


def test_a_wrong_code_is_a_matter_of_another_one_and_of_no_policy() -> None:
    problem = Problem(kind="AccessDenied", message=WRONG_CODE, operation="AssumeRole")

    better = explained(problem)

    assert "MFA code is wrong" in better.cause
    assert "next code" in better.remedy
    assert better.is_retryable
    assert better.policy == ""


def test_a_code_without_its_device_is_no_wrong_code() -> None:
    wanted = "must provide both MFA serial number and one time pass code"
    message = f"MultiFactorAuthentication failed, {wanted}."

    better = explained(Problem(kind="AccessDenied", message=message, operation="AssumeRole"))

    assert "does not vouch" in better.cause
    assert not better.is_retryable


@pytest.mark.parametrize(("message", "resource"), [(NOT_ASSUMED, ROLE), ("Access denied", "*")])
def test_who_may_not_assume_a_role_is_told_the_right_and_the_trust_policy(
    message: str, resource: str
) -> None:
    better = explained(Problem(kind="AccessDenied", message=message, operation="AssumeRole"))

    assert "may not be assumed" in better.cause
    assert "sts:AssumeRole granted" in better.remedy
    assert "trust policy" in better.remedy
    assert f'"{resource}"' in better.policy
    assert not better.is_retryable


@pytest.mark.parametrize(
    "operation", ["AssumeRole", "AssumeRoleWithWebIdentity", "GetRoleCredentials", "GetMetricData"]
)
@pytest.mark.parametrize("kind", ["AccessDenied", "Forbidden", "403"])
def test_only_a_refusal_of_s3_speaks_of_buckets(operation: str, kind: str) -> None:
    better = explained(Problem(kind=kind, message="no", operation=operation))

    assert better.cause
    assert "s3:" not in better.cause + better.remedy


@pytest.mark.parametrize("operation", ["GetObject", "ListObjectsV2", "HeadBucket", "ListBuckets"])
def test_a_refusal_of_s3_still_does(operation: str) -> None:
    better = explained(Problem(kind="AccessDenied", message="no", operation=operation))

    assert "s3:ListBucket" in better.cause


@pytest.mark.parametrize(
    ("kind", "message"),
    [("RequestExpired", ""), ("AccessDenied", "Request has expired"), ("RequestTimeTooSkewed", "")],
)
def test_a_clock_that_is_right_is_not_blamed(kind: str, message: str) -> None:
    problem = Problem(kind=kind, message=message)

    right, off = (explained(problem, Circumstances(skew=skew)) for skew in (12.0, 61.0))

    assert "clock is right" in right.cause
    assert right.is_retryable
    assert "1 minute ahead" in off.cause


def test_an_endpoint_url_that_is_none_is_told_with_where_it_may_stand() -> None:
    problem = Problem(kind="InvalidEndpointURL", message="Invalid endpoint: htp:/x")

    better = explained(problem, Circumstances(profile="prod"))

    assert "endpoint URL of the profile prod" in better.cause
    assert "config show" in better.remedy
    assert not better.is_verdict


def test_a_proxy_that_is_none_is_not_called_a_broken_line() -> None:
    message = "An HTTP Client raised an unhandled exception: Invalid configuration value(s) "
    problem = Problem(kind="HTTPClientError", message=f"{message}provided for proxies_config.")

    better = explained(problem)

    assert "HTTP_PROXY or HTTPS_PROXY" in better.cause
    assert not better.is_retryable
