from __future__ import annotations

from pathlib import Path

import pytest

from tui.aws.profiles import Profile, bedrock_regions, profiles
from tui.model.problem import ProblemError

CONFIG = """\
[default]
region = us-east-1
[profile sso]
sso_account_id = 111122223333
sso_role_name = Reader
[profile role]
region = eu-west-1
role_arn = arn:aws:iam::999988887777:role/team/Admin
source_profile = default
"""


@pytest.fixture
def files(aws_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_the_profiles_of_both_files_are_listed_with_what_they_say(files: Path) -> None:
    (files / "config").write_text(CONFIG)
    (files / "credentials").write_text("[keys]\naws_access_key_id = a\naws_secret_access_key = b\n")

    assert profiles() == [
        Profile("default", "us-east-1"),
        Profile("keys"),
        Profile("role", "eu-west-1", "999988887777", "Admin"),
        Profile("sso", "", "111122223333", "Reader"),
    ]


def test_without_files_there_are_none(files: Path) -> None:
    assert profiles() == []


@pytest.mark.parametrize("content", [b"[profile prod\nregion", b"\xff\xfe\x00", b"region = x\n"])
@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_file_that_is_none_is_named(files: Path, name: str, content: bytes) -> None:
    (files / name).write_bytes(content)

    with pytest.raises(ProblemError) as raised:
        profiles()

    assert str(files / name) in raised.value.problem.message
    assert raised.value.problem.remedy


def test_a_home_that_is_nobody_s_is_named(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "~nobody-of-that-name/config")

    with pytest.raises(ProblemError) as raised:
        profiles()

    assert "AWS_CONFIG_FILE" in raised.value.problem.remedy


def test_bedrock_is_offered_in_well_known_regions_and_not_in_others() -> None:
    found = bedrock_regions()

    assert {"us-east-1", "us-west-2", "eu-west-1", "us-gov-west-1"} <= set(found)
    assert "cn-north-1" not in found
