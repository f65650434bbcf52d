from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOW
from tui.engine.part_file import PartFile, target_of
from tui.engine.room import lack_of_room, require_folder
from tui.model.outputs import OutputObject, Place
from tui.model.problem import ProblemError

Usage = namedtuple("Usage", "total used free")
THING = OutputObject(Place("bucket", "job/"), "job/a.bin", 100_000, NOW, '"one"')


@pytest.fixture(autouse=True)
def _nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1_000_000, 850_000, 150_000))


def test_what_fits_lacks_no_room(tmp_path: Path) -> None:
    assert lack_of_room([(THING, tmp_path / "new" / "folder")]) is None


def test_all_objects_on_a_disk_count_together(tmp_path: Path) -> None:
    problem = lack_of_room([(THING, tmp_path / "a"), (THING, tmp_path / "b")])

    assert problem is not None
    assert problem.message == f"200.0 kB wanted, 150.0 kB free in {tmp_path}"
    assert "make room" in problem.remedy


def test_what_an_interrupted_download_left_needs_no_more_room(tmp_path: Path) -> None:
    part = PartFile(THING, target_of(THING, tmp_path))
    part.write([bytes(range(256)) * 300], 0)
    part.leave()

    other = replace(THING, key="job/b.bin")

    assert lack_of_room([(THING, tmp_path), (other, tmp_path)]) is None


def test_a_name_that_leads_out_of_the_folder_is_judged_when_it_is_saved(tmp_path: Path) -> None:
    evil = replace(THING, key="job/../../evil", size=10**12)

    assert lack_of_room([(evil, tmp_path)]) is None


def test_what_is_under_way_is_told_where_it_takes_the_room(tmp_path: Path) -> None:
    problem = lack_of_room([(replace(THING, size=3), tmp_path)], under_way=149_999)

    assert problem is not None
    assert (
        problem.message == f"3 B wanted beside 150.0 kB on their way, 150.0 kB free in {tmp_path}"
    )


@pytest.mark.parametrize("leads_to", ["nowhere", "link"])
def test_no_folder_can_be_made_in_place_of_a_link_that_leads_nowhere(
    tmp_path: Path, leads_to: str
) -> None:
    (tmp_path / "link").symlink_to(leads_to)

    with pytest.raises(ProblemError, match="link: Not a directory"):
        require_folder(tmp_path / "link" / "below")


def test_a_folder_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    require_folder(tmp_path / "new" / "below")

    assert list(tmp_path.iterdir()) == []
