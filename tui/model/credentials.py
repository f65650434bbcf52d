"""What requests are signed with, as far as a person may see it: never the secrets. Data only."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tui.model.problem import Problem

Profiles = Mapping[str, Mapping[str, object]]
"""The profiles of the AWS files, by name, with their settings."""

SELF_RENEWING = frozenset({"", "custom-process", "container-role", "iam-role"})
"""The methods that bring new credentials without a file that shows it."""

IN_FILES = frozenset({"shared-credentials-file", "config-file"})
"""The methods whose keys stand in the AWS files, where new ones are noticed."""

_OF_KEYS = re.compile(
    r"ExpiredToken(Exception)?|TokenRefreshRequired|UnrecognizedClientException|"
    r"InvalidClientTokenId|InvalidAccessKeyId|CredentialsExpired"
)


class Credentials(Struct, frozen=True, kw_only=True):
    """The kind of a context's credentials, and when and how they are renewed.

    Attributes:
        method: botocore's name of their source: ``env``, ``shared-credentials-file``,
            ``assume-role``, ``sso``, ``login``, ``custom-process``, ``container-role``,
            ``iam-role``, or ``bearer``.
        profile: The profile that brings them; empty where none does.
        expires: When they end; aware, UTC; None for what does not end, or does not say.
        renewal: The command that a person renews them with, word by word; empty where there is
            none.
    """

    method: str
    profile: str = ""
    expires: datetime | None = None
    renewal: tuple[str, ...] = ()


class CodeWanted(Struct, frozen=True, kw_only=True):
    """A role wants the code of an MFA device.

    Attributes:
        serial: The device's serial number or ARN.
        profile: The profile whose role it is.
    """

    serial: str
    profile: str


def method_of(name: str, profiles: Profiles) -> str:
    """How the SDK takes credentials from a profile, in its own order; empty where it has none.

    Args:
        name: The profile.
        profiles: All of them.
    """
    profile = profiles.get(name, {})
    if "role_arn" in profile and ("source_profile" in profile or "credential_source" in profile):
        return "assume-role"
    for method, setting in (
        ("assume-role-with-web-identity", "web_identity_token_file"),
        ("sso", "sso_session"),
        ("sso", "sso_start_url"),
        ("login", "login_session"),
        ("shared-credentials-file", "aws_access_key_id"),
        ("custom-process", "credential_process"),
    ):
        if setting in profile:
            return method
    return ""


def source_of(name: str, profiles: Profiles) -> str:
    """The profile whose credentials assume the role of this one, or of those between; or itself."""
    seen = {name}
    while method_of(name, profiles) == "assume-role":
        profile = profiles.get(name, {})
        following = str(profile.get("source_profile", ""))
        if following not in profiles or following in seen:
            break
        seen.add(following)
        name = following
    return name


def renewal_of(name: str, profiles: Profiles) -> tuple[str, ...]:
    """The command that renews the credentials of a profile, word by word; empty for none.

    A role is renewed by a log-in to the profile whose credentials assume it.
    """
    source = source_of(name, profiles)
    if source not in profiles:
        return ()
    commands = {"sso": ("aws", "sso", "login"), "login": ("aws", "login")}
    command = commands.get(method_of(source, profiles), ())
    return (*command, "--profile", source) if command else ()


def mends(credentials: Credentials | None) -> str:
    """What a person does where no command renews the credentials: which file or variable."""
    if credentials is None:
        return "choose a profile that has credentials, or write some into the AWS files"
    profile = credentials.profile or "default"
    in_files = f"write new keys of profile {profile} into the AWS files (~/.aws/credentials)"
    remedies = {
        "env": "start again with new keys in the environment: AWS_ACCESS_KEY_ID and the others",
        "bearer": "start again with a new AWS_BEARER_TOKEN_BEDROCK in the environment",
        "custom-process": f"do what credential_process of profile {profile} needs, then try again",
        "assume-role": f"mend the role of profile {profile}, or the keys of its source",
        "assume-role-with-web-identity": "write a new web identity token, then try again",
        "container-role": "the container's role brings new ones by itself; or try again",
        "iam-role": "the instance's role brings new ones by itself; or try again",
        **dict.fromkeys(IN_FILES, in_files),
    }
    return remedies.get(credentials.method, f"renew profile {profile}, then try again")


def remedied(problem: Problem, credentials: Credentials | None) -> Problem:
    """The problem with the remedy for its kind of credentials, where they have ended or are wrong.

    Args:
        problem: Why we are signed out.
        credentials: What was signed with; None where there was nothing.
    """
    if credentials is None or not _OF_KEYS.fullmatch(problem.kind):
        return problem
    command = shlex.join(credentials.renewal)
    return replace(problem, remedy=command or mends(credentials))
