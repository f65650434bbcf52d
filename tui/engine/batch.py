"""Reads many requests out of files, looks at what they name, and gets them ready to be sent."""

from __future__ import annotations

import asyncio
import glob
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from tui.engine import attaching, destination, opening, submission
from tui.engine.attaching import Looked
from tui.ledger.journal import Journal, State
from tui.model import batch, document, model_list, paste
from tui.model.batch import BatchLine
from tui.model.clock import Clock, utc_now
from tui.model.document import DocumentFault, size_text
from tui.model.problem import ProblemError
from tui.model.request import StartAsyncInvoke

MOST = 10_000
"""Lines of a batch."""

LARGEST = 100_000_000
"""Bytes of a batch, with the files that it names: all of it is written down in one piece."""

SUFFIXES = (".json", *batch.LINE_SUFFIXES)
"""How the names of the files end that are read in a folder."""

_ENDS = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"

_TOO_LARGE = f"more than {size_text(LARGEST)} in all: left out"


async def read(
    typed: str,
    rest: Mapping[str, object],
    journal: Journal,
    sent: Mapping[bytes, int],
    clock: Clock = utc_now,
) -> list[BatchLine]:
    """Every request in the files of that name, with all that is wrong with each.

    Args:
        typed: Names of files or folders, or patterns such as ``*.json``, as in a shell.
        rest: The members that a request without them takes.
        journal: The submissions that there are.
        sent: What must not be sent a second time, see ``batch.with_sent``.
        clock: The time.

    Raises:
        ProblemError: The ledger failed.
    """
    lines, total = [], 0
    for line in await asyncio.to_thread(_read, typed, rest, clock):
        judged = await _looked_at(line)
        total += judged.size
        lines.append(judged.with_faults(_TOO_LARGE) if total > LARGEST else judged)
    told = batch.with_doubles(batch.with_taken(lines, await _taken(lines, journal)))
    return await asyncio.to_thread(batch.with_sent, told, sent)


async def ready(lines: Iterable[BatchLine]) -> list[BatchLine]:
    """The lines as they are sent: with their files' contents, and judged again where they have."""
    return [await _ready(line) for line in lines]


async def _ready(line: BatchLine) -> BatchLine:
    if (request := line.request) is None:
        return line
    looked = await attaching.look(request.model_input)
    content = looked.stand_in  # without files it is what is sent
    if looked.attachments:
        line = await _judged(line, request, looked)
        if line.faults:
            return line
        try:
            content = await attaching.fill(looked)
        except ProblemError as error:
            return line.with_faults(error.problem.one_line)
    return replace(line, request=structs.replace(request, model_input=content))


async def _looked_at(line: BatchLine) -> BatchLine:
    """The line with what is wrong with its request, and the size of the files that it names."""
    if line.request is None:
        return line
    looked = await attaching.look(line.request.model_input)
    judged = await _judged(line, line.request, looked)
    return replace(judged, size=line.size + looked.size)


async def _judged(line: BatchLine, request: StartAsyncInvoke, looked: Looked) -> BatchLine:
    verdict = await submission.check(structs.replace(request, model_input=looked.stand_in))
    doubts = [
        *batch.near_misses(request.model_input),
        *model_list.warnings(request.model_id, (), utc_now()),
    ]
    return replace(
        line,
        faults=tuple(map(batch.words, (*looked.faults, *verdict.faults))),
        warnings=tuple(map(batch.words, (*doubts, *looked.warnings, *verdict.warnings))),
    )


async def _taken(lines: Sequence[BatchLine], journal: Journal) -> set[str]:
    """The tokens that stand for what may have arrived, or waits; a refused one is free again."""
    tokens = [line.request.client_request_token for line in lines if line.request]
    known = {token: await journal.find(token=token) for token in await journal.ours(tokens)}
    return {token for token, held in known.items() if held and held.state is not State.REFUSED}


def _read(typed: str, rest: Mapping[str, object], clock: Clock) -> list[BatchLine]:
    lines: list[BatchLine] = []
    total = 0
    for name in _names(typed):
        try:
            text = opening.text_of(name, LARGEST)
        except opening.FolderError:
            lines.append(BatchLine(name, faults=(_why_left(name),)))
            continue
        except ValueError as error:
            lines.append(BatchLine(name, faults=(str(error),)))
            continue
        total += len(text)
        if total > LARGEST:
            return [*lines, BatchLine(name, faults=(_TOO_LARGE,))]
        for source, one in batch.texts(name, text):
            if len(lines) == MOST:
                fault = f"more than {MOST:,} requests: this and what follows is left out"
                return [*lines, BatchLine(source, faults=(fault,))]
            lines.append(_line(source, one, rest, clock))
    return lines


def _line(source: str, text: str, rest: Mapping[str, object], clock: Clock) -> BatchLine:
    size = len(text.encode("utf-8", "replace"))
    try:
        members = opening.members_of(text)
    except ValueError as error:
        file, _, number = source.rpartition(":")
        is_line = number.isdecimal()  # it is known better than here
        told = str(error)
        if paste.UNKNOWN in told and (file if is_line else source).endswith(SUFFIXES):
            value = document.parse(text)
            told = str(value) if isinstance(value, DocumentFault) else paste.NO_OBJECT
        told = told.removeprefix("line 1, ") if is_line else told
        return BatchLine(source, faults=(told,), size=size)
    line = batch.line_of(source, members, rest, submission.new_token(), size)
    if line.request is None or "outputDataConfig" in members:
        return line  # its own folder is meant as it stands, as it is wherever a request is opened
    return batch.with_filled(line, destination.placeholders(line.request.model_id, clock))


def _names(typed: str) -> list[str]:
    """The files that are meant; a name of none stands for itself, so that it can be said."""
    try:
        words = [typed] if Path(typed).expanduser().exists() else shlex.split(typed)
    except (OSError, RuntimeError, ValueError):  # too long, nobody's home, a quote that stays open
        words = [typed]
    names = (str(Path(name)) for word in words for name in _files(word))
    return list(dict.fromkeys(names))


def _files(word: str) -> list[str]:
    try:
        path = Path(word).expanduser()
        named = [word] if path.exists() else sorted(glob.glob(str(path)))  # noqa: PTH207
        return [name for each in named for name in _in_folder(each)] or [word]
    except (OSError, RuntimeError, ValueError):
        return [word]


def _in_folder(name: str) -> list[str]:
    """The files of a folder that are read; the name itself where it has none, or is none."""
    path = Path(name).expanduser()
    if not path.is_dir():
        return [name]
    try:
        inside = sorted(each for each in path.iterdir() if each.name.endswith(SUFFIXES))
    except OSError:  # which is said of the folder
        return [name]
    return [str(each) for each in inside if each.is_file()] or [name]


def _why_left(name: str) -> str:
    """Why a folder stands among the files, and not what is in it."""
    try:
        next(Path(name).expanduser().iterdir(), None)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return f"no file in it ends in {_ENDS}"
