"""What went wrong, why, and what to do: the error catalogue, as data."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

_ABOUT_THE_CALLER = re.compile(
    r"AccessDenied.*|Expired.*|RequestExpired|Unrecognized.*|Invalid(ClientTokenId|AccessKeyId)|"
    r"SignatureDoesNotMatch|.*SSO.*|TokenRetrievalError|LoginRefreshRequired|.*Credential.*|"
    r"ProfileNotFound|(No|Invalid)RegionError|SSLError|InvalidProxiesConfigError|CaBundleNotFound|"
    r"LedgerError|Leaving"
)
_QUOTA = re.compile(
    r"Throttling(Exception)?|TooManyRequestsException|SlowDown|RequestLimitExceeded|"
    r"ServiceQuotaExceededException"
)


class Problem(Struct, frozen=True, kw_only=True):
    """One error, ready to be shown.

    Attributes:
        kind: The error's type: AWS's code or the exception's name.
        message: What was said, as it came.
        cause: Why, in one line; empty when we do not know.
        remedy: What to do; empty when we do not know.
        is_retryable: Whether trying the same again may help.
        is_ambiguous: Whether the request may have been carried out all the same.
        operation: The API operation that failed, or empty.
        request_id: AWS's request id, for support; empty when no answer came.
        retry_after: Seconds that the service asked us to wait; 0 when it did not.
    """

    kind: str
    message: str
    cause: str = ""
    remedy: str = ""
    is_retryable: bool = False
    is_ambiguous: bool = False
    operation: str = ""
    request_id: str = ""
    retry_after: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"

    @property
    def is_verdict(self) -> bool:
        """Whether it judges the request itself, rather than the caller, the line or the moment."""
        is_of_the_moment = self.is_retryable or self.is_ambiguous
        return not is_of_the_moment and not _ABOUT_THE_CALLER.fullmatch(self.kind)

    @property
    def is_quota(self) -> bool:
        """Whether AWS only has no room now."""
        return _QUOTA.fullmatch(self.kind) is not None

    @property
    def one_line(self) -> str:
        """Type, message and remedy, for a status line."""
        message = " ".join(self.message.split())
        return f"{self.kind}: {message}" + (f" → {self.remedy}" if self.remedy else "")


class ProblemError(Exception):
    """Carries a Problem to whoever asked; ``problem`` is its only content."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


LEAVING = Problem(
    kind="Leaving",
    message="the program is leaving; nothing more is begun",
    remedy="start it again",
)


class _Row(Struct, frozen=True):
    kind: str
    text: str
    cause: str
    remedy: str
    is_retryable: bool = False


# Kind and text are regular expressions: the kind must match whole, the text anywhere. First wins.
_CATALOGUE = (
    _Row(
        "ValidationException",
        "doesn't support async inference",
        "a model that only answers at once, or an inference-profile id",
        "use the base id of an async model, or InvokeModel",
    ),
    _Row(
        "ValidationException",
        "provided request is not valid",
        "an unsupported model, or an input sent as a string of JSON",
        "check the model id; the input must be an object",
    ),
    _Row(
        "ValidationException",
        "'clientRequestToken' failed to satisfy",
        "the token holds a character that the service refuses",
        "letters, digits and single hyphens; nothing was created",
    ),
    _Row(
        "ValidationException",
        "subject must not be valid against schema",
        "the parameters do not belong to the taskType",
        "keep only the parameters of that task",
    ),
    _Row(
        "ValidationException",
        r"required key \[s3Location\] not found",
        "the image source was refused, often for its format",
        "a png or jpeg (not jpg) of 1280×720 without transparency",
    ),
    _Row(
        "ValidationException",
        "Malformed input request",
        "the input breaks the model's schema at the path in the message",
        "mend that member of the input",
    ),
    _Row(
        "ValidationException",
        "on-demand throughput isn.t supported",
        "this model is only reached through an inference profile",
        "use the profile's id with InvokeModel",
    ),
    _Row(
        "ValidationException",
        "Operation not allowed",
        "the account is restricted",
        "ask AWS Support",
    ),
    _Row(
        "ValidationException",
        "(?i)bucket",
        "the output bucket does not exist or cannot be written",
        "check the bucket's name and region, and s3:PutObject",
    ),
    _Row(
        "ResourceNotFoundException",
        "marked by provider as Legacy",
        "a legacy model that this account has not used for a while",
        "choose an active model",
    ),
    _Row(
        "ResourceNotFoundException|ValidationException",
        "reached the end of its life",
        "the model is gone",
        "choose another model; its history stays readable",
    ),
    _Row(
        "AccessDeniedException",
        "don't have access to the model",
        "model access is not enabled for the account and region",
        "enable the model in the Bedrock console",
    ),
    _Row(
        r"AccessDenied(Exception)?|KMS\..*",
        r"KMS|kms:",
        "no right to use the key, or it is disabled or gone",
        "grant kms:Decrypt and kms:GenerateDataKey on that key, and check its state",
    ),
    _Row(
        "AccessDenied(Exception)?",
        r"not authorized to perform: \S+",
        "an IAM or organisation policy refuses it",
        "have the action named in the message granted on the resource named there",
    ),
    _Row(
        "ExpiredToken(Exception)?|RequestExpired",
        "",
        "the session ended",
        "log in again; running invocations go on",
    ),
    _Row(
        "UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch",
        "",
        "the access keys are wrong",
        "mend the profile's keys",
    ),
    _Row(
        "UnauthorizedSSOTokenError|SSOTokenLoadError|TokenRetrievalError|SSOError",
        "",
        "the SSO session expired",
        "aws sso login",
    ),
    _Row("LoginRefreshRequired", "", "the login session expired", "aws login"),
    _Row(
        "NoCredentialsError|PartialCredentialsError|CredentialRetrievalError",
        "",
        "no usable credentials in the environment, the AWS files or the instance role",
        "choose a --profile, log in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ),
    _Row(
        "ProfileNotFound",
        "",
        "the AWS files have no such profile",
        "choose another --profile; aws configure list-profiles names them",
    ),
    _Row(
        "InvalidRegionError",
        "",
        "the region is none",
        "choose a --region such as us-west-2",
    ),
    _Row("NoRegionError", "", "no region is set", "choose a --region or set AWS_REGION"),
    _Row(
        "EndpointConnectionError",
        "",
        "nothing answers there: no network, or the region does not offer the service",
        "check the network, the region, a proxy or VPC endpoint, and the endpoint URL",
        is_retryable=True,
    ),
    _Row(
        "ConnectTimeoutError|ReadTimeoutError|ConnectionClosedError|HTTPClientError|"
        "ResponseStreamingError|IncompleteReadError",
        "",
        "the line to AWS broke or is slow",
        "check the network, a proxy, or a VPC endpoint, then try again",
        is_retryable=True,
    ),
    _Row(
        "SSLError",
        "",
        "the certificate is not trusted: often a company's own proxy",
        "give its certificate with --ca-bundle",
    ),
    _Row(
        "ProxyConnectionError|InvalidProxiesConfigError",
        "",
        "the proxy refuses",
        "check HTTPS_PROXY and NO_PROXY",
        is_retryable=True,
    ),
    _Row(
        "ConflictException",
        "",
        "the client request token was used before with other parameters",
        "take a new token, or look the first invocation up",
    ),
    _Row(
        "ThrottlingException|TooManyRequestsException|Throttling|SlowDown|RequestLimitExceeded",
        "",
        "too many requests, or the account's concurrency is full",
        "wait for a running invocation to end, then try again",
        is_retryable=True,
    ),
    _Row(
        "ServiceQuotaExceededException",
        "",
        "the account's concurrency for this model is full",
        "wait for a running invocation to end, then try again",
        is_retryable=True,
    ),
    _Row(
        "ResourceNotFoundException",
        "",
        "a wrong model id or ARN for this region",
        "check the id; not every region has every model",
    ),
    _Row("NoSuchBucket", "", "the bucket does not exist", "check the bucket's name"),
    _Row(
        "NoSuchKey",
        "",
        "the object does not exist (any more)",
        "list the outputs again",
    ),
    _Row(
        "PreconditionFailed",
        "",
        "the object changed after it was listed",
        "list the outputs again",
    ),
    _Row(
        "PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException",
        "",
        "the bucket is in another region",
        "use the bucket's own region",
    ),
    _Row(
        "AccessDenied|Forbidden|403",
        "",
        "missing or forbidden: without s3:ListBucket, S3 answers 403 for what does not exist",
        "grant s3:GetObject and s3:ListBucket on the bucket",
    ),
    _Row(
        "AccessDeniedException",
        "",
        "a policy refuses it",
        "grant the Bedrock actions listed in the README",
    ),
    _Row(
        "ValidationError",
        "(?i)endpoint",
        "the endpoint does not exist, or is not asynchronous",
        "list the endpoints with an AsyncInferenceConfig",
    ),
    _Row(
        "ModelNotReadyException",
        "",
        "the model is being loaded",
        "try again in a moment",
        is_retryable=True,
    ),
    _Row(
        "ModelTimeoutException",
        "",
        "the model took too long",
        "shorten the input, then try again",
        is_retryable=True,
    ),
    _Row(
        "ModelErrorException|ModelStreamErrorException",
        "",
        "the model failed on this input",
        "read the model's own message, then try again",
        is_retryable=True,
    ),
    _Row(
        "ServiceUnavailableException|InternalServerException|InternalFailure|InternalError|"
        "ServiceUnavailable|50[0-4]",
        "",
        "the service failed",
        "try again; later if it persists",
        is_retryable=True,
    ),
)

# What a failed invocation's failureMessage means.
_FAILURES = (
    ("prompt is required", "the prompt was empty", "write a prompt"),
    (
        "RAI_VIOLATION_OUTPUT|blocked by our content filters",
        "the output filter refused the result",
        "reword the prompt or change the seed",
    ),
    (
        "RAI_VIOLATION_INPUT|INVALID_CONTENT",
        "a part of the input was refused",
        "read which segment failed in the outputs",
    ),
    (
        "RATE_LIMIT_EXCEEDED|capacity limit",
        "the service had no capacity",
        "try again later with a new token",
    ),
    (
        "Received (server|client) error",
        "the endpoint's container answered with an error",
        "read the failure object, and the endpoint's logs in CloudWatch",
    ),
    (
        r"(?i)input was not found|NoSuchKey",
        "the endpoint found no input where it was told to look",
        "check the location, and s3:GetObject on it for the endpoint's role",
    ),
    ("INTERNAL_SERVER_EXCEPTION|ABORTED", "the service failed", "submit again with a new token"),
    (
        r"(?i)\bs3\b|\bbucket|\bupload|\bwrit(e|ing)\b",
        "the outputs could not be written",
        "check the bucket's region and s3:PutObject",
    ),
)


def explained(problem: Problem) -> Problem:
    """The problem with the catalogue's cause and remedy; unknown ones come back as they are."""
    for row in _CATALOGUE:
        if re.fullmatch(row.kind, problem.kind) and re.search(row.text, problem.message):
            return replace(
                problem,
                cause=row.cause,
                remedy=row.remedy,
                is_retryable=row.is_retryable or problem.is_retryable,
            )
    return problem


def explain_failure(message: str) -> Problem:
    """What the failure message of a Failed invocation means."""
    for text, cause, remedy in _FAILURES:
        if re.search(text, message):
            return Problem(kind="Failed", message=message, cause=cause, remedy=remedy)
    return Problem(kind="Failed", message=message)


def problem_of(error: BaseException) -> Problem:
    """The problem that an exception carries, or that it is: a fault of our own."""
    if isinstance(error, ProblemError):
        return error.problem
    kind = type(error).__name__
    return Problem(kind=kind, message=str(error) or kind, cause="a fault in asyncinvoke itself")
