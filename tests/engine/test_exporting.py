from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tui.engine import exporting
from tui.model.problem import ProblemError


async def test_a_file_of_its_own_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    path = await exporting.save("[]\n", tmp_path / "rows.json")

    assert path.read_text() == "[]\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    there = tmp_path / "rows.json"
    there.write_text("mine")

    with pytest.raises(ProblemError) as refused:
        await exporting.save("[]\n", there)

    assert refused.value.problem.remedy == "choose another name"
    assert there.read_text() == "mine"


@pytest.mark.parametrize("name", ["no/such/folder/rows.json", "nul\0.json", "~nobody-here/x.json"])
async def test_a_place_that_takes_no_file_is_named(tmp_path: Path, name: str) -> None:
    path = Path(name) if name.startswith("~") else tmp_path / name

    with pytest.raises(ProblemError) as refused:
        await exporting.save("[]\n", path)

    assert "cannot be written" in refused.value.problem.message
