"""Which errors mean that nobody is signed in: a person must log in, or bring other credentials."""

from __future__ import annotations

import re

MFA_CANCELLED = "MfaCancelled"
MFA_NOT_ASKED = "MfaNotAsked"
PROCESS_FAILED = "CredentialProcessFailed"
EXPIRED = "CredentialsExpired"
UNREADABLE = "CredentialsUnreadable"

_KINDS = re.compile(
    r"ExpiredToken(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|"
    r"UnauthorizedSSOTokenError|SSOTokenLoadError|TokenRetrievalError|SSOError|"
    r"Login(RefreshRequired|TokenLoadError|AuthorizationCodeError|InsufficientPermissions)|"
    r"LoginError|RefreshWithMFAUnsupportedError|"
    r"NoCredentialsError|PartialCredentialsError|CredentialRetrievalError|MetadataRetrievalError|"
    f"{MFA_CANCELLED}|{MFA_NOT_ASKED}|{PROCESS_FAILED}|{EXPIRED}|{UNREADABLE}"
)

# Services that answer a plain denial where the credentials themselves are at fault.
_DENIED = re.compile(
    r"MultiFactorAuthentication failed|Bearer [Tt]oken has expired|API [Kk]ey is (not )?valid"
)


def is_signed_out(kind: str, message: str) -> bool:
    """Whether an error ends all asking until a person has logged in.

    Args:
        kind: The error's type.
        message: What was said.
    """
    if _KINDS.fullmatch(kind):
        return True
    return kind.startswith("AccessDenied") and _DENIED.search(message) is not None
