from __future__ import annotations

from pathlib import Path

import pytest

from tui.config.profile import Profile, read_profile

AWS_CONFIG = """
[default]
region = us-east-1
[profile prod]
region = eu-west-1
[profile "two words"]
region = eu-west-2
[profile none]
output = json
[profile empty]
region =
[profile later]
output = hologram
region = us-east-1
[profile ignoring]
endpoint_url = http://x
services = s
ignore_configured_endpoint_urls = true
[profile typo]
services = nowhere
[services s]
s3 =
  endpoint_url = http://s3
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config").write_text(AWS_CONFIG)
    (tmp_path / "credentials").write_text("[prod]\naws_access_key_id = x\n[keys]\nregion = k-1\n")
    return {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }


def said(profile: Profile) -> dict[str, object]:
    return {place[0]: found.value for place, found in profile.layer.items()}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("default", {"region": "us-east-1"}),
        ("prod", {"region": "eu-west-1"}),
        ("two words", {"region": "eu-west-2"}),
        ("none", {"output": "json"}),
        ("empty", {}),
        ("missing", {}),
        ("keys", {"region": "k-1"}),
        ("later", {"region": "us-east-1"}),
        ("ignoring", {}),
        ("typo", {}),
    ],
)
def test_a_profile_sets_what_the_aws_cli_reads_of_it(
    files: dict[str, str], name: str, values: dict[str, str]
) -> None:
    profile = read_profile(name, files)

    assert said(profile) == values
    assert not profile.has_endpoints


def test_the_origin_names_profile_and_file(files: dict[str, str]) -> None:
    found = read_profile("prod", files).layer[("region",)]

    assert found.origin == f"profile prod in {files['AWS_CONFIG_FILE']}"


@pytest.mark.parametrize("content", [b"no section", b"[default]\nregion = \xff", b"[a]\n[a]"])
def test_broken_aws_files_are_left_to_the_sdk(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aws-config"
    path.write_bytes(content)

    for name in (str(path), str(tmp_path), "~no-such-user/config"):
        files = {"AWS_CONFIG_FILE": name, "AWS_SHARED_CREDENTIALS_FILE": name}
        assert read_profile("default", files) == Profile()
