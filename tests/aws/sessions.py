"""Sessions over AWS files of a test, and a program that brings credentials."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.signed_in import AwsFiles
from tui.aws.session import Session
from tui.model.context import Context


@asynccontextmanager
async def a_session(profile: str | None = None, **changes: object) -> AsyncIterator[Session]:
    members: dict[str, object] = {"region": "us-west-2", "profile": profile, **changes}
    session = Session(Context(**members))  # type: ignore[arg-type]
    try:
        yield session
    finally:
        await session.close()


def bring(files: AwsFiles, script: str) -> Path:
    """Make a shell script the program that brings the credentials; returns it."""
    file = files.home / "bring"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    files.configure(f"[profile team]\ncredential_process = '{file}'\n")
    return file


KEYS = '{"Version": 1, "AccessKeyId": "brought", "SecretAccessKey": "TELL-NOBODY"%s}'
