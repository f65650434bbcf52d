from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.engine.stored import open_ones
from tui.engine import part_file
from tui.engine.part_file import PartFile, part_path, target_of
from tui.model.coverage import Coverage
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

THING = OutputObject(Place("bucket", "job/"), "job/a.bin", 10, NOW, '"one"')


def unheard(path: Path, state: os.stat_result) -> None:
    """Nobody wants to know the name that a file gets."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return target_of(THING, tmp_path)


def test_what_came_is_there_the_next_time(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"56", b"78"], 5)
    part.leave()

    again = PartFile(THING, target)
    again.write([b"01234"], 0)
    again.write([b"9"], 9)

    assert again.is_whole
    assert not again.is_begun_anew
    assert again.settle(unheard) == target
    again.leave()
    assert target.read_bytes() == b"0123456789"
    assert list(target.parent.iterdir()) == [target]


def test_a_new_one_is_not_cut(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with delayed allocation writes a cut file in whole when it is closed."""
    cut = list[int]()
    monkeypatch.setattr(os, "ftruncate", lambda _, size: cut.append(size))

    PartFile(THING, target).leave()

    assert not cut


def test_what_was_noted_survives_a_kill(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_file, "NOTED", 4)
    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    part.write([b"456"], 4)
    os.close(part._descriptor)

    again = PartFile(THING, target)

    assert again.coverage == Coverage(((0, 4),))
    again.leave()


@pytest.mark.parametrize("change", [{"etag": '"two"'}, {"etag": '"two"', "size": 3}])
def test_what_is_of_another_object_is_thrown_away(target: Path, change: dict[str, object]) -> None:
    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    part.leave()

    again = PartFile(replace(THING, **change), target)  # type: ignore[arg-type]

    assert again.is_begun_anew
    assert again.coverage.size == 0
    assert again.path.stat().st_size == 0
    again.leave()


@pytest.mark.parametrize(
    "note",
    [
        *(b"", b"{", b"[]", b'{"uri": 1}', b'{"uri": "\xff"}'),
        b'{"uri":"x","etag":"y","size":1,"spans":[[1]]}',
    ],
)
def test_a_note_that_cannot_be_read_is_none(target: Path, note: bytes) -> None:
    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    part.leave()
    part.path.with_suffix(".json").write_bytes(note)

    again = PartFile(THING, target)

    assert again.coverage.size == 0
    again.leave()


def test_a_note_of_more_than_the_file_holds_is_not_believed(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"0123456"], 0)
    part.leave()
    os.truncate(part.path, 3)

    again = PartFile(THING, target)

    assert again.coverage == Coverage(((0, 3),))
    again.leave()


def test_a_part_that_others_may_write_is_not_believed(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    part.leave()
    part.path.chmod(0o666)

    again = PartFile(THING, target)

    assert again.coverage.size == 0
    again.leave()


def test_a_part_is_no_link_to_elsewhere(target: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    part_path(THING, target).symlink_to(elsewhere)

    with pytest.raises(OSError, match="symbolic"):
        PartFile(THING, target)

    assert elsewhere.read_text() == "untouched"


def test_part_and_note_are_nobody_elses_to_read(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"0"], 0)
    part.leave()

    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in target.parent.iterdir()}
    assert modes == {".part": 0o600, ".json": 0o600}


def test_nothing_stays_of_what_never_came(target: Path) -> None:
    PartFile(THING, target).leave()

    assert list(target.parent.iterdir()) == []


def test_nothing_stays_of_what_cannot_be_noted(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: PartFile) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    monkeypatch.setattr(PartFile, "_write_note", refuse)
    part.leave()

    assert list(target.parent.iterdir()) == []


def test_two_do_not_write_the_same_part(target: Path) -> None:
    part = PartFile(THING, target)

    with pytest.raises(ProblemError) as caught:
        PartFile(THING, target)

    assert caught.value.problem.kind == "BeingSaved"
    part.leave()
    PartFile(THING, target).leave()


def test_a_write_that_takes_only_a_part_is_gone_on_with(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.pwritev
    monkeypatch.setattr(
        os, "pwritev", lambda file, pieces, offset: write(file, [pieces[0][:3]], offset)
    )
    part = PartFile(THING, target)

    part.write([b"0123", b"45", b"6789"], 0)

    assert part.path.read_bytes() == b"0123456789"
    assert part.is_whole
    part.leave()


def test_the_next_free_name_is_taken(target: Path) -> None:
    target.write_text("old")
    target.with_name("a-2.bin").write_text("old")
    part = PartFile(THING, target)
    part.write([b"0123456789"], 0)

    assert part.settle(unheard) == target.with_name("a-3.bin")
    part.leave()


def test_an_object_does_not_get_a_name_of_ours(tmp_path: Path) -> None:
    name = part_path(THING, target_of(THING, tmp_path)).name

    assert target_of(replace(THING, key=f"job/{name}"), tmp_path) == tmp_path / f"_{name}"


def test_a_finished_file_that_has_the_part_s_name_as_well_stays_as_it_is(target: Path) -> None:
    target.write_bytes(b"finished!!")
    os.link(target, part_path(THING, target))

    part = PartFile(THING, target)
    part.write([b"0123456789"], 0)

    assert part.settle(unheard).name == "a-2.bin"
    part.leave()
    assert target.read_bytes() == b"finished!!"
    assert sorted(path.name for path in target.parent.iterdir()) == ["a-2.bin", "a.bin"]


def test_what_others_could_have_written_makes_room(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"0123"], 0)
    part.leave()
    part.path.chmod(0o644)

    again = PartFile(THING, target)

    assert again.coverage.size == 0
    assert stat.S_IMODE(again.path.stat().st_mode) == 0o600
    again.leave()


def test_who_works_on_it_last_closes_what_was_left_meanwhile(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"01234"], 0)
    part.begin_use()
    part.begin_use()
    part.leave()
    with pytest.raises(ProblemError, match="being saved"):
        PartFile(THING, target)

    part.use(part.write, [b"56789"], 5)
    assert part.use(part.settle, unheard) == target

    assert target.read_bytes() == b"0123456789"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(part._descriptor)


def test_a_note_is_written_of_what_was_left_while_it_was_written(target: Path) -> None:
    part = PartFile(THING, target)
    part.begin_use()
    part.leave()
    part.use(part.write, [b"0123"], 0)

    again = PartFile(THING, target)

    assert again.coverage == Coverage(((0, 4),))
    again.leave()


def test_a_part_that_is_gone_leaves_no_empty_file(target: Path) -> None:
    part = PartFile(THING, target)
    part.write([b"0123456789"], 0)
    part.path.unlink()

    with pytest.raises(FileNotFoundError):
        part.settle(unheard)

    part.leave()
    assert not target.exists()


def test_more_pieces_than_one_call_writes_are_written(target: Path) -> None:
    pieces = [bytes([number % 256]) * 500 for number in range(2_500)]
    part = PartFile(replace(THING, size=2_500 * 500), target)

    part.write(pieces, 0)

    assert part.is_whole
    assert part.path.read_bytes() == b"".join(pieces)
    part.leave()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_a_note_that_is_no_file_leaves_nothing_open(
    target: Path, make: Callable[[Path], None]
) -> None:
    part = part_path(THING, target)
    make(part.with_suffix(".json"))
    before = open_ones()

    with contextlib.suppress(OSError):
        PartFile(THING, target).leave()

    assert open_ones() == before


def test_what_cannot_be_noted_on_the_way_is_written_all_the_same(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_file, "NOTED", 4)
    me = os.getuid()
    part = PartFile(THING, target)
    monkeypatch.setattr(os, "getuid", lambda: me + 1)  # as a server of files may say

    part.write([b"01234"], 0)
    part.write([b"56789"], 5)

    assert part.settle(unheard).read_bytes() == b"0123456789"
    part.leave()


@pytest.mark.parametrize("has_links", [True, False])
def test_the_name_is_told_while_nobody_else_can_begin_the_object(
    target: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    def named(path: Path, state: os.stat_result) -> None:
        with pytest.raises(ProblemError) as caught:
            PartFile(THING, target)
        told.append((path, state.st_size, caught.value.problem.kind))

    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
    told: list[tuple[Path, int, str]] = []
    part = PartFile(THING, target)
    part.write([b"0123456789"], 0)

    part.settle(named)
    part.leave()

    assert told == [(target, 10, "BeingSaved")]
    assert target.read_bytes() == b"0123456789"
