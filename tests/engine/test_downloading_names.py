"""Keys that would lead elsewhere, or hide something."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest

from tests.engine.stored import Stored, downloaded
from tui.engine.downloading import Wanted, download
from tui.engine.part_file import PREFIX
from tui.engine.saved_files import NOTES
from tui.model.problem import ProblemError

PIECES = [
    *("..", ".", "", "/", "\\", "//", "../..", "..\\..", " .. ", "~", "~root", "/etc", "C:\\", "a"),
    *("\n", "\r", "\x1b[2J", "\x07", "\x9b31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\x7f"),
    *("b.txt", ".bashrc", f"{PREFIX}0123456789abcdef.json", "-rf", "%2e%2e", "..%2f", "a" * 300),
    *("\N{GRINNING FACE}" * 80, "e\N{COMBINING ACUTE ACCENT}", "con", "*", "$(id)", "`id`", ":x"),
]


def hostile(count: int) -> list[str]:
    chance, keys = random.Random(7), dict[str, None]()
    while len(keys) < count:
        parts = chance.choices(PIECES, k=chance.randint(1, 6))
        key = chance.choice(["", "/"]).join(parts).replace("\0", "")
        keys["job/" + key.encode()[:1020].decode(errors="ignore")] = None
    return list(keys)


async def test_of_500_hostile_keys_no_byte_lands_outside_the_folder(tmp_path: Path) -> None:
    source = Stored({key: f"content of {key!r}".encode() for key in hostile(500)})
    chosen = tmp_path / "outside" / "chosen"
    chosen.mkdir(parents=True)

    outcome = await download([Wanted(source, thing, chosen) for thing in source.things()])

    assert len(outcome.saved) + len(outcome.failed) == 500
    assert len(outcome.saved) > 150
    assert [*tmp_path.iterdir(), *chosen.parent.iterdir()] == [chosen.parent, chosen]
    files = {path for path in chosen.rglob("*") if path.is_file()} - {chosen / NOTES}
    assert files == {saved.path for saved in outcome.saved}
    for saved in outcome.saved:
        assert saved.path.read_bytes() == source.contents[saved.thing.key]
        assert saved.path.resolve().is_relative_to(chosen)
    names = {name for path in files for name in path.relative_to(chosen).parts}
    assert not [c for name in names for c in name if unicodedata.category(c)[0] == "C"]
    assert not any(name.startswith(PREFIX) for path in files for name in [path.name])


@pytest.mark.parametrize("key", ["job/../../evil", "job/a/../../../evil", "job/.."])
async def test_a_key_cannot_lead_out_of_the_folder(tmp_path: Path, key: str) -> None:
    source = Stored({key: b"x"})

    with pytest.raises(ProblemError):
        await downloaded(source, source.thing(key), tmp_path / "chosen")

    assert not list(tmp_path.iterdir())


async def test_a_link_in_the_folder_cannot_lead_out_of_it(tmp_path: Path) -> None:
    source = Stored({"job/link/evil": b"x"})
    (tmp_path / "chosen").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "chosen" / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ProblemError):
        await downloaded(source, source.thing("job/link/evil"), tmp_path / "chosen")

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
async def test_a_folder_that_no_file_system_can_have_is_told(tmp_path: Path, name: str) -> None:
    source = Stored({"job/a": b"x"})

    outcome = await download([Wanted(source, source.thing("job/a"), tmp_path / name)])

    assert outcome.saved == ()
    assert [failed.problem.message.partition(":")[0] for failed in outcome.failed] == ["a"]
    assert list(tmp_path.iterdir()) == []


async def test_a_key_that_leads_out_of_the_folder_says_how_to_fetch_it(tmp_path: Path) -> None:
    source = Stored({"job/../up.txt": b"x"})

    (failed,) = (await download([Wanted(source, source.things()[0], tmp_path)])).failed

    assert failed.problem.kind == "UnusableName"
    assert "leads out of its folder" in failed.problem.message
    assert "'share' has the command for it" in failed.problem.remedy


async def test_a_link_to_itself_is_left_alone(tmp_path: Path) -> None:
    source = Stored({"job/loop/a": b"x", "job/b": b"y"})
    (tmp_path / "loop").symlink_to("loop")

    outcome = await download([Wanted(source, thing, tmp_path) for thing in source.things()])

    assert [saved.path for saved in outcome.saved] == [tmp_path / "loop-2" / "a", tmp_path / "b"]
    assert (tmp_path / "loop").is_symlink()


@pytest.mark.parametrize("keys", [("job/a", "job/a/b", "job/a/b/c"), ("job/a/b/c", "job/a/b")])
async def test_a_file_and_a_folder_of_one_name_are_both_saved_and_not_saved_again(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    source = Stored({key: key.encode() for key in keys})
    things = [source.thing(key) for key in keys]

    for _ in range(2):
        for thing in things:
            outcome = await download([Wanted(source, thing, tmp_path)])
            assert [saved.path.read_bytes() for saved in outcome.saved] == [thing.key.encode()]

    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != NOTES]
    assert len(files) == len(keys)


async def test_a_file_in_a_folders_way_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    source = Stored({"job/a/b": b"x"})

    outcome = await download([Wanted(source, source.thing("job/a/b"), tmp_path)])

    assert [saved.path for saved in outcome.saved] == [tmp_path / "a-2" / "b"]
    assert (tmp_path / "a").read_text() == "mine"
