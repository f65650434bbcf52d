"""What the AWS files and the SDK know without a call: profiles, and regions that have Bedrock.

Everything here blocks, for it reads files and imports the SDK: it belongs into a thread.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tui.model.problem import Problem, ProblemError

_FILES = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of the AWS files.

    Attributes:
        name: As ``--profile`` takes it.
        region: Its own, or empty.
        account: Of the role that it assumes, or of its SSO, where the files say it; or empty.
        role: The name of that role, or empty.
    """

    name: str
    region: str = ""
    account: str = ""
    role: str = ""


def profiles(environment: Mapping[str, str] | None = None) -> list[Profile]:
    """Every profile of the AWS files, as the SDK reads them, in the order of their names.

    Raises:
        ProblemError: A file cannot be read, or holds what is no configuration; it is named.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    env = os.environ if environment is None else environment
    for variable, usual in _FILES.items():
        _require_readable(variable, Path(env.get(variable) or usual))
    try:
        found: Mapping[str, Mapping[str, object]] = Session().full_config["profiles"]
    except (BotoCoreError, OSError) as error:
        raise ProblemError(_not_understood(str(error))) from error
    return sorted(map(_profile, found, found.values()), key=lambda profile: profile.name)


class _Service(Struct):
    endpoints: Mapping[str, Raw] = {}


class _Partition(Struct):
    regions: Mapping[str, Raw]
    services: Mapping[str, _Service]


class _EndpointData(Struct):
    partitions: tuple[_Partition, ...]


def bedrock_regions() -> list[str]:
    """The regions where the SDK knows of Bedrock, in the order of their names.

    Its endpoint data names Bedrock's runtime in fewer of them: it lags behind there. They are read
    without the SDK, which takes half a second to import: a shell asks for them at a tab.
    """
    spec = find_spec("botocore")
    folders = (spec.submodule_search_locations if spec else None) or ()
    return sorted(
        region
        for folder in folders
        for partition in msgspec.json.decode(
            Path(folder, "data", "endpoints.json").read_bytes(), type=_EndpointData
        ).partitions
        for region in partition.services.get("bedrock", _Service()).endpoints
        if region in partition.regions
    )


def _profile(name: str, members: Mapping[str, object]) -> Profile:
    account, role = _text(members, "sso_account_id"), _text(members, "sso_role_name")
    arn = _text(members, "role_arn").split(":", 5)
    if len(arn) > 5:
        account, role = arn[4], arn[5].rpartition("/")[2]
    return Profile(name, _text(members, "region"), account, role)


def _text(members: Mapping[str, object], name: str) -> str:
    found = members.get(name)
    return found if isinstance(found, str) else ""


def _require_readable(variable: str, path: Path) -> None:
    """The SDK takes a file that it may not read for an empty one."""
    try:
        path = path.expanduser()
        if path.is_file():
            path.open("rb").close()
    except (OSError, RuntimeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ProblemError(_not_readable(variable, path, why)) from error


def _not_readable(variable: str, path: Path, why: str) -> Problem:
    return Problem(
        kind="AwsFileNotReadable",
        message=f"{path}: {why}",
        cause="the profiles of this file cannot be read",
        remedy=f"mend its rights, or name another with {variable}",
    )


def _not_understood(message: str) -> Problem:
    return Problem(
        kind="ConfigParseError",
        message=message,
        cause="the file is half written, or is no AWS configuration",
        remedy="mend the file; a name can be typed meanwhile",
    )
