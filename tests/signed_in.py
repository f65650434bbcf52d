"""AWS files of a test, and an engine that has its credentials from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.sandbox.server import Sandbox

SERIAL = "arn:aws:iam::123456789012:mfa/ann"
ROLE = "arn:aws:iam::123456789012:role/tester"


@dataclass(frozen=True)
class AwsFiles:
    """The two AWS files, in a home of their own."""

    home: Path

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def credentials(self) -> Path:
        return self.home / ".aws" / "credentials"

    def keys(self, access_key: str, profile: str = "default", token: str = "") -> None:
        """Write one profile's keys, in place of all that was there."""
        text = f"[{profile}]\naws_access_key_id = {access_key}\naws_secret_access_key = secret\n"
        text += f"aws_session_token = {token}\n" if token else ""
        self.credentials.write_text(text, encoding="utf-8")

    def configure(self, text: str) -> None:
        """Write the config file."""
        self.config.write_text(text, encoding="utf-8")


@pytest.fixture
def aws_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws_environment: None) -> AwsFiles:
    """No key in the environment; the AWS files are empty, and in the test's home."""
    files = AwsFiles(tmp_path)
    files.config.parent.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(files.config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(files.credentials))
    return files


@pytest.fixture
def a_role(aws_files: AwsFiles, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AwsFiles:
    """A profile ``team`` whose role wants the code of an MFA device, assumed at the sandbox."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sandbox.url)
    aws_files.keys("source")
    aws_files.configure(
        f"[profile team]\nrole_arn = {ROLE}\nsource_profile = default\nmfa_serial = {SERIAL}\n"
    )
    return aws_files
