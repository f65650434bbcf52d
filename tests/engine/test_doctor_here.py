from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from tui import __version__
from tui.aws.session import Session
from tui.config import Settings
from tui.engine import doctor_here
from tui.engine.doctor_case import Case, Terminal
from tui.ledger.ledger import Ledger
from tui.model.context import Context
from tui.model.finding import Finding, Verdict
from tui.model.setting import Setting

Usage = namedtuple("Usage", "total used free")


def case(folder: Path, ledger: str = "l.sqlite3", *shown: Setting, **context: object) -> Case:
    return Case(
        session=Session(Context(**context)),  # type: ignore[arg-type]
        settings=Settings(),
        config=folder / "config.toml",
        ledger=folder / ledger,
        terminal=Terminal(None, "UTF-8"),
        environment={},
        shown=shown,
    )


async def ledger(folder: Path, name: str = "l.sqlite3") -> Finding:
    (found,) = await doctor_here.ledger(case(folder, name))
    return found


def a_ledger(path: Path) -> None:
    kept = Ledger(path, keep_inputs=True)
    kept.close()


async def test_the_versions_are_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    versions, extras = await doctor_here.versions()

    assert versions.text.startswith(f"asyncinvoke {__version__}, Python 3.")
    for name in ("textual 8.", "aiobotocore 3.", "botocore 1."):
        assert name in versions.text
    assert extras.text == "; ".join(
        f"{name} is installed" for name in ("sandbox", "media", "serve")
    )


async def test_an_extra_that_is_missing_is_told_with_what_it_adds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor_here, "find_spec", lambda name: name != "av")

    _, extras = await doctor_here.versions()

    assert "media is not (images and frames of videos drawn)" in extras.text
    assert "pip install '.[media]'" in extras.text


async def test_a_ledger_that_is_not_there_yet_will_be_made_and_is_not_made_now(
    tmp_path: Path,
) -> None:
    found = await ledger(tmp_path, "share/asyncinvoke/l.sqlite3")

    assert found.verdict is Verdict.OK
    assert "will be made" in found.text
    assert list(tmp_path.iterdir()) == []


async def test_a_ledger_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    a_ledger(tmp_path / "l.sqlite3")
    before = (tmp_path / "l.sqlite3").read_bytes()

    found = await ledger(tmp_path)

    assert found.verdict is Verdict.OK
    assert "kB" in found.text
    assert (tmp_path / "l.sqlite3").read_bytes() == before


async def test_a_folder_in_its_place_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite3").mkdir()
    found = await ledger(tmp_path)
    assert (found.verdict, "directory" in found.text) == (Verdict.FAULT, True)


async def test_another_program_s_database_is_a_fault(tmp_path: Path) -> None:
    a_ledger(tmp_path / "l.sqlite3")
    with (tmp_path / "l.sqlite3").open("r+b") as file:
        file.seek(68)
        file.write(b"\0\0\0\1")

    found = await ledger(tmp_path)

    assert (found.verdict, "it is no ledger" in found.text) == (Verdict.FAULT, True)


async def test_a_folder_that_may_not_be_written_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)

    found = await ledger(tmp_path)

    assert found.verdict is Verdict.FAULT
    assert f"nothing can be written to {tmp_path}" in found.text
    assert found.remedy


async def test_a_disk_that_is_nearly_full_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(9, 8, 1_000_000))

    found = await ledger(tmp_path)

    assert found.verdict is Verdict.WARNING
    assert "1.0 MB are free" in found.text


@pytest.mark.parametrize(
    ("kind", "is_told"), [("nfs4", True), ("fuse.sshfs", True), ("ext4", False)]
)
async def test_a_network_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, is_told: bool
) -> None:
    mounts = f"/dev/root / ext4 rw 0 0\nhost:/home {tmp_path} {kind} rw 0 0\n"
    read = Path.read_text

    def read_text(path: Path, *arguments: str, **options: str) -> str:
        return mounts if str(path) == "/proc/self/mounts" else read(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", read_text)

    found = await ledger(tmp_path)

    assert found.verdict is Verdict.OK
    assert any("network disk" in line for line in found.details) is is_told


async def test_settings_say_where_they_come_from_and_tell_no_password(tmp_path: Path) -> None:
    shown = (
        Setting("region", "us-west-2", "AWS_REGION"),
        Setting("endpoint-url", "https://me:s3cret@vpce", "config.toml line 4"),
        Setting("theme", "asyncinvoke", "default"),
        Setting("few-bytes", "true", "default"),
    )

    (found,) = await doctor_here.configuration(case(tmp_path, "l", *shown))

    assert found.text == f"{tmp_path / 'config.toml'} is not there: the defaults hold"
    assert found.details == (
        "region = us-west-2  (AWS_REGION)",
        "endpoint-url = https://***@vpce  (config.toml line 4)",
        "2 more by default",
    )


async def test_without_origins_nothing_is_said_of_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")

    (found,) = await doctor_here.configuration(case(tmp_path))

    assert (found.text, found.details) == (f"{tmp_path / 'config.toml'}", ())


async def test_a_context_is_told_and_must_have_a_region(tmp_path: Path) -> None:
    (well,) = await doctor_here.context(case(tmp_path, profile="prod", region="eu-west-1"))
    (faulty,) = await doctor_here.context(case(tmp_path))
    (keys,) = await doctor_here.context(case(tmp_path, is_environment=True, region="eu-west-1"))

    assert keys.text == "the environment's keys, eu-west-1"
    assert (well.verdict, well.text) == (Verdict.OK, "profile prod, eu-west-1")
    assert faulty.verdict is Verdict.FAULT
    assert "--region" in faulty.remedy
