"""What becomes of the input of an InvokeEndpointAsync: uploaded to a folder, or sent inline.

A location that is there already stays. Nothing is opened that might hang, and nothing is sent that
is not what was looked at.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from mimetypes import MimeTypes
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from tui.aws import uploading
from tui.aws.session import Session
from tui.engine import destination, local_file
from tui.engine.local_file import ChangedError, Stamp, UnusableError
from tui.model import magic
from tui.model.document import size_text
from tui.model.kind import kind_of
from tui.model.outputs import place_of
from tui.model.part import part_of
from tui.model.problem import Problem, ProblemError
from tui.model.request import InvokeEndpointAsync
from tui.model.text import unquoted

LARGEST = 2**30
"""Bytes of an input that an endpoint takes: 1 GB, whichever kind is meant."""

HEAD = 64 * 1024
"""Bytes that are looked at to tell a file's format."""

Progress = Callable[[int], None]
"""Told how many bytes have just been sent; fewer than none where a part begins anew."""


@dataclass(frozen=True, slots=True)
class Local:
    """A file that can be sent.

    Attributes:
        name: As it was typed, without a prefix.
        size: Bytes.
        format: What it is, by its first bytes: ``JSON lines``, ``PNG``, ``binary``.
        content_type: What it is, by its name; empty where that tells nothing.
        stamp: Which state of it was looked at.
    """

    name: str
    size: int
    format: str
    content_type: str
    stamp: Stamp

    def __str__(self) -> str:
        return f"{size_text(self.size)} {self.format}"


async def look(text: str) -> Local:
    """What the file is that was typed: its name, with or without ``file://`` or ``fileb://``.

    Raises:
        UnusableError: It cannot be sent.
    """
    return await asyncio.to_thread(_look, text)


async def stage(
    session: Session,
    request: InvokeEndpointAsync,
    local: Local | None = None,
    folder: str = "",
    progress: Progress | None = None,
) -> InvokeEndpointAsync:
    """The request with its input where the endpoint can have it.

    An upload goes into a folder of its own, which begins with the inference id: no other one,
    under whatever id, ever takes its place while it may still be read.

    Args:
        session: Where to upload.
        request: With its inference id.
        local: The file that is the input, in place of the request's own.
        folder: An s3:// folder for a file and for a typed body, its placeholders filled in. Where
            there is none, they are sent inline.
        progress: Told of the bytes as they leave.

    Raises:
        ProblemError: The input cannot be had, is too large to be sent inline, or was not uploaded.
            Nothing was submitted.
    """
    if local is None and request.model_input is None:
        return request
    try:
        if folder:
            return await _uploaded(session, request, local, folder, progress)
        return await _inline(request, local)
    except ChangedError as error:
        raise _refused(
            "InputChanged",
            f"{error} has changed since it was looked at",
            "something wrote to the file",
            "submit again to send it as it is now",
            is_retryable=True,
        ) from error
    except UnusableError as error:
        cause = "the file is gone, or is not one that can be read"
        remedy = "mend the file or its name, then submit again"
        raise _refused("InputNotRead", str(error), cause, remedy) from error


def _look(text: str) -> Local:
    name = unquoted(re.sub(r"^fileb?://", "", text.strip()))
    if not name:
        raise UnusableError("the name of a file", "nothing")
    head, stamp = local_file.look(name, HEAD)
    if not stamp.size:
        raise UnusableError("a file that holds something", "an empty one")
    if stamp.size > LARGEST:
        raise UnusableError("a file of at most 1 GB", size_text(stamp.size))
    content_type, encoding = _types().guess_type(Path(name).name)
    return Local(
        name=name,
        size=stamp.size,
        format=_format_of(head, name),
        content_type="" if encoding else content_type or "",
        stamp=stamp,
    )


def _format_of(head: bytes, name: str) -> str:
    known = magic.format_of(head)
    return known if known != magic.BYTES else kind_of(head, name).value


async def _inline(request: InvokeEndpointAsync, local: Local | None) -> InvokeEndpointAsync:
    most = await asyncio.to_thread(longest_body)
    size = local.size if local else len(request.model_input or b"")
    if size > most:
        limit = f"the request takes {size_text(most)}" if most else "this SDK sends none inline"
        raise _refused(
            "InputTooLarge",
            f"the input has {size_text(size)}, {limit}",
            "without a folder to upload to, the input goes inline",
            "name an s3:// folder to upload it to",
        )
    if local is None:
        return replace(request, input_location="")
    content = await asyncio.to_thread(local_file.read, local.name, local.stamp)
    return replace(request, model_input=content, input_location="")


def longest_body() -> int:
    """Bytes that are taken inline; none by an SDK that only knows locations."""
    shapes = importlib.import_module("tui.aws.shapes")
    try:
        return shapes.constraint(InvokeEndpointAsync.__name__, "Body").maximum or 0
    except KeyError:
        return 0


async def _uploaded(
    session: Session,
    request: InvokeEndpointAsync,
    local: Local | None,
    folder: str,
    progress: Progress | None,
) -> InvokeEndpointAsync:
    place = place_of(folder)
    if place is None:
        raise _no_folder(folder, "an s3:// folder")
    prefix = place.prefix if place.prefix.endswith("/") or not place.prefix else f"{place.prefix}/"
    content_type = request.content_type or (local.content_type if local else "")
    name = Path(local.name).name if local else f"input{_suffix(content_type)}"
    own = f"{part_of(request.client_request_token)}-{secrets.token_hex(4)}"
    key = f"{prefix}{own}/{part_of(name)}"
    staged = replace(request, model_input=None, input_location=f"s3://{place.bucket}/{key}")
    if wrong := await asyncio.to_thread(_location_fault, staged):
        raise _no_folder(folder, wrong)
    source: BinaryIO = io.BytesIO(request.model_input or b"")
    if local:
        source = await asyncio.to_thread(local_file.open_steady, local.name, local.stamp)
    try:
        await uploading.upload(session, source, place.bucket, key, content_type, progress)
    except ProblemError as error:
        raise ProblemError(destination.of_writing(error.problem, place)) from error
    return staged


def _location_fault(staged: InvokeEndpointAsync) -> str:
    """What the service would refuse of the location; empty when it is right."""
    shapes = importlib.import_module("tui.aws.shapes")
    faults = [*staged.faults(), *shapes.check(InvokeEndpointAsync.__name__, staged.wire())]
    return next((str(fault) for fault in faults if fault.path == ("InputLocation",)), "")


def _suffix(content_type: str) -> str:
    return _types().guess_extension(content_type.partition(";")[0].strip().lower()) or ""


@cache
def _types() -> MimeTypes:
    """Python's own table, the same on every machine, and two that endpoints like to take."""
    types = MimeTypes()
    types.add_type("application/jsonlines", ".jsonl")
    types.add_type("application/x-npy", ".npy")
    return types


def _no_folder(folder: str, wanted: str) -> ProblemError:
    cause, remedy = "the input cannot be uploaded there", "name a folder like s3://bucket/inputs/"
    return _refused("NoUploadFolder", f"{folder}: {wanted}", cause, remedy)


def _refused(
    kind: str, message: str, cause: str, remedy: str, *, is_retryable: bool = False
) -> ProblemError:
    """Why the input stays where it is, and the request as well."""
    problem = Problem(
        kind=kind,
        message=f"{message}; nothing was sent",
        cause=cause,
        remedy=remedy,
        is_retryable=is_retryable,
        operation=InvokeEndpointAsync.__name__,
    )
    return ProblemError(problem)
