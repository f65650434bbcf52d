from __future__ import annotations

import errno
import json
import logging
import os
import threading
from pathlib import Path

import pytest

from tests.confidential import Secrets
from tui import log
from tui.log import LogError, open_log


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def events(path: Path) -> list[object]:
    return [line["event"] for line in lines(path)]


def test_a_log_is_json_lines_with_a_time_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with open_log(path):
        log.note("presigned", bucket="media", key="a\nb\x1b[31m\u202e")

    first, second = lines(path)
    assert first["event"] == "started"
    assert second["key"] == "a\nb\x1b[31m\u202e"
    assert str(second["time"]).endswith("Z")
    assert path.read_bytes().isascii()
    assert b"\x1b" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_log_of_before_is_added_to_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text('{"event": "before"}\n')
    path.chmod(0o644)

    with open_log(path):
        pass

    assert events(path) == ["before", "started"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_log_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with open_log(None):
        log.note("presigned", bucket="media", key="a")

    assert capsys.readouterr() == ("", "")


def test_answers_without_news_are_for_debug(tmp_path: Path) -> None:
    for is_debug in (False, True):
        with open_log(tmp_path / f"{is_debug}.log", is_debug=is_debug):
            log.note("heard", added=0)

    assert events(tmp_path / "False.log") == ["started"]
    assert events(tmp_path / "True.log") == ["started", "heard"]


def test_what_others_say_under_the_logger_s_name_is_left_out(tmp_path: Path) -> None:
    with open_log(tmp_path / "a.log", is_debug=True):
        logging.getLogger("asyncinvoke").error("hunter2")
        logging.getLogger("asyncinvoke.aws").error("hunter2")
        logging.getLogger("botocore").error("hunter2")

    assert events(tmp_path / "a.log") == ["started"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "it is a folder; name a file in it"),
        ("link", "it is a symbolic link; name the file itself"),
        ("nowhere/a.log", "there is no such folder; make the folder"),
        ("pipe", "name"),
    ],
)
def test_a_file_that_cannot_be_one_is_named_with_cause_and_remedy(
    tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(LogError) as caught, open_log(tmp_path / name):
        pytest.fail("nothing may happen")

    assert str(caught.value).startswith(f"{tmp_path / name}: the log cannot be written: ")
    assert words in str(caught.value)
    assert not (tmp_path / "elsewhere").exists()


class Full:
    """A disk without room after two lines."""

    def __init__(self) -> None:
        self.left = 2

    def write(self, line: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        pass

    close = flush


def test_a_full_disk_ends_the_log_with_one_notice_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(log, "_opened", lambda path: Full())

    with open_log(tmp_path / "a.log", tell=told.append):
        for _ in range(100):
            log.note("presigned", bucket="media", key="a")

    assert told == [
        f"the log {tmp_path / 'a.log'} ends here: No space left on device; the program goes on"
    ]


class Hung(Full):
    """A disk that takes nothing before it is let go."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.written: list[str] = []

    def write(self, line: str) -> None:
        self.gate.wait(10)
        self.written.append(line)


def test_a_disk_that_hangs_holds_up_nothing_and_what_is_lost_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung = Hung()
    monkeypatch.setattr(log, "_opened", lambda path: hung)
    monkeypatch.setattr(log, "MOST_WAITING", 5)

    with open_log(tmp_path / "a.log"):
        for _ in range(50):
            log.note("presigned", bucket="media", key="a")
        assert hung.written == []
        hung.gate.set()
        while len(hung.written) < 5:
            hung.gate.wait()
        log.note("presigned", bucket="media", key="last")

    found = [json.loads(line) for line in hung.written]
    lost = [line["count"] for line in found if line["event"] == "lines lost"]
    assert lost
    assert sum(lost) + len(found) - len(lost) == 52
    assert found[-1]["key"] == "last"


def test_a_fault_leaves_its_types_and_places_but_not_its_words(tmp_path: Path) -> None:
    secrets = Secrets(b"of this test")
    path = tmp_path / "a.log"

    def fail(value: str) -> None:
        raise KeyError(value)

    with pytest.raises(KeyError), open_log(path):
        fail(secrets.prompt)

    fault = lines(path)[-1]
    assert fault["kinds"] == ["KeyError"]
    assert str(fault["places"]).count("test_log.py:") >= 2
    assert secrets.seen_in(path.read_text()) == []


def test_the_screen_s_log_is_beside_the_ledger_and_a_notice_names_it(tmp_path: Path) -> None:
    told: list[str] = []
    ledger = tmp_path / "data" / "ledger.sqlite3"

    with open_log(None, is_debug=True, is_screen=True, beside=ledger):
        log.listen(told.append)

    assert told == [f"the log is {tmp_path / 'data' / 'asyncinvoke.log'}"]
    assert events(tmp_path / "data" / "asyncinvoke.log") == ["started"]
