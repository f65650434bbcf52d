from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.engine.stored import open_ones
from tui.engine import own_file


def test_one_that_is_created_is_nobody_elses_to_read(tmp_path: Path) -> None:
    os.close(own_file.opened(tmp_path / "note", os.O_WRONLY | os.O_CREAT))

    assert stat.S_IMODE((tmp_path / "note").stat().st_mode) == 0o600


def test_another_s_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "note").write_text("theirs")
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    before = open_ones()

    with pytest.raises(PermissionError):
        own_file.opened(tmp_path / "note", os.O_RDONLY)

    assert open_ones() == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "note").symlink_to("file")

    with pytest.raises(OSError, match="symbolic"):
        own_file.opened(tmp_path / "note", os.O_RDONLY)
