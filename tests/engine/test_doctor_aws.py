from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tui.aws.probes import Tried
from tui.engine.doctor_aws import (
    GET,
    LIST,
    MODELS,
    action,
    caller_arn,
    clock,
    credentials,
    excused,
)
from tui.model.credentials import Credentials
from tui.model.explanation import explained
from tui.model.finding import Verdict
from tui.model.problem import Problem, ProblemError

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
US = Tried(
    answer={"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/dev/me"}
)
LISTED = Tried(answer={"asyncInvokeSummaries": []})
DENIED = "User: arn:… is not authorized to perform: bedrock:ListAsyncInvokes on resource: *"


def refused(kind: str, message: str = "no") -> Tried:
    return Tried(ProblemError(explained(Problem(kind=kind, message=message))))


# The clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skew", "verdict", "words"),
    [
        (None, Verdict.NOT_KNOWN, "no answer"),
        (timedelta(), Verdict.OK, "as AWS's"),
        (timedelta(seconds=-40), Verdict.OK, "40 s off"),
        (timedelta(seconds=61), Verdict.WARNING, "1 min 1 s ahead of"),
        (timedelta(minutes=-5), Verdict.WARNING, "5 min behind"),
        (timedelta(minutes=-20), Verdict.FAULT, "20 min behind"),
        (timedelta(hours=2), Verdict.FAULT, "120 min ahead of"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(
    skew: timedelta | None, verdict: Verdict, words: str
) -> None:
    found = clock(skew)

    assert found.verdict is verdict
    assert words in found.text
    assert bool(found.cause and found.remedy) is (verdict in (Verdict.WARNING, Verdict.FAULT))


@pytest.mark.parametrize(
    "kind", ["InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"]
)
def test_a_signature_that_a_wrong_clock_made_says_nothing_of_the_keys(kind: str) -> None:
    caller = credentials(None, refused(kind), refused(kind), NOW, signs=True)
    assert caller.verdict is Verdict.FAULT

    assert excused(caller, refused(kind)).verdict is Verdict.NOT_KNOWN
    assert excused(caller, refused("ExpiredTokenException")) == caller
    assert excused(caller, LISTED) == caller


# Who one is --------------------------------------------------------------------------------------


def test_keys_that_serve_are_told_with_account_and_role() -> None:
    found = credentials(Credentials(method="env"), US, LISTED, NOW, signs=True)

    assert found.verdict is Verdict.OK
    assert found.text.startswith("environment variables: account 123456789012, arn:aws:sts::")
    assert "assumed-role/dev/me" in found.text


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(timedelta(hours=1), Verdict.OK), (timedelta(minutes=5), Verdict.WARNING)],
)
def test_a_session_says_when_it_ends_and_warns_before(left: timedelta, verdict: Verdict) -> None:
    renewal = ("aws", "sso", "login", "--profile", "prod")
    session = Credentials(method="sso", profile="prod", expires=NOW + left, renewal=renewal)

    found = credentials(session, US, LISTED, NOW, signs=True)

    assert found.verdict is verdict
    assert found.text.startswith("SSO (profile prod): ")
    assert found.details[0].startswith("they end 2026-03-01 1")
    assert found.remedy == ("aws sso login --profile prod" if verdict is Verdict.WARNING else "")


def test_a_role_that_the_sdk_renews_by_itself_may_be_nearly_over() -> None:
    role = Credentials(method="iam-role", expires=NOW + timedelta(minutes=1))
    assert credentials(role, US, LISTED, NOW, signs=True).verdict is Verdict.OK


@pytest.mark.parametrize(
    "kind",
    [
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "UnauthorizedSSOTokenError",
        "TokenRetrievalError",
        "LoginRefreshRequired",
        "CredentialRetrievalError",
        "PartialCredentialsError",
        "InvalidSignatureException",
        "LoginTokenLoadError",
        "MfaNotAsked",
        "MfaCancelled",
    ],
)
def test_keys_that_aws_does_not_take_are_a_fault_with_what_renews_them(kind: str) -> None:
    found = credentials(
        Credentials(method="sso", profile="prod", renewal=("aws", "sso", "login")),
        refused(kind),
        refused(kind),
        NOW,
        signs=True,
    )

    assert found.verdict is Verdict.FAULT
    assert found.text.startswith(f"{kind}: ")
    assert "renew with: aws sso login" in found.details
    assert found.remedy


def test_an_api_key_that_has_ended_is_a_fault_although_it_is_told_as_a_denial() -> None:
    ended = refused("AccessDeniedException", "Bearer Token has expired")

    found = credentials(Credentials(method="bearer"), ended, ended, NOW, signs=True)

    assert found.verdict is Verdict.FAULT
    assert "Bearer Token has expired" in found.text


def test_a_bearer_token_has_no_account() -> None:
    bearer = Credentials(method="bearer")

    found = credentials(bearer, refused("NoCredentialsError"), LISTED, NOW, signs=True)

    assert found.verdict is Verdict.NOT_KNOWN
    assert "AWS_BEARER_TOKEN_BEDROCK" in found.text


def test_a_bearer_token_that_bedrock_does_not_take_is_a_fault() -> None:
    none = refused("NoCredentialsError")
    bad = refused("UnrecognizedClientException")

    found = credentials(Credentials(method="bearer"), none, bad, NOW, signs=True)

    assert found.verdict is Verdict.FAULT
    assert found.text.startswith("UnrecognizedClientException")


def test_without_signatures_nobody_is_asked() -> None:
    found = credentials(None, Tried(), LISTED, NOW, signs=False)
    assert (found.verdict, "--no-sign-request" in found.text) == (Verdict.OK, True)


# What one may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ValidationException", "ResourceNotFoundException"])
def test_a_try_that_must_be_refused_tells_by_the_way_it_is(kind: str) -> None:
    assert action(GET, refused(kind)).verdict is Verdict.OK
    assert action(GET, refused("AccessDeniedException", DENIED)).verdict is Verdict.FAULT
    foreign = refused("AccessDeniedException", "You don't have access to the model")
    assert action(GET, foreign).verdict is Verdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("ValidationException", Verdict.FAULT),
        ("UnrecognizedClientException", Verdict.FAULT),
        ("ThrottlingException", Verdict.NOT_KNOWN),
        ("ReadTimeoutError", Verdict.NOT_KNOWN),
    ],
)
def test_a_try_that_should_work_and_does_not_is_a_fault_unless_it_may_work_next_time(
    kind: str, verdict: Verdict
) -> None:
    assert action(LIST, LISTED).verdict is Verdict.OK
    assert action(LIST, refused(kind)).verdict is verdict


def test_an_optional_right_is_at_most_a_warning() -> None:
    assert action(MODELS, refused("AccessDeniedException", DENIED)).verdict is Verdict.WARNING
    assert action(MODELS, refused("ValidationException")).verdict is Verdict.NOT_KNOWN


@pytest.mark.parametrize("arn", ["", "minio", "arn:aws:iam:::user", "arn:aws"])
def test_a_caller_without_an_account_is_asked_for_no_invocation_of_its_own(arn: str) -> None:
    assert caller_arn(Tried(answer={"Account": "1", "Arn": arn})) == ""
    assert caller_arn(US) == US.text("Arn")
