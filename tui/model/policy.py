"""The policy statement that a denied caller needs, from what the denial says. Asks nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from tui.model.problem import Problem

DENIED = re.compile(r"AccessDenied(Exception)?|(KMS\.)?AccessDenied\w*|Forbidden|403")
"""The kinds of a denial."""

IS_HOPELESS = re.compile(
    r"explicit deny|because no (service|resource) control policy|have access to the model|"
    r"MultiFactorAuthentication failed"
)
"""What a denial says that no statement of the account's own lifts."""

NAMED = re.compile(
    r"not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?:.*? on (?:the )?resource: (?:\"(?P<quoted>[^\"]+)\"|(?P<bare>arn:\S+)))?",
    re.DOTALL,
)
"""Where a denial names an action and, mostly, what it was to be done on."""

_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]*:\d*:(?:key|alias)/[\w/-]+")
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")

_ON_OBJECTS = {
    "GetObject": ("s3:GetObject", "s3:ListBucket"),
    "HeadObject": ("s3:GetObject", "s3:ListBucket"),
    "PutObject": ("s3:PutObject",),
    "CreateMultipartUpload": ("s3:PutObject",),
    "UploadPart": ("s3:PutObject",),
    "CompleteMultipartUpload": ("s3:PutObject",),
    "AbortMultipartUpload": ("s3:AbortMultipartUpload",),
    "ListObjectsV2": ("s3:ListBucket",),
    "HeadBucket": ("s3:ListBucket",),
}
_OF_OPERATIONS = {
    "StartAsyncInvoke": "bedrock:InvokeModel",
    "InvokeModel": "bedrock:InvokeModel",
    "GetAsyncInvoke": "bedrock:GetAsyncInvoke",
    "ListAsyncInvokes": "bedrock:ListAsyncInvokes",
    "ListTagsForResource": "bedrock:ListTagsForResource",
    "ListFoundationModels": "bedrock:ListFoundationModels",
    "InvokeEndpointAsync": "sagemaker:InvokeEndpointAsync",
    "ListEndpoints": "sagemaker:ListEndpoints",
    "DescribeEndpoint": "sagemaker:DescribeEndpoint",
    "DescribeEndpointConfig": "sagemaker:DescribeEndpointConfig",
    "GetMetricStatistics": "cloudwatch:GetMetricStatistics",
    "AssumeRole": "sts:AssumeRole",
    "ListAliases": "kms:ListAliases",
    "ListBuckets": "s3:ListAllMyBuckets",
}


def is_of_bedrock(operation: str) -> bool:
    """Whether an operation asks Bedrock, which alone takes an API key in place of a signature."""
    return _OF_OPERATIONS.get(operation, "").startswith("bedrock:")


def needed(problem: Problem, region: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actions that a denied call needs, and the resources; both empty where that is not known.

    Args:
        problem: The denial.
        region: Where the call went; it tells the partition of the ARNs.
    """
    if not DENIED.fullmatch(problem.kind):
        return (), ()
    named = NAMED.search(problem.message)
    if named:
        is_of_key = named["action"] in _KEY_ACTIONS
    else:
        told = problem.kind.startswith("KMS.") or re.search(r"\bkms:|\bKMS\b", problem.message)
        is_of_key = bool(told) and problem.operation != "ListAliases"
    if is_of_key:
        found = _KEY.search(problem.message)
        any_key = f"arn:{_partition(region)}:kms:{region or '*'}:*:key/*"
        return _KEY_ACTIONS, (found[0] if found else any_key,)
    if named:
        resource = named["quoted"] or (named["bare"] or "*").rstrip(".,;")
        return (named["action"],), (resource,)
    if problem.resource and problem.operation in _ON_OBJECTS:
        return _on_objects(_ON_OBJECTS[problem.operation], problem.resource, region)
    action = _OF_OPERATIONS.get(problem.operation)
    return ((action,), ("*",)) if action else ((), ())


def policy_of(problem: Problem, region: str = "") -> str:
    """The statement to grant for a denial, as JSON; empty where none is known or none helps."""
    if IS_HOPELESS.search(problem.message):
        return ""
    actions, resources = needed(problem, region)
    return statement(actions, resources) if actions else ""


def writing_policy(folder: str, region: str = "") -> str:
    """The statement that lets outputs be written below an S3 URI; empty where it is none."""
    if not folder.startswith("s3://"):
        return ""
    return statement(*_on_objects(("s3:PutObject",), folder, region))


def statement(actions: Sequence[str], resources: Sequence[str]) -> str:
    """An identity policy's statement, as JSON on several lines."""
    members = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return json.dumps(members, indent=2, ensure_ascii=False)


def _on_objects(
    actions: tuple[str, ...], uri: str, region: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    arn = f"arn:{_partition(region)}:s3:::{bucket}"
    objects = f"{arn}/{re.sub(r'[$*?]', _literal, key)}*"
    of_bucket = (arn,) if "s3:ListBucket" in actions else ()
    of_objects = (objects,) if actions != ("s3:ListBucket",) else ()
    return actions, of_objects + of_bucket


def _literal(sign: re.Match[str]) -> str:
    """A sign of a key that a policy would read as a wildcard or a variable."""
    return f"${{{sign[0]}}}"


def _partition(region: str) -> str:
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(
        region.rsplit("-", 2)[0] if region.count("-") >= 2 else "", "aws"
    )
