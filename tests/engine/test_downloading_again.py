"""Downloads that were interrupted, and objects that change meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from pathlib import Path

import pytest

from tests.engine.stored import Stored, downloaded, files_in, problem, saved_as
from tui.engine import downloading
from tui.engine.downloading import Progress, Wanted, download
from tui.model.problem import ProblemError

SIZE = 400_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "RANGE", 10_000)
    monkeypatch.setattr(downloading, "PIECE", 4_000)


@pytest.fixture
def source() -> Stored:
    return Stored({"job/a.bin": os.urandom(SIZE)})


async def interrupted(source: Stored, folder: Path, pieces: int) -> Progress:
    """Cancel a download of all objects after so many pieces, if it is not over by then."""
    progress = Progress()
    wanted = [Wanted(source, thing, folder) for thing in source.things()]
    task = asyncio.create_task(download(wanted, progress))

    def count() -> None:
        nonlocal pieces
        pieces -= 1
        if pieces == 0:
            task.cancel()

    source.on_piece = count
    with contextlib.suppress(asyncio.CancelledError):
        await task
    source.on_piece = lambda: None
    return progress


@pytest.mark.parametrize("seed", range(5))
async def test_ten_times_interrupted_no_byte_is_fetched_twice(
    source: Stored, tmp_path: Path, seed: int
) -> None:
    times = random.Random(seed)
    for _ in range(10):
        await interrupted(source, tmp_path, times.randint(1, 20))
    assert not (tmp_path / "a.bin").exists()

    path = await downloaded(source, source.thing("job/a.bin"), tmp_path)

    assert path.read_bytes() == source.contents["job/a.bin"]
    assert sum(end - start for _, start, end in source.came) == SIZE
    assert files_in(tmp_path) == [path]


async def test_what_was_there_counts_as_there_but_not_as_fetched(
    source: Stored, tmp_path: Path
) -> None:
    first = await interrupted(source, tmp_path, 50)
    progress = Progress()

    await download([Wanted(source, source.thing("job/a.bin"), tmp_path)], progress)

    assert 0 < first.fetched < SIZE
    assert progress == Progress(SIZE, SIZE, SIZE - first.fetched, 1, 1)


async def test_a_line_that_breaks_leaves_what_came(source: Stored, tmp_path: Path) -> None:
    def break_down() -> None:
        if len(source.came) >= 40:
            source.on_piece = lambda: None
            raise problem("ResponseStreamingError")

    source.on_piece = break_down
    with pytest.raises(ProblemError):
        await downloaded(source, source.thing("job/a.bin"), tmp_path)
    path = await downloaded(source, source.thing("job/a.bin"), tmp_path)

    assert path.read_bytes() == source.contents["job/a.bin"]
    assert sum(end - start for _, start, end in source.came) == SIZE


async def test_of_several_each_goes_on_where_it_was(tmp_path: Path) -> None:
    source = Stored({f"job/{number}": os.urandom(30_000) for number in range(20)})
    await interrupted(source, tmp_path, 150)
    there = {path.name for path in files_in(tmp_path) if not path.name.startswith(".")}
    left = [source.thing(key) for key in source.contents if Path(key).name not in there]

    outcome = await download([Wanted(source, thing, tmp_path) for thing in left])

    assert left
    assert there | {saved.path.name for saved in outcome.saved} == {str(n) for n in range(20)}
    assert all(
        (tmp_path / Path(key).name).read_bytes() == content
        for key, content in source.contents.items()
    )
    assert sum(end - start for _, start, end in source.came) == 20 * 30_000


async def test_an_object_that_changed_since_the_interruption_is_begun_anew(
    source: Stored, tmp_path: Path
) -> None:
    await interrupted(source, tmp_path, 50)
    source.contents["job/a.bin"] = os.urandom(SIZE // 2)

    saved = await saved_as(source, source.thing("job/a.bin"), tmp_path)

    assert saved.is_begun_anew
    assert saved.path.read_bytes() == source.contents["job/a.bin"]
    assert files_in(tmp_path) == [saved.path]


async def test_an_object_that_changes_while_it_is_read_is_begun_anew(
    source: Stored, tmp_path: Path
) -> None:
    progress = Progress()

    def change() -> None:
        if len(source.came) >= 50 and len(source.contents["job/a.bin"]) == SIZE:
            source.contents["job/a.bin"] = os.urandom(SIZE // 2)

    source.on_piece = change
    wanted = Wanted(source, source.thing("job/a.bin"), tmp_path)
    (saved,) = (await download([wanted], progress)).saved

    assert saved.is_begun_anew
    assert saved.path.read_bytes() == source.contents["job/a.bin"]
    assert (progress.size, progress.there) == (SIZE // 2, SIZE // 2)


async def test_an_object_that_never_rests_is_given_up(source: Stored, tmp_path: Path) -> None:
    def change() -> None:
        if len(source.came) % 9 == 0:
            source.contents["job/a.bin"] = os.urandom(SIZE)

    source.on_piece = change
    with pytest.raises(ProblemError) as caught:
        await downloaded(source, source.thing("job/a.bin"), tmp_path)

    assert "changes faster" in caught.value.problem.message


async def test_the_same_object_is_not_saved_twice_at_once(source: Stored, tmp_path: Path) -> None:
    second: list[asyncio.Task[Path]] = []

    def begin_again() -> None:
        if not second:
            second.append(
                asyncio.create_task(downloaded(source, source.thing("job/a.bin"), tmp_path))
            )

    source.on_piece = begin_again
    path = await downloaded(source, source.thing("job/a.bin"), tmp_path)
    (other,) = await asyncio.gather(*second, return_exceptions=True)

    assert path.read_bytes() == source.contents["job/a.bin"]
    assert isinstance(other, ProblemError)
    assert other.problem.kind == "BeingSaved"


@pytest.mark.parametrize("count", [2, 3])
async def test_downloads_at_once_into_one_folder_make_each_file_once(
    tmp_path: Path, count: int
) -> None:
    source = Stored({f"job/{number}.json": b"%d" % number * 50 for number in range(50)})
    wanted = [Wanted(source, thing, tmp_path) for thing in source.things()]

    outcomes = await asyncio.gather(*(download(wanted) for _ in range(count)))

    assert len(files_in(tmp_path)) == 50
    assert sum(not one.was_there for outcome in outcomes for one in outcome.saved) == 50
    kinds = {failed.problem.kind for outcome in outcomes for failed in outcome.failed}
    assert kinds <= {"BeingSaved"}
