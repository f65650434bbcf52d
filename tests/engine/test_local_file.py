from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tui.engine import local_file
from tui.engine.local_file import ChangedError, UnusableError

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_read_as_it_was_looked_at(path: Path) -> None:
    head, stamp = local_file.look(str(path), 10)

    assert head == CONTENT[:10]
    assert stamp.size == len(CONTENT)
    assert local_file.read(str(path), stamp) == CONTENT


def test_its_parts_are_read_in_any_order(path: Path) -> None:
    _, stamp = local_file.look(str(path), 0)

    with local_file.open_steady(str(path), stamp) as file:
        assert file.read(100_000) == CONTENT[:100_000]
        file.seek(5)
        assert file.tell() == 5
        assert file.read() == CONTENT[5:]
        assert file.read(1) == b""


@pytest.mark.parametrize("change", ["written to", "longer", "shorter", "another"])
def test_nothing_more_is_read_of_a_file_that_changes(path: Path, change: str) -> None:
    _, stamp = local_file.look(str(path), 0)

    with local_file.open_steady(str(path), stamp) as file:
        file.read(100_000)
        if change == "another":
            (path.parent / "b").write_bytes(CONTENT)
            (path.parent / "b").rename(path)
        else:
            size = {"written to": 0, "longer": 1, "shorter": -1}[change]
            path.write_bytes((CONTENT + b"x")[: len(CONTENT) + size])
            os.utime(path, ns=(0, 0))
        with pytest.raises(ChangedError):
            file.read(100_000)
    with pytest.raises(ChangedError):
        local_file.open_steady(str(path), stamp)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name, actual in {"pipe": "a pipe", ".": "a directory", "x": "No such file"}.items():
        with pytest.raises(UnusableError) as caught:
            local_file.look(str(tmp_path / name), 10)
        assert actual in caught.value.actual
        assert str(caught.value) == f"{caught.value.expected}, not {caught.value.actual}"


def test_a_pipe_that_takes_the_file_s_place_does_not_hang(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file, told = os.open, list[str]()

    def swap_and_open(name: Path, flags: int) -> int:
        name.unlink()
        os.mkfifo(name)
        return open_file(name, flags)

    def look() -> None:
        with pytest.raises(UnusableError) as caught:
            local_file.look(str(path), 10)
        told.append(caught.value.actual)

    monkeypatch.setattr(os, "open", swap_and_open)
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(30)

    assert told == ["a pipe"]
