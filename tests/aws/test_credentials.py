"""Which kind of credentials a context has, where no profile brings them."""

from __future__ import annotations

import pytest

from tests.aws.sessions import a_session
from tests.signed_in import AwsFiles
from tui.aws.credentials import look
from tui.model.credentials import Credentials


async def test_keys_of_the_environment_are_of_no_profile(
    aws_files: AwsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    async with a_session() as session:
        assert await look(session) == Credentials(method="env")


async def test_where_nothing_is_found_or_signed_there_are_none(aws_files: AwsFiles) -> None:
    async with a_session() as session, a_session(sign_requests=False) as unsigned:
        assert await look(session) is None
        assert await look(unsigned) is None
