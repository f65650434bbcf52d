from __future__ import annotations

import json

import pytest

from tui.model.explanation import Circumstances, explain_failure, explained
from tui.model.policy import policy_of
from tui.model.problem import Problem

DENIAL = "User: arn:aws:iam::1:user/x is not authorized to perform: "
MODEL = "arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd"


def policy(
    message: str, kind: str = "AccessDeniedException", operation: str = "", resource: str = ""
) -> dict[str, object]:
    problem = Problem(kind=kind, message=message, operation=operation, resource=resource)
    said = policy_of(problem, "us-west-2")
    statement: dict[str, object] = json.loads(said or "{}")
    return statement


def test_what_a_denial_names_is_granted() -> None:
    told = f"{DENIAL}bedrock:InvokeModel on resource: {MODEL} because no identity-based policy"

    assert policy(told) == {
        "Effect": "Allow",
        "Action": ["bedrock:InvokeModel"],
        "Resource": [MODEL],
    }


def test_a_resource_in_quotes_is_taken_whole() -> None:
    told = f'{DENIAL}s3:GetObject on resource: "arn:aws:s3:::media/a b.mp4" because no'

    assert policy(told, "AccessDenied")["Resource"] == ["arn:aws:s3:::media/a b.mp4"]


def test_a_denial_that_names_nothing_is_granted_by_its_operation() -> None:
    assert policy("Access Denied", operation="StartAsyncInvoke")["Action"] == [
        "bedrock:InvokeModel"
    ]
    assert policy("Access Denied", operation="NeverHeardOf") == {}


def test_reading_an_object_wants_the_object_and_the_list() -> None:
    resource = "s3://media/ray/$x*.mp4"
    statement = policy("Forbidden", "403", operation="GetObject", resource=resource)

    assert statement["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert statement["Resource"] == ["arn:aws:s3:::media/ray/${$}x${*}.mp4*", "arn:aws:s3:::media"]


def test_listing_wants_the_bucket_alone() -> None:
    statement = policy("", "AccessDenied", operation="ListObjectsV2", resource="s3://media/ray/")

    assert statement["Resource"] == ["arn:aws:s3:::media"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:DescribeKey", KEY),  # reading a key's state is not using it
        ("kms:ListAliases", "*"),
        ("s3:PutObject", "arn:aws:s3:::media/KMS/x"),
    ],
)
def test_what_is_denied_is_granted_although_it_has_to_do_with_a_key(
    action: str, resource: str
) -> None:
    where = f" on resource: {resource}" if resource != "*" else ""
    told = f"{DENIAL}{action}{where} because no identity-based policy allows the {action} action"

    assert policy(told)["Action"] == [action]
    assert policy(told)["Resource"] == [resource]
    remedy = explained(Problem(kind="AccessDeniedException", message=told)).remedy
    assert action in remedy
    assert "kms:Decrypt" not in remedy


@pytest.mark.parametrize("kind", ["AccessDenied", "KMS.AccessDeniedException"])
def test_a_key_wants_both_of_its_actions(kind: str) -> None:
    statement = policy(f"{DENIAL}kms:Decrypt on resource: {KEY} because", kind)

    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert statement["Resource"] == [KEY]


@pytest.mark.parametrize(
    ("end", "denier"),
    [
        ("with an explicit deny in a service control policy", "a service control policy"),
        ("with an explicit deny in an identity-based policy", "an identity-based policy"),
        ("with an explicit deny", "a policy"),
        ("because no service control policy allows it", "a service control policy"),
    ],
)
def test_no_grant_helps_against_an_explicit_deny(end: str, denier: str) -> None:
    message = f"{DENIAL}bedrock:InvokeModel on resource: {MODEL} {end}"
    problem = explained(Problem(kind="AccessDeniedException", message=message))

    assert problem.cause.startswith(denier)
    assert "granting it does not help" in problem.remedy
    assert "bedrock:InvokeModel" in problem.remedy
    assert problem.policy == ""


def test_what_is_no_denial_wants_no_grant() -> None:
    assert policy("not authorized to perform: s3:GetObject", "ValidationException") == {}


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-west-2", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("", "aws")],
)
def test_the_region_tells_the_partition(region: str, partition: str) -> None:
    problem = explain_failure("Could not write to S3", "s3://media/ray", region)

    assert json.loads(problem.policy)["Action"] == ["s3:PutObject"]
    assert json.loads(problem.policy)["Resource"] == [f"arn:{partition}:s3:::media/ray*"]


@pytest.mark.parametrize(
    ("kind", "message", "skew", "words"),
    [
        ("RequestTimeTooSkewed", "too large", 1200.0, "20 minutes ahead of AWS's"),
        ("SignatureDoesNotMatch", "The request signature …", -1200.0, "20 minutes behind AWS's"),
        ("RequestTimeTooSkewed", "", None, "clock is wrong"),
        (
            "InvalidSignatureException",
            "Signature expired: 20260301T114000Z is now earlier than 20260301T115500Z "
            "(20260301T120000Z - 5 min.)",
            0.0,
            "20 minutes behind AWS's",
        ),
    ],
)
def test_a_clock_that_is_off_is_told_from_wrong_keys(
    kind: str, message: str, skew: float | None, words: str
) -> None:
    problem = explained(Problem(kind=kind, message=message), Circumstances(skew=skew))

    assert words in problem.cause
    assert "set the clock" in problem.remedy
    assert not problem.is_verdict


def test_wrong_keys_are_told_from_a_clock_that_is_off() -> None:
    problem = Problem(kind="SignatureDoesNotMatch", message="The request signature …")

    assert "access keys" in explained(problem, Circumstances(skew=2.0)).cause
