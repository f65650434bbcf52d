from __future__ import annotations

import pytest

from tui.model.credentials import Credentials, mends, method_of, remedied, renewal_of
from tui.model.problem import Problem

ROLE = {"role_arn": "arn:aws:iam::123456789012:role/x"}
PROFILES = {
    "keys": {"aws_access_key_id": "a"},
    "corp": {"sso_session": "corp", "aws_access_key_id": "a"},
    "old": {"sso_start_url": "https://x"},
    "ann": {"login_session": "arn"},
    "tool": {"credential_process": "tool"},
    "web": {**ROLE, "web_identity_token_file": "/t"},
    "machine": {**ROLE, "credential_source": "Ec2InstanceMetadata"},
    "deep": {**ROLE, "source_profile": "middle"},
    "middle": {**ROLE, "source_profile": "corp"},
    "round": {**ROLE, "source_profile": "about"},
    "about": {**ROLE, "source_profile": "round"},
    "lost": {**ROLE, "source_profile": "nobody"},
    "bare": {"region": "us-west-2"},
}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("keys", "shared-credentials-file"),
        ("corp", "sso"),
        ("old", "sso"),
        ("ann", "login"),
        ("tool", "custom-process"),
        ("web", "assume-role-with-web-identity"),
        ("machine", "assume-role"),
        ("deep", "assume-role"),
        ("bare", ""),
        ("nobody", ""),
    ],
)
def test_a_profile_has_the_method_that_the_sdk_tries_first(name: str, method: str) -> None:
    assert method_of(name, PROFILES) == method


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("corp", "aws sso login --profile corp"),
        ("old", "aws sso login --profile old"),
        ("ann", "aws login --profile ann"),
        ("deep", "aws sso login --profile corp"),
        ("keys", ""),
        ("tool", ""),
        ("machine", ""),
        ("round", ""),
        ("lost", ""),
        ("nobody", ""),
    ],
)
def test_a_role_is_renewed_where_its_credentials_come_from(name: str, command: str) -> None:
    assert " ".join(renewal_of(name, PROFILES)) == command


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        (None, "choose a profile"),
        (Credentials(method="env"), "AWS_ACCESS_KEY_ID"),
        (Credentials(method="bearer"), "AWS_BEARER_TOKEN_BEDROCK"),
        (Credentials(method="shared-credentials-file", profile="p"), "profile p"),
        (Credentials(method="new-kind", profile="p"), "renew profile p"),
    ],
)
def test_what_no_command_renews_has_words_that_say_what_does(
    credentials: Credentials | None, words: str
) -> None:
    assert words in mends(credentials)


EXPIRED = Problem(kind="ExpiredToken", message="it ended", remedy="log in again")


@pytest.mark.parametrize(
    ("credentials", "remedy"),
    [
        (Credentials(method="env"), "start again with new keys in the environment"),
        (Credentials(method="shared-credentials-file", profile="p"), "new keys of profile p"),
        (
            Credentials(method="sso", profile="p", renewal=("aws", "sso", "login")),
            "aws sso login",
        ),
        (None, "log in again"),
    ],
)
def test_keys_that_ended_have_the_remedy_for_their_kind(
    credentials: Credentials | None, remedy: str
) -> None:
    assert remedy in remedied(EXPIRED, credentials).remedy


def test_another_problem_keeps_its_remedy() -> None:
    problem = Problem(kind="NoCredentialsError", message="none", remedy="choose a --profile")

    assert remedied(problem, Credentials(method="env")) == problem
