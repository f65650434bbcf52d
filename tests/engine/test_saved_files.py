"""What is saved already is not fetched again, unless somebody touched it."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.stored import Stored, files_in, open_ones
from tui.engine.downloading import Outcome, Progress, Wanted, download
from tui.engine.saved_files import NOTES, SavedFiles
from tui.model.outputs import OutputObject

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def source() -> Stored:
    return Stored({"job/a.bin": b"a" * 100, "job/sub/b.bin": b"b" * 50})


async def save(source: Stored, folder: Path, progress: Progress | None = None) -> Outcome:
    source.asked.clear()
    return await download([Wanted(source, thing, folder) for thing in source.things()], progress)


def there(outcome: Outcome) -> dict[str, bool]:
    return {saved.thing.name: saved.was_there for saved in outcome.saved}


async def test_what_is_there_and_the_same_is_not_fetched(source: Stored, tmp_path: Path) -> None:
    first = await save(source, tmp_path)
    progress = Progress()

    second = await save(source, tmp_path, progress)

    assert there(first) == {"a.bin": False, "sub/b.bin": False}
    assert there(second) == {"a.bin": True, "sub/b.bin": True}
    assert [saved.path for saved in second.saved] == [saved.path for saved in first.saved]
    assert source.asked == []
    assert progress == Progress(size=150, there=150, fetched=0, objects=2, settled=2)


async def test_only_what_is_new_is_fetched(source: Stored, tmp_path: Path) -> None:
    await save(source, tmp_path)
    source.contents["job/c.bin"] = b"c"

    outcome = await save(source, tmp_path)

    assert [key for key, *_ in source.asked] == ["job/c.bin"]
    assert there(outcome) == {"a.bin": True, "sub/b.bin": True, "c.bin": False}


async def test_what_is_there_takes_no_more_room(
    source: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(source, tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(150, 150, 0))

    assert there(await save(source, tmp_path)) == {"a.bin": True, "sub/b.bin": True}


async def test_a_file_that_was_changed_stays_and_the_object_gets_another_name(
    source: Stored, tmp_path: Path
) -> None:
    await save(source, tmp_path)
    mine = tmp_path / "a.bin"
    mine.write_bytes(b"x" * 100)
    os.utime(mine, ns=(0, mine.stat().st_mtime_ns + 1))

    outcome = await save(source, tmp_path)

    assert mine.read_bytes() == b"x" * 100
    assert there(outcome) == {"a.bin": False, "sub/b.bin": True}
    assert (tmp_path / "a-2.bin").read_bytes() == source.contents["job/a.bin"]


async def test_the_other_name_is_found_the_next_time(source: Stored, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_text("somebody's")
    await save(source, tmp_path)

    outcome = await save(source, tmp_path)

    assert there(outcome) == {"a.bin": True, "sub/b.bin": True}
    assert outcome.saved[0].path == tmp_path / "a-2.bin"
    assert files_in(tmp_path) == [tmp_path / "a-2.bin", tmp_path / "a.bin", tmp_path / "sub"]


async def test_a_file_that_is_gone_is_fetched_again(source: Stored, tmp_path: Path) -> None:
    await save(source, tmp_path)
    (tmp_path / "a.bin").unlink()

    assert there(await save(source, tmp_path))["a.bin"] is False
    assert (tmp_path / "a.bin").read_bytes() == source.contents["job/a.bin"]


async def test_an_object_that_changed_is_fetched_beside_the_file_of_the_former(
    source: Stored, tmp_path: Path
) -> None:
    await save(source, tmp_path)
    source.contents["job/a.bin"] = b"z" * 100

    await save(source, tmp_path)

    assert (tmp_path / "a.bin").read_bytes() == b"a" * 100
    assert (tmp_path / "a-2.bin").read_bytes() == b"z" * 100


async def test_a_link_is_not_taken_for_the_file(source: Stored, tmp_path: Path) -> None:
    await save(source, tmp_path)
    (tmp_path / "a.bin").rename(tmp_path / "elsewhere")
    (tmp_path / "a.bin").symlink_to(tmp_path / "elsewhere")

    assert there(await save(source, tmp_path))["a.bin"] is False


@pytest.mark.parametrize(
    "damage", [b"{", b'{"uri": 1}\n', b"\xff\n\n", b'{"uri": "\xff"}', b"x" * 10_000]
)
async def test_a_damaged_line_of_the_note_hides_no_other(
    source: Stored, tmp_path: Path, damage: bytes
) -> None:
    await save(source, tmp_path)
    with (tmp_path / NOTES).open("rb+") as file:
        lines = file.read().splitlines(keepends=True)
        file.seek(0)
        file.write(b"".join([lines[0], damage, b"\n", *lines[1:]]))

    assert there(await save(source, tmp_path)) == {"a.bin": True, "sub/b.bin": True}


async def test_what_cannot_be_noted_is_saved_all_the_same(source: Stored, tmp_path: Path) -> None:
    (tmp_path / NOTES).mkdir()

    assert there(await save(source, tmp_path)) == {"a.bin": False, "sub/b.bin": False}
    assert there(await save(source, tmp_path)) == {"a.bin": False, "sub/b.bin": False}


def test_a_name_in_the_note_leads_out_of_no_folder(source: Stored, tmp_path: Path) -> None:
    thing = source.thing("job/a.bin")
    folder = tmp_path / "folder"
    folder.mkdir()
    outside = tmp_path / "outside"
    outside.write_bytes(b"a" * 100)
    SavedFiles(folder).note(thing, outside, outside.stat())
    note = (folder / NOTES).read_text()
    (folder / NOTES).write_text(note.replace('"outside"', '"../outside"'))

    assert SavedFiles(folder).find(thing, folder / "a.bin") is None


def test_a_note_of_another_size_is_not_believed(source: Stored, tmp_path: Path) -> None:
    thing: OutputObject = source.thing("job/a.bin")
    path = tmp_path / "a.bin"
    path.write_bytes(b"a" * 100)
    files = SavedFiles(tmp_path)
    files.note(thing, path, path.stat())

    assert SavedFiles(tmp_path).find(thing, path) == path
    assert SavedFiles(tmp_path).find(replace(thing, size=99), path) is None


async def test_a_pipe_in_the_note_s_place_is_not_written_into(
    source: Stored, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / NOTES)
    reader = os.open(tmp_path / NOTES, os.O_RDONLY | os.O_NONBLOCK)

    assert there(await save(source, tmp_path)) == {"a.bin": False, "sub/b.bin": False}
    assert os.read(reader, 1) == b""
    os.close(reader)


async def test_a_pipe_that_nobody_reads_holds_nothing_up(source: Stored, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NOTES)

    assert there(await save(source, tmp_path)) == {"a.bin": False, "sub/b.bin": False}


def test_a_folder_in_the_note_s_place_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / NOTES).mkdir()
    before = open_ones()

    SavedFiles(tmp_path)

    assert open_ones() == before
