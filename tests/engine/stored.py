"""Objects in memory, read as a bucket's are, by tests of downloads."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from tests.builders import NOW
from tui.aws.checksums import Head
from tui.engine.downloading import Saved, Wanted, download
from tui.engine.saved_files import NOTES
from tui.engine.source import Outputs, Store
from tui.model.checksum import Checksum
from tui.model.explanation import explained
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place
from tui.model.problem import Problem, ProblemError

PLACE = Place("bucket", "job/")


async def saved_as(source: Store, thing: OutputObject, folder: Path) -> Saved:
    """What became of one object that is downloaded alone.

    Raises:
        ProblemError: It failed.
    """
    outcome = await download([Wanted(source, thing, folder)])
    for failed in outcome.failed:
        raise ProblemError(failed.problem)
    return outcome.saved[0]


async def downloaded(source: Store, thing: OutputObject, folder: Path) -> Path:
    """The file of one object that is downloaded alone.

    Raises:
        ProblemError: It failed.
    """
    return (await saved_as(source, thing, folder)).path


def files_in(folder: Path) -> list[Path]:
    """What is directly in a folder, without the note of what was saved there."""
    return sorted(path for path in folder.iterdir() if path.name != NOTES)


def open_ones() -> list[str]:
    """The descriptors that this process has open."""
    return sorted(path.name for path in Path("/dev/fd").iterdir())


class Stored:
    """A source of objects in memory.

    Attributes:
        contents: Key → bytes; may be changed while they are read.
        came: Each piece that was handed over: key, first byte, and the one after the last.
        asked: Each range that was asked for, likewise.
        heads: How often an object was looked at.
        lists: How often its objects were listed.
        page: How many objects are listed at once.
        checksums: Key → what is told of an object, where that is not the ETag's.
        forbidden: Keys that may not be read.
        on_piece: Called after each piece.
    """

    def __init__(self, contents: Mapping[str, bytes], piece: int = 1000) -> None:
        self.contents = dict(contents)
        self.came: list[tuple[str, int, int]] = []
        self.asked: list[tuple[str, int, int]] = []
        self.heads = 0
        self.lists = 0
        self.page = 1000
        self.checksums: dict[str, Checksum] = {}
        self.forbidden: set[str] = set()
        self.on_piece: Callable[[], None] = lambda: None
        self._piece = piece

    def things(self) -> list[OutputObject]:
        """All objects, as they are now."""
        return [self.thing(key) for key in self.contents]

    def thing(self, key: str) -> OutputObject:
        """An object, as it is now."""
        content = self.contents[key]
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return OutputObject(PLACE, key, len(content), NOW, f'"{etag}"')

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        """Those after a key, whoever asks; ``page`` of them."""
        self.lists += 1
        after = [self.thing(key) for key in sorted(self.contents) if key > start_after]
        things = tuple(after[: self.page])
        return Outputs(str(PLACE), things, is_whole=len(things) == len(after))

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        """A range, in pieces; the loop turns before each.

        Raises:
            ProblemError: It is forbidden, or another one now.
        """
        if end <= start:
            return
        self.asked.append((thing.key, start, end))
        if thing.key in self.forbidden:
            raise problem("AccessDenied")
        if self.thing(thing.key).etag != thing.etag:
            raise problem("PreconditionFailed")
        content = self.contents[thing.key]
        for offset in range(start, end, self._piece):
            await asyncio.sleep(0)
            piece = content[offset : min(offset + self._piece, end)]
            self.came.append((thing.key, offset, offset + len(piece)))
            yield piece
            self.on_piece()

    async def head(self, thing: OutputObject) -> Head | None:
        """An object as it is now."""
        self.heads += 1
        if thing.key not in self.contents:
            return None
        return Head(self.thing(thing.key), self.checksums.get(thing.key))


def problem(kind: str) -> ProblemError:
    """As S3 says it."""
    return ProblemError(explained(Problem(kind=kind, message="as S3 says", operation="GetObject")))
