"""What a failed invocation says of itself, with cause and remedy, as data."""

from __future__ import annotations

from msgspec import Struct


class Failure(Struct, frozen=True):
    """A known failure message.

    Attributes:
        text: What the message holds, as a regular expression.
        cause: Why it failed.
        remedy: What to do.
        is_retryable: Whether the same, submitted again, may succeed.
        is_of_writing: Whether the right to write the outputs may be missing.
    """

    text: str
    cause: str
    remedy: str
    is_retryable: bool = False
    is_of_writing: bool = False


# The first one wins.
FAILURES = (
    Failure("prompt is required", "the prompt was empty", "write a prompt"),
    Failure(
        "RAI_VIOLATION_INPUT|INVALID_CONTENT|input has been blocked",
        "a part of the input was refused",
        "read which segment failed in the outputs",
    ),
    Failure(
        "RAI_VIOLATION_OUTPUT|blocked by our content filters",
        "the output filter refused the result",
        "reword the prompt, or change the seed or the input",
    ),
    Failure(
        "RATE_LIMIT_EXCEEDED|capacity limit",
        "the service had no capacity",
        "try again later with a new token",
        is_retryable=True,
    ),
    Failure(
        "Received (server|client) error",
        "the endpoint's container answered with an error",
        "read the failure object, and the endpoint's logs in CloudWatch",
    ),
    Failure(
        r"(?i)input was not found|NoSuchKey",
        "the endpoint found no input where it was told to look",
        "check the location, and s3:GetObject on it for the endpoint's role",
    ),
    Failure(
        "INTERNAL_SERVER_EXCEPTION|ABORTED|unexpected error|was aborted",
        "the service failed",
        "submit again with a new token",
        is_retryable=True,
    ),
    Failure(
        r"(?i)\bs3\b|\bbucket|\bupload|\bwrit(e|ing)\b",
        "the outputs could not be written",
        "check the bucket's region and s3:PutObject",
        is_of_writing=True,
    ),
    Failure(
        r"\A\s*\Z",
        "AWS gave no reason; where it left no object either, it could not write there",
        "check the bucket's region and s3:PutObject",
        is_of_writing=True,
    ),
)
