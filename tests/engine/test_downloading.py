from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
from collections import namedtuple
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import a_watched
from tests.engine.stored import Stored, downloaded, files_in, saved_as
from tui.engine import downloading
from tui.engine.downloading import Progress, Wanted, download
from tui.model.checksum import Checksum
from tui.model.outputs import OutputObject
from tui.model.problem import ProblemError

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "RANGE", 10_000)
    monkeypatch.setattr(downloading, "PIECE", 4_000)


async def test_an_object_is_put_together_from_its_ranges(tmp_path: Path) -> None:
    content = os.urandom(35_000)
    source = Stored({"job/sub/large.bin": content})

    saved = await saved_as(source, source.things()[0], tmp_path)

    assert saved.path == tmp_path / "sub" / "large.bin"
    assert saved.path.read_bytes() == content
    assert sorted(span[1:] for span in source.asked) == [
        (0, 10_000),
        (10_000, 20_000),
        (20_000, 30_000),
        (30_000, 35_000),
    ]
    assert [path.name for path in saved.path.parent.iterdir()] == ["large.bin"]


async def test_a_long_range_is_written_in_few_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, write = list[int](), os.pwritev

    def watched(descriptor: int, pieces: list[memoryview], offset: int) -> int:
        written.append(sum(map(len, pieces)))
        return write(descriptor, pieces, offset)

    monkeypatch.setattr(os, "pwritev", watched)
    monkeypatch.setattr(downloading, "RANGE", 80_000)
    source = Stored({"job/a": os.urandom(80_000)})

    path = await downloaded(source, source.thing("job/a"), tmp_path)

    assert written == [10_000] * downloading.PIECES
    assert path.read_bytes() == source.contents["job/a"]


async def test_an_empty_object_is_an_empty_file(tmp_path: Path) -> None:
    source = Stored({"job/empty": b""})

    path = await downloaded(source, source.things()[0], tmp_path)

    assert path.read_bytes() == b""
    assert source.asked == []


async def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    source = Stored({"job/a.txt": b"new"})
    (tmp_path / "a.txt").write_text("old")

    path = await downloaded(source, source.things()[0], tmp_path)

    assert (tmp_path / "a.txt").read_text() == "old"
    assert path == tmp_path / "a-2.txt"
    assert path.read_text() == "new"


async def test_a_file_is_readable_as_the_umask_says(tmp_path: Path) -> None:
    source = Stored({"job/a.txt": b"new"})
    (tmp_path / "other").touch()

    path = await downloaded(source, source.things()[0], tmp_path)

    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


async def test_many_objects_are_fetched_together_and_told_in_their_order(tmp_path: Path) -> None:
    source = Stored({f"job/{number}": os.urandom(number * 700) for number in range(30)})
    progress = Progress()

    outcome = await download(
        [Wanted(source, thing, tmp_path) for thing in source.things()], progress
    )

    assert [saved.path.name for saved in outcome.saved] == [str(number) for number in range(30)]
    assert all(
        saved.path.read_bytes() == source.contents[saved.thing.key] for saved in outcome.saved
    )
    size = sum(map(len, source.contents.values()))
    assert progress == Progress(size, size, size, 30, 30)


async def test_no_more_ranges_are_read_at_once_than_are_allowed(tmp_path: Path) -> None:
    reading, most = 0, 0

    class Watched(Stored):
        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            nonlocal reading, most
            reading += 1
            most = max(most, reading)
            async for piece in super().read_range(thing, start, end):
                yield piece
            reading -= 1

    source = Watched({f"job/{number}": os.urandom(200_000) for number in range(5)})

    await download([Wanted(source, thing, tmp_path) for thing in source.things()])

    assert most == downloading.RANGES_AT_ONCE


async def test_one_that_is_forbidden_names_itself_and_the_rest_is_saved(tmp_path: Path) -> None:
    source = Stored({f"job/{number}.bin": os.urandom(25_000) for number in range(5)})
    source.forbidden.add("job/2.bin")

    outcome = await download([Wanted(source, thing, tmp_path) for thing in source.things()])

    (failed,) = outcome.failed
    assert failed.problem.kind == "AccessDenied"
    assert failed.problem.message.startswith("2.bin: ")
    assert "s3:GetObject" in failed.problem.remedy
    assert sorted(path.name for path in files_in(tmp_path)) == ["0.bin", "1.bin", "3.bin", "4.bin"]


async def test_one_that_is_gone_says_so(tmp_path: Path) -> None:
    source = Stored({"job/a": b"a"})
    thing = source.things()[0]
    source.contents["job/a"] = b"b"

    class Gone(Stored):
        async def head(self, thing: object) -> None:
            return None

    gone = Gone(source.contents)
    with pytest.raises(ProblemError) as caught:
        await downloaded(gone, thing, tmp_path)

    assert caught.value.problem.kind == "PreconditionFailed"
    assert files_in(tmp_path) == []


async def test_a_range_that_ends_early_is_no_whole_object(tmp_path: Path) -> None:
    source = Stored({"job/a": b"abc"})
    thing = replace(source.things()[0], size=5)

    with pytest.raises(ProblemError) as caught:
        await downloaded(source, thing, tmp_path)

    assert caught.value.problem.kind == "IncompleteRead"
    assert not (tmp_path / "a").exists()


async def test_a_range_that_is_cancelled_elsewhere_leaves_no_hole_in_a_file(tmp_path: Path) -> None:
    class Cancelled(Stored):
        def thing(self, key: str) -> OutputObject:
            return replace(super().thing(key), etag='"0123-2"')

        async def read_range(
            self, thing: OutputObject, start: int, end: int
        ) -> AsyncIterator[bytes]:
            if start == 10_000:
                raise asyncio.CancelledError
            async for piece in super().read_range(thing, start, end):
                yield piece

    source = Cancelled({"job/a": os.urandom(30_000)})

    with pytest.raises(ProblemError, match="20000 of 30000 bytes came"):
        await downloaded(source, source.things()[0], tmp_path)

    assert not (tmp_path / "a").exists()


async def test_a_full_disk_stops_what_does_not_fit_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.pwritev
    room = 12_000

    def fill(descriptor: int, pieces: list[memoryview], offset: int) -> int:
        if offset + sum(map(len, pieces)) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, pieces, offset)

    monkeypatch.setattr(os, "pwritev", fill)
    source = Stored({"job/a": os.urandom(3_000), "job/b": os.urandom(20_000)})

    outcome = await download([Wanted(source, thing, tmp_path) for thing in source.things()])
    room = 100_000
    second = await downloaded(source, source.thing("job/b"), tmp_path)

    assert [saved.path.name for saved in outcome.saved] == ["a"]
    (failed,) = outcome.failed
    assert failed.problem.message.startswith("b: ")
    assert "No space left" in failed.problem.message
    assert "make room" in failed.problem.remedy
    assert second.read_bytes() == source.contents["job/b"]


async def test_what_does_not_fit_on_the_disk_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Stored({"job/a": os.urandom(3_000), "job/b": os.urandom(20_000)})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100_000, 80_000, 20_000))

    with pytest.raises(ProblemError) as caught:
        await download([Wanted(source, thing, tmp_path / "new") for thing in source.things()])

    assert caught.value.problem.kind == "NotEnoughRoom"
    assert "23.0 kB wanted, 20.0 kB free" in caught.value.problem.message
    assert source.asked == []


async def test_a_folder_that_cannot_be_made_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    source = Stored({"job/a.txt": b"abc"})
    (tmp_path / "file").write_text("")

    with pytest.raises(ProblemError) as caught:
        await downloaded(source, source.things()[0], tmp_path / "file" / "folder")

    assert "another folder" in caught.value.problem.remedy


@pytest.mark.parametrize("token", ["..", ".", "a/b", "a/../../b", "/etc", "\\..\\x"])
async def test_the_outputs_of_one_with_an_odd_id_go_into_one_folder_below_the_chosen_one(
    tmp_path: Path, token: str
) -> None:
    chosen = tmp_path / "chosen"
    source = Stored({"job/a.out": b"x"})

    folder = downloading.folder_of(a_watched(token), chosen)
    path = await downloaded(source, source.things()[0], folder)

    assert path.resolve().parent.parent == chosen.resolve()


async def test_the_etag_of_a_single_part_is_its_checksum(tmp_path: Path) -> None:
    source = Stored({"job/a": b"abc"})

    saved = await saved_as(source, source.things()[0], tmp_path)

    assert saved.checked == "MD5"
    assert source.heads == 0


@pytest.mark.parametrize(
    ("checksum", "checked"),
    [
        (Checksum("CRC32", bytes.fromhex("352441c2")), "CRC32"),
        (None, ""),
    ],
)
async def test_of_an_object_in_parts_s3_is_asked_for_a_checksum(
    tmp_path: Path, checksum: Checksum | None, checked: str
) -> None:
    class InParts(Stored):
        def thing(self, key: str) -> OutputObject:
            return replace(super().thing(key), etag='"0123-2"')

    source = InParts({"job/a": b"abc"})
    if checksum:
        source.checksums["job/a"] = checksum

    saved = await saved_as(source, source.things()[0], tmp_path)

    assert saved.checked == checked
    assert source.heads == 1


async def test_bytes_with_another_checksum_are_thrown_away(tmp_path: Path) -> None:
    class Broken(Stored):
        def thing(self, key: str) -> OutputObject:
            return replace(super().thing(key), etag='"0123-2"')

    source = Broken({"job/a": b"abc"})
    source.checksums["job/a"] = Checksum("CRC32", bytes(4))

    with pytest.raises(ProblemError) as caught:
        await downloaded(source, source.things()[0], tmp_path)

    assert caught.value.problem.kind == "ChecksumMismatch"
    assert "CRC32" in caught.value.problem.cause
    assert files_in(tmp_path) == []


async def test_the_folder_of_nobodys_home_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        downloading.folder_of(a_watched("x"), Path("~nobody-of-that-name/x"))

    assert caught.value.problem.kind == "NoSuchFolder"


async def test_what_is_being_saved_is_nobody_elses_to_read(tmp_path: Path) -> None:
    modes: set[int] = set()
    source = Stored({"job/a": os.urandom(50_000)})
    source.on_piece = lambda: modes.update(
        stat.S_IMODE(path.stat().st_mode) for path in files_in(tmp_path)
    )

    await downloaded(source, source.things()[0], tmp_path)

    assert modes == {0o600}


async def test_the_etag_of_an_encrypted_object_is_no_checksum(tmp_path: Path) -> None:
    class Encrypted(Stored):
        def thing(self, key: str) -> OutputObject:
            return replace(super().thing(key), etag=f'"{"0" * 32}"')

    source = Encrypted({"job/a": b"abc"})

    saved = await saved_as(source, source.things()[0], tmp_path)

    assert saved.checked == ""
    assert saved.path.read_bytes() == b"abc"


async def test_what_another_etag_belongs_to_is_thrown_away_where_it_is_an_md5(
    tmp_path: Path,
) -> None:
    class Broken(Stored):
        def thing(self, key: str) -> OutputObject:
            return replace(super().thing(key), etag=f'"{"0" * 32}"')

    source = Broken({"job/a": b"abc"})
    source.checksums["job/a"] = Checksum("MD5", bytes(16))

    with pytest.raises(ProblemError) as caught:
        await downloaded(source, source.things()[0], tmp_path)

    assert caught.value.problem.kind == "ChecksumMismatch"
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("is_gone", [True, False])
async def test_bytes_that_are_no_object_s_are_not_saved(tmp_path: Path, is_gone: bool) -> None:
    source = Stored({"job/a.bin": b"a" * 5000})
    thing = source.thing("job/a.bin")
    read = source.read_range

    async def other(thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        async for piece in read(thing, start, end):
            yield b"?" * len(piece)
        source.read_range = read  # type: ignore[method-assign]
        source.contents.pop("job/a.bin")
        if not is_gone:
            source.contents["job/a.bin"] = b"b" * 3000

    source.read_range = other  # type: ignore[method-assign]

    outcome = await download([Wanted(source, thing, tmp_path)])

    if is_gone:
        assert not outcome.saved
        assert not (tmp_path / "a.bin").exists()
    else:
        assert outcome.saved[0].is_begun_anew
        assert (tmp_path / "a.bin").read_bytes() == b"b" * 3000


async def test_no_object_takes_a_part_s_place(tmp_path: Path) -> None:
    source = Stored({"job/.asyncinvoke-1.part/x": b"a"})

    path = await downloaded(source, source.things()[0], tmp_path)

    assert path == tmp_path / "_.asyncinvoke-1.part" / "x"
