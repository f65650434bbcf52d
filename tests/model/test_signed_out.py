from __future__ import annotations

import pytest

from tui.model.problem import Problem


@pytest.mark.parametrize(
    ("kind", "message", "is_signed_out"),
    [
        ("ExpiredToken", "", True),
        ("ExpiredTokenException", "", True),
        ("UnrecognizedClientException", "", True),
        ("InvalidClientTokenId", "", True),
        ("UnauthorizedSSOTokenError", "", True),
        ("SSOTokenLoadError", "", True),
        ("TokenRetrievalError", "", True),
        ("LoginRefreshRequired", "", True),
        ("NoCredentialsError", "", True),
        ("PartialCredentialsError", "", True),
        ("CredentialProcessFailed", "", True),
        ("MfaCancelled", "", True),
        ("AccessDenied", "MultiFactorAuthentication failed with invalid MFA code", True),
        ("AccessDeniedException", "Bearer Token has expired", True),
        (
            "AccessDeniedException",
            "… is not authorized to perform: bedrock:ListAsyncInvokes",
            False,
        ),
        ("ProfileNotFound", "", False),
        ("NoRegionError", "", False),
        ("RequestExpired", "", False),
        ("SignatureDoesNotMatch", "", False),
        ("ThrottlingException", "", False),
        ("EndpointConnectionError", "", False),
    ],
)
def test_what_a_log_in_mends_is_being_signed_out(
    kind: str, message: str, is_signed_out: bool
) -> None:
    problem = Problem(kind=kind, message=message)

    assert problem.is_signed_out == is_signed_out
    assert not (problem.is_signed_out and problem.is_verdict)
