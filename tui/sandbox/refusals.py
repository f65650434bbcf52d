"""The errors that a call can be answered with on demand, in AWS's own words, by a short name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """An error as it is answered.

    Attributes:
        status: The HTTP status.
        code: The error's name.
        message: The service's words; ``{action}`` stands for the action that a caller lacks.
        s3_status: The status that S3's clients get; 0 for the same.
        s3_code: The code that they get; empty for the same.
        s3_message: The words that they get; empty for the same.
        headers: Headers besides.
        details: The error's other members.
    """

    status: int
    code: str
    message: str
    s3_status: int = 0
    s3_code: str = ""
    s3_message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def as_s3(self) -> tuple[str, str, int]:
        """Code, message and status for S3's clients."""
        return (
            self.s3_code or self.code,
            self.s3_message or self.message,
            self.s3_status or self.status,
        )


REFUSALS: Mapping[str, Refusal] = {
    "throttle": Refusal(
        429,
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
        503,
        "SlowDown",
        "Please reduce your request rate.",
    ),
    "server-error": Refusal(
        500,
        "InternalServerException",
        "The system encountered an unexpected error during processing. Try your request again.",
        500,
        "InternalError",
        "We encountered an internal error. Please try again.",
    ),
    "unavailable": Refusal(
        503,
        "ServiceUnavailableException",
        "The service is unable to process your request.",
        503,
        "ServiceUnavailable",
        "Service is unable to handle request.",
    ),
    "expired": Refusal(
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
        400,
        "ExpiredToken",
        "The provided token has expired.",
    ),
    "denied": Refusal(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: "
        "{action} because no identity-based policy allows the {action} action",
        403,
        "AccessDenied",
        "Access Denied",
    ),
    "not-async": Refusal(
        400, "ValidationException", "The provided model doesn't support async inference."
    ),
    "not-valid": Refusal(400, "ValidationException", "The provided request is not valid"),
    "token": Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value 'a_b' at 'clientRequestToken' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*",
    ),
    "malformed": Refusal(
        400,
        "ValidationException",
        "Malformed input request: #/textToVideoParams/text: expected maxLength: 512, actual: 676, "
        "please reformat your input and try again.",
    ),
    "wrong-task": Refusal(
        400,
        "ValidationException",
        'Malformed input request: #: subject must not be valid against schema {"anyOf": '
        '[{"required": ["textToVideoParams"]}]}, please reformat your input and try again.',
    ),
    "image-source": Refusal(
        400,
        "ValidationException",
        "Malformed input request: #: required key [s3Location] not found, please reformat your "
        "input and try again.",
    ),
    "quota": Refusal(
        400,
        "ServiceQuotaExceededException",
        "Your account has reached the number of concurrent asynchronous invocations of this model.",
    ),
    "legacy": Refusal(
        404,
        "ResourceNotFoundException",
        "Access denied. This Model is marked by provider as Legacy and you have not been actively "
        "using the model in the last 30 days.",
    ),
    "end-of-life": Refusal(
        404,
        "ResourceNotFoundException",
        "This model version has reached the end of its life. Please refer to the AWS documentation "
        "for more details.",
    ),
    "model-access": Refusal(
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
    ),
    "denied-on": Refusal(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: {action} on "
        "resource: arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0 because no "
        "identity-based policy allows the {action} action",
    ),
    "denied-by-scp": Refusal(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: {action} on "
        "resource: arn:aws:bedrock:us-west-2::foundation-model/luma.ray-v2:0 with an explicit deny "
        "in a service control policy",
    ),
    "denied-silently": Refusal(403, "AccessDeniedException", "Access Denied"),
    "on-demand": Refusal(
        400,
        "ValidationException",
        "Invocation of model ID luma.ray-v2:0 with on-demand throughput isn't supported. Retry "
        "your request with the ID or ARN of an inference profile that contains this model.",
    ),
    "not-allowed": Refusal(400, "ValidationException", "Operation not allowed"),
    "wrong-keys": Refusal(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    "wrong-clock": Refusal(
        403,
        "InvalidSignatureException",
        "Signature expired: 20260301T114000Z is now earlier than 20260301T115500Z "
        "(20260301T120000Z - 5 min.)",
        403,
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    ),
    "conflict": Refusal(
        400,
        "ConflictException",
        "The client request token was used with other parameters.",
    ),
    "not-found": Refusal(
        404,
        "ResourceNotFoundException",
        "Could not resolve the foundation model from the model identifier: luma.ray-v2:0",
    ),
    "no-bucket": Refusal(404, "NoSuchBucket", "The specified bucket does not exist"),
    "other-region": Refusal(
        301,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.",
        headers={"x-amz-bucket-region": "eu-central-1"},
    ),
    "key-denied": Refusal(
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: kms:Decrypt on "
        "resource: arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab "
        "because no identity-based policy allows the kms:Decrypt action",
    ),
    "key-disabled": Refusal(
        400,
        "KMS.DisabledException",
        "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab is disabled.",
    ),
    "no-endpoint": Refusal(
        400, "ValidationError", "Endpoint my-endpoint of account 123456789012 not found."
    ),
    "not-async-endpoint": Refusal(
        400, "ValidationError", "Endpoint my-endpoint is not an asynchronous endpoint."
    ),
    "not-ready": Refusal(
        429,
        "ModelNotReadyException",
        "Model is not ready for inference. Wait and try your request again.",
    ),
    "model-timeout": Refusal(
        408,
        "ModelTimeoutException",
        "Model has timed out in processing the request. Try your request again.",
    ),
    "model-error": Refusal(
        424,
        "ModelErrorException",
        "The system encountered an unexpected error during processing. Try your request again.",
        details={"originalMessage": "CUDA out of memory", "originalStatusCode": 500},
    ),
    "model-stream": Refusal(
        424,
        "ModelStreamErrorException",
        "An error occurred while streaming the response body.",
    ),
}
"""By name. Whatever the operation, any of them can be its answer."""
