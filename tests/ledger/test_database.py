from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tui.ledger import database as ledger
from tui.ledger.database import APPLICATION_ID, MIGRATIONS, Database, LedgerError
from tui.model.problem import ProblemError


def put(name: str) -> Callable[[sqlite3.Connection], object]:
    return lambda db: db.execute("INSERT INTO draft VALUES (?, '{}', 0)", (name,))


def names(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT id FROM draft ORDER BY id")]


def pragma(database: Database, name: str) -> object:
    return database.now(lambda db: db.execute(f"PRAGMA {name}").fetchone()[0])


def test_a_new_ledger_is_readable_by_its_owner_alone(database: Database, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_ledger_is_marked_as_ours_and_written_through_to_the_disk(database: Database) -> None:
    assert pragma(database, "application_id") == APPLICATION_ID
    assert pragma(database, "user_version") == len(MIGRATIONS)
    assert pragma(database, "journal_mode") == "delete"
    assert pragma(database, "synchronous") == 2


async def test_work_is_done_off_the_event_loop(database: Database) -> None:
    thread = await database.do(lambda _: threading.get_ident())

    assert thread != threading.get_ident()


async def test_what_was_done_is_there_in_the_next_session(path: Path) -> None:
    with closing(Database(path)) as database:
        await database.do(put("a"))

    with closing(Database(path)) as database:
        assert database.now(names) == ["a"]


async def test_a_failing_piece_of_work_leaves_nothing_behind(database: Database) -> None:
    def work(db: sqlite3.Connection) -> None:
        put("a")(db)
        db.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(ProblemError, match="nowhere") as caught:
        await database.do(work)

    assert caught.value.problem.kind == "LedgerError"
    assert caught.value.problem.remedy
    assert database.now(names) == []


async def test_work_may_refuse_with_a_problem_of_its_own(database: Database) -> None:
    def work(db: sqlite3.Connection) -> None:
        put("a")(db)
        raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        await database.do(work)

    assert database.now(names) == []


async def test_cancelling_the_caller_does_not_undo_the_work(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(db: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(5)
        put("a")(db)

    caller = asyncio.create_task(database.do(work))
    await asyncio.to_thread(begun.wait, 5)
    caller.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert await database.do(names) == ["a"]


async def test_closing_finishes_what_was_given(path: Path) -> None:
    database = Database(path)
    pieces = [asyncio.create_task(database.do(put(n))) for n in "abc"]
    await asyncio.sleep(0)
    database.close()
    await asyncio.gather(*pieces)

    with closing(Database(path)) as again:
        assert again.now(names) == ["a", "b", "c"]


async def test_two_copies_of_the_program_write_to_one_ledger(path: Path) -> None:
    with closing(Database(path)) as one, closing(Database(path)) as other:
        await asyncio.gather(
            *(one.do(put(f"one {n}")) for n in range(5)),
            *(other.do(put(f"other {n}")) for n in range(5)),
        )

        assert len(one.now(names)) == len(other.now(names)) == 10


def test_a_commit_that_another_reader_blocks_can_be_tried_again(
    database: Database, path: Path
) -> None:
    database.now(lambda db: db.execute("PRAGMA busy_timeout = 1"))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        names(reader)
        with pytest.raises(ProblemError, match="locked"):
            database.now(put("a"))

    database.now(put("b"))

    assert database.now(names) == ["b"]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_another_programs_database_is_left_untouched(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute(f"PRAGMA journal_mode = {mode}")
        foreign.execute("CREATE TABLE bookmark (url)")
        foreign.commit()
    content = path.read_bytes()

    path.chmod(0o644)
    with pytest.raises(LedgerError, match="another program's") as caught:
        Database(path)

    assert str(path) in str(caught.value)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_ledger_of_a_newer_version_is_left_untouched(path: Path) -> None:
    with closing(Database(path)) as database:
        database.now(lambda db: db.execute("PRAGMA user_version = 99"))
    content = path.read_bytes()

    with pytest.raises(LedgerError, match="newer asyncinvoke"):
        Database(path)

    assert path.read_bytes() == content


def test_a_file_that_is_no_database_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("the tide comes in at nine\n" * 10)

    with pytest.raises(LedgerError, match="not a database"):
        Database(path)

    assert path.read_text() == "the tide comes in at nine\n" * 10


def test_a_place_that_cannot_hold_a_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for path in (tmp_path, tmp_path / "file" / "ledger.sqlite3", tmp_path / "nul\0"):
        with pytest.raises(LedgerError, match="--ledger"):
            Database(path)


def test_an_interrupted_creation_is_finished_by_the_next_start(path: Path) -> None:
    path.parent.mkdir()
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    with closing(Database(path)) as database:
        assert database.now(names) == []


def damaged(path: Path) -> bytes:
    """A ledger whose pages are rubbish behind an intact header."""
    with closing(Database(path)) as database:
        database.now(lambda db: db.execute("INSERT INTO draft VALUES ('a', ?, 1)", (b"x" * 9000,)))
    content = path.read_bytes()
    broken = content[:100] + b"\xa5" * (len(content) - 100)
    path.write_bytes(broken)
    return broken


def test_a_damaged_ledger_is_set_aside_whole_and_a_new_one_begun(path: Path) -> None:
    broken = damaged(path)

    with closing(Database(path)) as database:
        assert database.set_aside is not None
        assert database.set_aside.name.startswith(f"{path.name}.damaged-")
        assert database.set_aside.read_bytes() == broken
        assert database.now(names) == []


def test_what_was_set_aside_is_never_overwritten(path: Path) -> None:
    aside = set()
    for _ in range(3):
        damaged(path)
        with closing(Database(path)) as database:
            aside.add(database.set_aside)

    assert len(aside) == 3
    assert all(name is not None and name.exists() for name in aside)


def page_of(path: Path, words: bytes) -> tuple[int, int]:
    """Where the page begins and ends that holds some words."""
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    begin = content.index(words) // size * size
    return begin, begin + size


@pytest.mark.parametrize(
    ("table", "length"), [("submission", 300), ("submission", 30_000), ("draft", 30_000)]
)
def test_damage_shows_when_the_ledger_is_opened(path: Path, table: str, length: int) -> None:
    columns = {"submission": "token, context, state, request, prepared", "draft": "*"}
    values = {"submission": "?, 'c', 'sent', ?, 1.0", "draft": "?, ?, 1.0"}
    names_and_values = f"{table}({columns[table]})" if table == "submission" else table
    query = f"INSERT INTO {names_and_values} VALUES ({values[table]})"
    with closing(Database(path)) as database:
        rows = [(f"t{n}", (b"x" if n == 100 else b"y") * length) for n in range(200)]
        database.now(lambda db: db.executemany(query, rows))
    begin, end = page_of(path, b"xxxx")
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xa5" * (end - begin) + content[end:])

    with closing(Database(path)) as database:
        assert database.set_aside is not None
        assert database.now(names) == []


def test_what_was_answered_is_not_read_before_the_first_frame(path: Path) -> None:
    row = "INSERT INTO submission(token, context, state, request, prepared, operation)"
    with closing(Database(path)) as database:
        values = [("t", "c", "accepted", b"x" * 300_000, 1.0, "InvokeModel")]
        query = f"{row} VALUES (?, ?, ?, ?, ?, ?)"
        database.now(lambda db: db.executemany(query, values))
    begin, end = page_of(path, b"x" * 4000)
    begin, end = begin + 4 * (end - begin), end + 4 * (end - begin)
    content = path.read_bytes()
    path.write_bytes(content[:begin] + b"\xa5" * (end - begin) + content[end:])

    with closing(Database(path)) as database:
        assert database.set_aside is None


def test_a_new_file_of_another_copy_is_not_set_aside_in_place_of_the_damaged_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(path)
    put_aside, firsts = ledger._put_aside, []

    def late(place: Path, file: int) -> Path | None:
        monkeypatch.setattr(ledger, "_put_aside", put_aside)
        firsts.append(Database(path))
        firsts[0].now(put("of the first copy"))
        return put_aside(place, file)

    monkeypatch.setattr(ledger, "_put_aside", late)

    with closing(Database(path)) as second, closing(firsts[0]) as first:
        assert first.set_aside is not None
        assert second.set_aside is None
        assert second.now(names) == ["of the first copy"]


def test_a_ledger_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Database(path).close()
    path.chmod(0o644)

    Database(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_ledger_of_the_first_version_is_brought_forward(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(MIGRATIONS[0])
        db.execute("INSERT INTO submission VALUES ('t', 'c', 'accepted', '{}', 1.0, 'arn', NULL)")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.commit()

    with closing(Database(path)) as database:
        assert pragma(database, "user_version") == len(MIGRATIONS)
        query = "SELECT token, has_input FROM submission"
        assert database.now(lambda db: db.execute(query).fetchall()) == [("t", 1)]


def test_a_full_disk_is_a_problem_with_a_remedy_and_loses_nothing(path: Path) -> None:
    with closing(Database(path)) as database:
        database.now(lambda db: db.execute("INSERT INTO draft VALUES ('a', 'x', 1)"))
        pages = pragma(database, "page_count")
        database.now(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))

        row = ("b", b"x" * 100_000, 1)
        with pytest.raises(ProblemError) as caught:
            database.now(lambda db: db.execute("INSERT INTO draft VALUES (?, ?, ?)", row))

        assert "full" in caught.value.problem.message
        assert "make room" in caught.value.problem.remedy
        assert database.now(names) == ["a"]


def replaced(path: Path) -> None:
    path.rename(path.with_name("aside"))
    Database(path).close()


def folder_deleted(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("away", [Path.unlink, folder_deleted, replaced])
async def test_of_a_file_that_is_gone_it_is_said_so_until_it_is_back(
    path: Path, away: Callable[[Path], None]
) -> None:
    with closing(Database(path)) as database:
        await database.do(put("a"))
        away(path)

        with pytest.raises(ProblemError) as caught:
            await database.do(put("b"))

        assert "was moved or deleted since it was opened" in caught.value.problem.message
        assert caught.value.problem.remedy.startswith("put it back")
        if away is replaced:
            path.with_name("aside").rename(path)
            await database.do(put("c"))
            assert database.now(names) == ["a", "c"]


def test_nobody_begins_to_write_between_what_a_piece_of_work_reads_and_what_it_writes(
    database: Database, path: Path
) -> None:
    def work(db: sqlite3.Connection) -> None:
        held = names(db)
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        put(f"after {len(held)}")(db)

    database.now(work)

    assert database.now(names) == ["after 0"]


def test_what_is_erased_is_not_left_in_the_file_whatever_sqlite_does_by_itself(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def careless(*args: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", careless)
    with closing(Database(path)) as database:
        database.now(put("a secret tide pool"))
        assert b"a secret tide pool" in path.read_bytes()

        database.now(lambda db: db.execute("DELETE FROM draft"))

    assert b"secret" not in path.read_bytes()


def test_two_copies_that_find_one_damaged_file_do_not_set_each_other_s_new_one_aside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(path)
    link, flock = os.link, fcntl.flock
    is_waiting = threading.Event()
    with ThreadPoolExecutor(1) as pool:

        def open_second() -> Database:
            try:
                second = Database(path)
                second.now(put("of the second copy"))
                return second
            finally:
                is_waiting.set()

        def lock(file: int, operation: int) -> None:
            is_waiting.set()
            flock(file, operation)

        def link_late(source: Path, target: Path) -> None:
            monkeypatch.setattr(os, "link", link)
            monkeypatch.setattr(fcntl, "flock", lock)
            seconds.append(pool.submit(open_second))
            assert is_waiting.wait(20)
            link(source, target)

        seconds: list[Future[Database]] = []
        monkeypatch.setattr(os, "link", link_late)

        with closing(Database(path)) as first, closing(seconds[0].result(20)) as second:
            assert first.set_aside is not None
            assert second.set_aside is None
            assert first.now(names) == ["of the second copy"]
