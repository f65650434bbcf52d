"""Downloads of what S3 does not give away, and says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.aws.test_s3 import answering
from tests.builders import NOW
from tests.engine.stored import files_in
from tests.s3_servers import REGION
from tests.seaweedfs import SeaweedFS
from tests.seaweedfs import session as session
from tui.aws import s3
from tui.aws.session import Session
from tui.engine.downloading import Wanted, download
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.outputs import OutputObject, Place

ARCHIVED = OutputObject(Place("media", "job/"), "job/it's.bin", 9, NOW, '"x"', "DEEP_ARCHIVE")


def an_error(code: str, message: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


@pytest.mark.parametrize(
    ("head", "body", "remedy"),
    [
        (
            "403 Forbidden",
            an_error(
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: kms:Decrypt"
                " on resource: arn:aws:kms:us-west-2:123456789012:key/k because no identity-based"
                " policy allows the kms:Decrypt action",
            ),
            "grant kms:Decrypt",
        ),
        (
            "400 Bad Request",
            an_error("KMS.DisabledException", "arn:aws:kms:us-west-2:1:key/k is disabled."),
            "region and state",
        ),
        (
            "403 Forbidden",
            an_error("InvalidObjectState", "The operation is not valid for the object's class"),
            "aws s3api restore-object --bucket media --key 'job/it'\"'\"'s.bin' "
            "--restore-request Days=7",
        ),
        (
            "403 Forbidden",
            an_error("AccessDenied", "Access Denied"),
            "grant s3:GetObject",
        ),
    ],
    ids=["no kms:Decrypt", "key disabled", "archived", "no s3:GetObject"],
)
async def test_what_s3_keeps_to_itself_is_named_with_what_to_do(
    aws_environment: None, tmp_path: Path, head: str, body: bytes, remedy: str
) -> None:
    async with answering(head, body) as session:
        outcome = await download([Wanted(Bucket(session), ARCHIVED, tmp_path)])

    (failed,) = outcome.failed
    assert failed.problem.message.startswith("it's.bin: ")
    assert remedy in failed.problem.remedy
    assert failed.problem.cause
    assert files_in(tmp_path) == []


async def test_one_of_several_that_may_not_be_read_names_itself(
    session: Session,
    seaweedfs: SeaweedFS,
    seaweed_account: Callable[..., None],
    tmp_path: Path,
) -> None:
    bucket = seaweedfs.bucket()
    seaweedfs.put(bucket, {"job/a.bin": b"abc"})
    (thing,) = (await s3.list_objects(session, Place(bucket, "job/"))).objects
    seaweed_account("nobody", "nothing")
    stranger = Session(Context(region=REGION, endpoint_url=seaweedfs.url))
    wanted = [
        Wanted(Bucket(session), thing, tmp_path / "ours"),
        Wanted(Bucket(stranger), thing, tmp_path / "theirs"),
    ]
    try:
        outcome = await download(wanted)
    finally:
        await stranger.close()

    assert [saved.path for saved in outcome.saved] == [tmp_path / "ours" / "a.bin"]
    (failed,) = outcome.failed
    assert failed.problem.message.startswith("a.bin: ")
    assert failed.problem.operation == "GetObject"
