"""What went wrong, why, and what to do. The catalogue of causes is in ``error_catalogue``."""

from __future__ import annotations

import re

from msgspec import Struct

from tui.model import signed_out

_ABOUT_THE_CALLER = re.compile(
    # the credentials, the clock, and the rights that go with them
    r"AccessDenied.*|Expired.*|RequestExpired|Unrecognized.*|Invalid(ClientTokenId|AccessKeyId)|"
    r"AuthFailure|TokenRefreshRequired|UnauthorizedException|NotSignedUp|"
    r"(RegionDisabled|SubscriptionRequired)Exception|"
    r"SignatureDoesNotMatch|InvalidSignature(Exception)?|IncompleteSignature(Exception)?|"
    r"RequestTimeTooSkewed|MissingAuthenticationToken(Exception)?|InvalidToken|OptInRequired|"
    r".*SSO.*|.*TokenRetrievalError|Login.*|.*Credential.*|NoAuthTokenError|"
    r"UnknownTokenProviderError|RefreshWithMFAUnsupportedError|MetadataRetrievalError|"
    # the configuration here
    r"ProfileNotFound|(No|Invalid|Unknown)RegionError|Config(NotFound|ParseError)|CaBundle\w+|"
    r"Invalid(\w*Config\w*|IMDS\w*|Retry\w+|MaxRetry\w+|DefaultsMode|S3\w+|HostLabelError)|"
    r"InfiniteLoopConfigError|(Base|Unknown)?(FIPS)?Endpoint\w+Error|MissingDependencyException|"
    r"ServiceNotInRegionError|"
    # the line, a proxy that answers with a page of its own, and this machine
    r"30[237]|40[137]|511|Forbidden|"
    r"\w*SSL\w*Error|HTTPClientError|Proxy\w+|Invalid\w*U(RL|rl)\w*|Client\w+Error|Server\w+Error|"
    r"\w*(Redirect|Url)ClientError|UploadAbortedError|TooManyRedirects|"
    r"ServerFingerprintMismatch|[hg]aierror|(OS|Permission|FileNotFound|IsADirectory|"
    r"NotADirectory|BlockingIO|BrokenPipe|Timeout|Connection\w*|UnicodeDecode)Error|"
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
        resource: What the call was about, as an S3 URI; empty where that is not known.
        policy: The policy statement to grant, as JSON; empty where none would help.
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
    resource: str = ""
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"

    @property
    def is_verdict(self) -> bool:
        """Whether it judges the request itself, rather than the caller, the line or the moment."""
        is_of_the_moment = self.is_retryable or self.is_ambiguous or self.is_signed_out
        return not is_of_the_moment and not _ABOUT_THE_CALLER.fullmatch(self.kind)

    @property
    def is_signed_out(self) -> bool:
        """Whether the credentials have ended, or are missing: a person must log in."""
        return signed_out.is_signed_out(self.kind, self.message)

    @property
    def is_quota(self) -> bool:
        """Whether AWS only has no room now."""
        return _QUOTA.fullmatch(self.kind) is not None

    @property
    def one_line(self) -> str:
        """Type, message and remedy, for a status line."""
        message = " ".join(self.message.split())
        return f"{self.kind}: {message}" + (f" → {self.remedy}" if self.remedy else "")

    @property
    def in_full(self) -> str:
        """Everything that is known of it, line by line."""
        facts = {
            "cause": self.cause,
            "remedy": self.remedy,
            "policy": self.policy,
            "operation": " on ".join(filter(None, (self.operation, self.resource))),
            "request id": self.request_id,
            "trying again": again(self),
        }
        return "\n".join([str(self), *(f"{name}: {text}" for name, text in facts.items() if text)])


class ProblemError(Exception):
    """Carries a Problem to whoever asked; ``problem`` is its only content."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


LEAVING = Problem(
    kind="Leaving",
    message="the context is closed, or the program is leaving: nothing more is begun",
    remedy="open it again, and try again",
)


def again(problem: Problem) -> str:
    """Whether trying the same again makes sense, in words."""
    if problem.is_ambiguous:
        told = "it may have been carried out all the same"
        return f"may help, but {told}" if problem.is_retryable else told
    if not problem.is_retryable:
        return "does not help before that is mended" if problem.remedy else ""
    wait = f", in {problem.retry_after:g} seconds" if problem.retry_after else ""
    return f"may help{wait}"


def problem_of(error: BaseException) -> Problem:
    """The problem that an exception carries, or that it is: a fault of our own."""
    if isinstance(error, ProblemError):
        return error.problem
    kind = type(error).__name__
    return Problem(kind=kind, message=str(error) or kind, cause="a fault in asyncinvoke itself")
