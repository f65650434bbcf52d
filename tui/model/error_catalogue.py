"""What AWS answers when something goes wrong: each known error with cause and remedy, as data.

What never reached AWS is in ``local_errors``, what a failed invocation says in ``failures``.
"""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True):
    """A known error. Cause and remedy leave open, in braces, what ``explanation`` fills in.

    Attributes:
        kind: The kinds, as a regular expression that must match whole.
        text: What the message holds, as one that may match anywhere; its groups fill in, too.
        cause: Why it happens.
        remedy: What to do.
        is_retryable: Whether trying the same again may help.
        operation: The operations, as one that must match whole; empty for all.
    """

    kind: str
    text: str
    cause: str
    remedy: str
    is_retryable: bool = False
    operation: str = ""


_START = "StartAsyncInvoke|InvokeEndpointAsync"
_ROOM = "wait for a running invocation to end, then try again; the queue does so by itself"
_TOKEN = "ExpiredToken(Exception)?|TokenRefreshRequired"  # noqa: S105 - kinds, no secret
SIGNATURE = "InvalidSignature(Exception)?|SignatureDoesNotMatch|AuthFailure"
"""The kinds that wrong keys and a wrong clock have in common."""

_LATE = "Signature expired|not yet current|too skewed|too large|Request has expired|time stamp"
_TOO_LATE = "the request came later than its signature allows; this machine's clock is right"

_DENIED = "AccessDenied(Exception)?"
_WRITES = "PutObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload"
_OF_S3 = f"{_WRITES}|AbortMultipartUpload|(Get|Head|List|Delete|Copy)(Object|Bucket)\\w*|"

# Kind and operation must match whole, the text anywhere. The first one wins.
ANSWERED = (
    Entry(
        "ValidationException",
        "doesn't support async inference",
        "a model that only answers at once, or an inference-profile id",
        "use the base id of an async model, or InvokeModel",
    ),
    Entry(
        "ValidationException",
        "provided request is not valid",
        "an unsupported model, or an input sent as a string of JSON",
        "check the model id; the input must be an object",
    ),
    Entry(
        "ValidationException",
        "'clientRequestToken' failed to satisfy",
        "the token holds a character that the service refuses, such as an underscore",
        "letters, digits and single hyphens; nothing was created",
    ),
    Entry(
        "ValidationException",
        "subject must not be valid against schema",
        "the parameters do not belong to the taskType",
        "keep only the parameters of that task",
    ),
    Entry(
        "ValidationException",
        r"required key \[s3Location\] not found",
        "the image source was refused, often for its format: jpg in place of jpeg",
        "a png or jpeg (not jpg) of 1280×720 without transparency",
    ),
    Entry(
        "ValidationException",
        r"Malformed input request: (?P<path>#/[^:\s]+)",
        "the input breaks the model's schema at {path}",
        "mend {path} in the input",
    ),
    Entry(
        "ValidationException",
        "Malformed input request",
        "the input breaks the model's schema",
        "mend the member of the input that the message names",
    ),
    Entry(
        "ValidationException",
        "on-demand throughput isn.t supported",
        "this model is only reached through an inference profile",
        "use the profile's id with InvokeModel",
    ),
    Entry(
        "ValidationException",
        "Operation not allowed",
        "the account is restricted",
        "ask AWS Support",
    ),
    Entry(
        "ValidationException",
        "(?i)bucket",
        "the output bucket does not exist or cannot be written",
        "check the bucket's name and region, and s3:PutObject",
    ),
    Entry(
        "ResourceNotFoundException",
        "marked by provider as Legacy",
        "a legacy model that this account has not used for a while",
        "choose an active model",
    ),
    Entry(
        "ResourceNotFoundException|ValidationException",
        "reached the end of its life",
        "the model is gone",
        "choose another model; its history stays readable",
    ),
    Entry(
        "AccessDeniedException",
        "don't have access to the model",
        "model access is not enabled for the account and region",
        "enable the model in the Bedrock console, for this account and region",
    ),
    Entry(
        rf"{_DENIED}|403|Forbidden|KMS\.\w*AccessDenied\w*",
        "explicit deny(?: in (?P<denier>an? [a-z][a-z -]*policy))?|"
        "because no (?P<other>(?:service|resource) control policy)",
        "{denier} denies it, whatever else is granted",
        "granting it does not help: have whoever keeps that policy lift the deny{of_action}",
    ),
    Entry(
        rf"{_DENIED}|KMS\.\w*AccessDenied\w*",
        r"to perform: kms:(?:Decrypt|GenerateDataKey)\b|"
        r"\A(?!.*not authorized to perform).*(?:KMS|kms:)",
        "no right to use the key, or it is disabled or gone",
        "grant kms:Decrypt and kms:GenerateDataKey on that key, and check its state",
    ),
    Entry(
        r"KMS\..*",
        "",
        "the key is disabled, deleted or in another region",
        "check the key's ARN, region and state; kms:Decrypt and kms:GenerateDataKey on it",
    ),
    Entry(
        _DENIED,
        r"not authorized to perform.* because no (?P<kind>(?:session|VPC endpoint|resource-based)"
        r" policy|permissions boundary) allows",
        "the {kind} does not allow it",
        "have {action} on {resource} allowed in the {kind} as well",
    ),
    Entry(
        _DENIED,
        "MultiFactorAuthentication failed.*(?:invalid MFA (?:one time pass )?code|new MFA code)",
        "the MFA code is wrong, or was used before",
        "try again with the next code of the device",
        is_retryable=True,
    ),
    Entry(
        _DENIED,
        "MultiFactorAuthentication failed",
        "the MFA device does not vouch for this user",
        "check mfa_serial{of_profile} in the AWS files, then try again with a new code",
    ),
    Entry(
        _DENIED,
        "",
        "the role may not be assumed with these credentials",
        "have {action} granted on {resource}, and the role's trust policy name who assumes it",
        operation="AssumeRole",
    ),
    Entry(
        _DENIED,
        "",
        "the role does not trust the web identity",
        "have the role's trust policy name its provider and subject",
        operation="AssumeRoleWithWebIdentity",
    ),
    Entry(
        "ForbiddenException|ResourceNotFoundException",
        "",
        "the SSO user has no such account, or no such role in it",
        "check sso_account_id and sso_role_name{of_profile} in the AWS files",
        operation="GetRoleCredentials",
    ),
    Entry(
        _DENIED,
        r"not authorized to perform: [\w-]+:\w+",
        "an IAM or organisation policy refuses it",
        "have {action} granted on {resource}",
    ),
    Entry(
        f"RequestTimeTooSkewed|RequestExpired|{SIGNATURE}|AccessDenied",
        _LATE,
        "this machine's clock is {skew}",
        "set the clock (timedatectl set-ntp true); nothing is wrong with the credentials",
    ),
    Entry(
        "RequestTimeTooSkewed|RequestExpired",
        "",
        "this machine's clock is {skew}",
        "set the clock (timedatectl set-ntp true); nothing is wrong with the credentials",
    ),
    Entry(
        f"{SIGNATURE}|AccessDenied",
        _LATE,
        _TOO_LATE,
        "try again",
        is_retryable=True,
    ),
    Entry(
        "RequestTimeTooSkewed|RequestExpired",
        "",
        _TOO_LATE,
        "try again",
        is_retryable=True,
    ),
    Entry(
        _TOKEN,
        "",
        "the session ended",
        "log in again{with_profile}; running invocations go on",
    ),
    Entry(
        "UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|"
        rf"IncompleteSignature(Exception)?|{SIGNATURE}",
        "",
        "the access keys are wrong",
        "mend the access keys{of_profile}",
    ),
    Entry(
        "MissingAuthenticationToken(Exception)?",
        "",
        "the request was not signed",
        "leave --no-sign-request out, and log in or choose a --profile",
    ),
    Entry(
        "OptInRequired|RegionDisabledException|SubscriptionRequiredException|NotSignedUp",
        "",
        "the account has not opted in to the region or the service",
        "enable the region for the account, or choose another --region",
    ),
    Entry(
        "MalformedPolicyDocument(Exception)?|PackedPolicyTooLarge(Exception)?",
        "",
        "the session policy of the role that is assumed is wrong",
        "mend the role's settings{of_profile} in the AWS files",
    ),
    Entry(
        "ConflictException",
        "",
        "the client request token was used before with other parameters",
        "take a new token, or look the first invocation up",
    ),
    Entry(
        "ThrottlingException|TooManyRequestsException|Throttling|SlowDown|RequestLimitExceeded",
        "",
        "too many requests, or the account's concurrency is full",
        _ROOM,
        is_retryable=True,
        operation=f"{_START}|InvokeModel|",
    ),
    Entry(
        "ThrottlingException|TooManyRequestsException|Throttling|SlowDown|RequestLimitExceeded",
        "",
        "too many requests in a short time",
        "wait a moment, then try again",
        is_retryable=True,
    ),
    Entry(
        "ServiceQuotaExceededException",
        "",
        "the account's concurrency for this model is full",
        _ROOM,
        is_retryable=True,
    ),
    Entry(
        "ResourceNotFoundException|ResourceNotFound",
        "",
        "a wrong model id or ARN for this region",
        "check the id against the region's own list of models; not every region has every one",
    ),
    Entry(
        "NoSuchBucket",
        "",
        "the bucket does not exist",
        "check the bucket's name, and the account and region that it is looked for in",
    ),
    Entry(
        "NoSuchKey",
        "",
        "the object does not exist (any more)",
        "list the outputs again",
    ),
    Entry(
        "PreconditionFailed|412",
        "",
        "the object changed after it was listed",
        "list the outputs again",
    ),
    Entry(
        "InvalidObjectState|ObjectNotInActiveTierError",
        "",
        "the object is archived, in a storage class such as GLACIER",
        "restore it, which takes hours, then read it",
    ),
    Entry(
        "NoSuchUpload",
        "",
        "the upload was ended or taken back meanwhile",
        "upload it again",
        is_retryable=True,
    ),
    Entry(
        "InvalidRequest|InvalidWriteOffset|TooManyParts|EncryptionTypeMismatch|EntityTooLarge",
        "",
        "the bucket does not take the upload in this way",
        "check the bucket's encryption and kind, or upload to another one",
    ),
    Entry(
        "PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|301",
        "",
        "the bucket is in {bucket_region}",
        "use the bucket's own region: {bucket_region}",
    ),
    Entry(
        f"{_DENIED}|Forbidden|403",
        "",
        "not allowed to write there",
        "grant s3:PutObject on the bucket",
        operation=_WRITES,
    ),
    Entry(
        "AccessDenied|Forbidden|403",
        "",
        "missing or forbidden: without s3:ListBucket, S3 answers 403 for what does not exist",
        "grant s3:GetObject and s3:ListBucket on the bucket",
        operation=_OF_S3,
    ),
    Entry(
        f"{_DENIED}|Forbidden|403",
        "",
        "a policy refuses it",
        "grant {action}, or the actions listed in the README",
    ),
    Entry(
        "ValidationError",
        "(?i)endpoint",
        "the endpoint does not exist, or is not asynchronous",
        "list the endpoints with an AsyncInferenceConfig, and choose one of them",
    ),
    Entry(
        "ModelNotReadyException",
        "",
        "the model is being loaded",
        "try again in a moment",
        is_retryable=True,
    ),
    Entry(
        "ModelTimeoutException",
        "",
        "the model took too long",
        "shorten the input, then try again",
        is_retryable=True,
    ),
    Entry(
        "ModelErrorException|ModelStreamErrorException",
        "",
        "the model failed on this input",
        "read the model's own message, then try again",
        is_retryable=True,
    ),
    Entry(
        "ServiceUnavailable(Exception)?|InternalServer(Exception|Error)|InternalFailure|"
        "InternalError|50[0-4]",
        "",
        "the service failed",
        "try again; later if it persists",
        is_retryable=True,
    ),
    Entry(
        "RequestTimeout(Exception)?",
        "",
        "the request came too slowly for the service",
        "check the line, then try again",
        is_retryable=True,
    ),
    Entry(
        "ValidationException|ValidationError|InvalidNextToken|InvalidParameter\\w*",
        "",
        "the service does not take the request as it is",
        "mend what the message names",
    ),
)
