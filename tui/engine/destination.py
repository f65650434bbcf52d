"""Where outputs will go: what its placeholders stand for, and a look whether they can.

The look writes no object. It begins an upload in parts and takes it back, since S3 has no other way
to say whether it would take one.
"""

from __future__ import annotations

import getpass
import os
import secrets
from dataclasses import dataclass

from msgspec.structs import replace

from tui.aws import s3
from tui.aws.session import Session
from tui.model import placeholder
from tui.model.clock import Clock
from tui.model.outputs import Place
from tui.model.problem import Problem, ProblemError

PROBE = "asyncinvoke-check-"
"""What the key begins with that an upload is begun for."""

_BUCKET_PROBLEMS = (
    (("404", "NoSuchBucket"), "there is no such bucket", "check its name, or create it"),
    (
        ("403", "AccessDenied"),
        "no s3:ListBucket on it, or another account's: its region was not seen",
        "grant s3:ListBucket, or check the bucket's name and owner",
    ),
    (
        ("301", "PermanentRedirect"),
        "the bucket is in another region",
        "choose a bucket in the call's own region",
    ),
)
"""Kinds of problems that looking at a bucket meets, their cause and their remedy."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a place found.

    Attributes:
        holds: What was seen to be as it must be, in words.
        problems: What was not, or could not be seen.
    """

    holds: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def placeholders(model_id: str, clock: Clock) -> dict[str, str]:
    """What the placeholders of an output URI stand for, now and on this machine."""
    return placeholder.values(model_id, clock(), user_name())


async def look(session: Session, place: Place, kms_key_id: str = "", owner: str = "") -> Look:
    """Whether the bucket exists, is in the session's region, and takes an object there.

    Args:
        session: Whose rights count, and in which region: the service writes with the caller's.
        place: The folder.
        kms_key_id: The ARN of the key that the outputs shall be encrypted with, or empty.
        owner: The account that the bucket must belong to, or empty.
    """
    holds: list[str] = []
    try:
        region = await s3.head_bucket(session, place.bucket, owner)
    except ProblemError as error:
        problem = _of_bucket(error.problem, place.bucket)
        if error.problem.kind not in ("403", "AccessDenied"):
            return Look(problems=(problem,))
        problems = [problem]  # that says nothing yet about writing
    else:
        holds, problems = _of_region(place.bucket, region, session.context.region or "")
    written = await _try(session, place, kms_key_id, owner)
    return Look((*holds, *written.holds), (*problems, *written.problems))


async def _try(session: Session, place: Place, kms_key_id: str, owner: str) -> Look:
    folder = place.prefix if place.prefix.endswith("/") or not place.prefix else f"{place.prefix}/"
    key = f"{folder}{PROBE}{secrets.token_hex(4)}"
    try:
        upload = await s3.begin_upload(session, place.bucket, key, kms_key_id, owner)
    except ProblemError as error:
        return Look(problems=(of_writing(error.problem, place),))
    encrypted = " with the KMS key" if kms_key_id else ""
    holds = (f"takes an object{encrypted} (an upload was begun and taken back)",)
    try:
        await s3.abort_upload(session, place.bucket, key, upload, owner)
    except ProblemError as error:
        return Look(holds, (_of_leftover(error.problem, place.bucket, key),))
    return Look(holds)


def _of_region(bucket: str, region: str, wanted: str) -> tuple[list[str], list[Problem]]:
    if region and wanted and region != wanted:
        problem = Problem(
            kind="OtherRegion",
            message=f"{bucket} is in {region}, the call goes to {wanted}",
            cause="the service only writes to a bucket of its own region",
            remedy=f"choose a bucket in {wanted}, or call in {region}",
            operation="HeadBucket",
        )
        return ["the bucket exists"], [problem]
    return [f"the bucket exists{f', in {region}' if region else '; its region is not told'}"], []


def _of_bucket(problem: Problem, bucket: str) -> Problem:
    """HEAD answers have no body: the status is all that S3 says."""
    for kinds, cause, remedy in _BUCKET_PROBLEMS:
        if problem.kind in kinds:
            message = f"{bucket}: {problem.message}"
            return replace(problem, message=message, cause=cause, remedy=remedy)
    return problem


def of_writing(problem: Problem, place: Place) -> Problem:
    """The problem that writing to a place met, with what to do where the right or a key is missing.

    Without it, a refusal would be explained as one of reading.
    """
    is_of_key = "kms" in f"{problem.kind} {problem.message}".lower()
    if problem.kind.startswith("KMS.") or (is_of_key and problem.kind != "AccessDenied"):
        return replace(
            problem,
            cause="the KMS key does not serve",
            remedy="check its ARN, region and state, and kms:GenerateDataKey on it",
        )
    if problem.kind in ("AccessDenied", "403") and not is_of_key:
        return replace(
            problem,
            cause=f"not writable: no s3:PutObject on {place}",
            remedy="have s3:PutObject granted there, to whoever submits",
        )
    return problem


def _of_leftover(problem: Problem, bucket: str, key: str) -> Problem:
    return replace(
        problem,
        cause=f"an empty unfinished upload stays in {bucket}: {key}",
        remedy="grant s3:AbortMultipartUpload, or let a lifecycle rule of the bucket remove it",
    )


def user_name() -> str:
    """Who runs the program, by name where the machine has one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid())  # nobody has given this user a name
