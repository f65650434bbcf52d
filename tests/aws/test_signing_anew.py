"""Credentials that are found anew, while clients and look-ups are under way."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.aws.sessions import KEYS, a_session, bring
from tests.signed_in import AwsFiles
from tui.aws import bedrock
from tui.model.problem import ProblemError
from tui.sandbox.server import Sandbox


async def test_renewed_keys_are_signed_with_by_the_same_client(
    aws_files: AwsFiles, sandbox: Sandbox
) -> None:
    aws_files.keys("old")
    sandbox.expiry.set("old", 0)
    async with a_session(endpoint_url=sandbox.url) as session:
        client = await session.client("bedrock-runtime")
        with pytest.raises(ProblemError, match="ExpiredToken"):
            await anext(bedrock.list_all(session))

        aws_files.keys("new")
        session.renew()

        assert not (await anext(bedrock.list_all(session))).invocations
        assert await session.client("bedrock-runtime") is client


async def test_what_a_look_up_from_before_the_renewal_brings_signs_nothing_after_it(
    aws_files: AwsFiles,
) -> None:
    begun, end = aws_files.home / "begun", aws_files.home / "end"
    os.mkfifo(begun)
    os.mkfifo(end)
    former, renewed = KEYS.replace("brought", "former") % "", KEYS.replace("brought", "new") % ""
    bring(aws_files, f"echo > '{begun}'; cat '{end}' >&2; printf '%s' '{former}'")
    async with a_session("team") as session:
        before = asyncio.create_task(session.signing.frozen())
        await asyncio.to_thread(begun.read_text)
        bring(aws_files, f"printf '%s' '{renewed}'")
        session.renew()

        after = asyncio.create_task(session.signing.frozen())
        await asyncio.wait({after}, timeout=5)
        end.write_text("now")

        assert (await before).access_key == "former"
        assert (await after).access_key == "new"
        assert (await session.signing.frozen()).access_key == "new"


async def test_a_profile_that_is_written_later_is_found(
    aws_files: AwsFiles, sandbox: Sandbox
) -> None:
    async with a_session("team", endpoint_url=sandbox.url) as session:
        with pytest.raises(ProblemError, match="ProfileNotFound"):
            await anext(bedrock.list_all(session))

        aws_files.configure("[profile team]\naws_access_key_id = a\naws_secret_access_key = b\n")
        session.renew()

        assert not (await anext(bedrock.list_all(session))).invocations
