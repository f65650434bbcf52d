from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.conftest import Screen, main, settled, shown
from tests.app.read import ROW, View, opened, put
from tests.app.read import view as view
from tui.app.screens.prompt import PromptScreen
from tui.app.screens.viewer import ViewerScreen
from tui.engine import viewing
from tui.engine.fetching import PREVIEW
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox

DATA = {"data": [{"option": "visual", "odd name": [1, 2]}, {"option": "audio"}], "count": 2}


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(
        "tui.app.app.AsyncInvokeApp.copy_to_clipboard", lambda _, text: texts.append(text)
    )
    return texts


@pytest.mark.parametrize("key", ["enter", "v"])
async def test_a_key_opens_an_object_and_another_leads_back(
    engine: Engine, sandbox: Sandbox, screen: Screen, key: str
) -> None:
    put(sandbox, **{"a.json": json.dumps(DATA).encode()})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        await pilot.press(key)
        await settled(pilot)
        text = shown(pilot)
        assert f"a.json · JSON · {len(json.dumps(DATA))} B" in text
        assert '▾     {\n        "option": "visual",' in text
        for words in ("/ find", ". query", "y copy", "Y path", "d save", "u share", "esc back"):
            assert words in text.splitlines()[-1]
        await pilot.press("q")
        await settled(pilot)
        assert pilot.app.screen is main(pilot)


async def test_words_are_found_as_they_are_typed(view: View) -> None:
    async with view({"a.txt": b"tide\npool\nTide\npool"}) as (pilot, lines):
        await pilot.press("slash", *"pool")
        await settled(pilot)
        assert "1 of 2" in shown(pilot)
        assert lines.line == 1
        await pilot.press("enter", "n")
        await settled(pilot)
        assert (lines.line, "2 of 2" in shown(pilot)) == (3, True)
        await pilot.press("N")
        assert lines.line == 1
        await pilot.press("slash", *"xyz")
        await settled(pilot)
        assert "not found" in shown(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "not found" not in shown(pilot)
        assert lines.words == ""
        assert lines.has_focus
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.screen is main(pilot)


async def test_an_expression_is_answered_while_it_is_typed(view: View, copied: list[str]) -> None:
    async with view({"a.json": json.dumps(DATA).encode()}) as (pilot, lines):
        await pilot.press("full_stop", *"data[")
        await settled(pilot)
        assert "it ends too early" in shown(pilot)
        assert lines.sheet.text.startswith("[\n  {")
        await pilot.press(*"].option")
        await settled(pilot)
        assert lines.sheet.text == '[\n  "visual",\n  "audio"\n]'
        assert "it ends too early" not in shown(pilot)
        await pilot.press("enter", "down", "Y", "y")
        assert copied == ["data[].option | [0]", '"visual"']
        told = 'value sent to the terminal\'s clipboard: "visual"'
        assert told in [toast.message for toast in pilot.app._notifications]
        await pilot.press("escape")
        await settled(pilot)
        assert json.loads(lines.sheet.text) == DATA
        await pilot.press(*["down"] * 4, "Y", "y")
        assert copied[2:] == ['data[0]."odd name"', "[ 1, 2 ]"]


async def test_what_is_no_json_has_no_expression_to_be_asked(view: View, copied: list[str]) -> None:
    async with view({"a.txt": b"one\ntwo"}) as (pilot, _):
        assert "query" not in shown(pilot)
        await pilot.press("full_stop", "down", "Y", "y")
        await settled(pilot)
        assert copied == ["two"]


async def test_json_lines_are_asked_as_a_list(view: View) -> None:
    async with view({"a.jsonl": b'{"n": 1}\n{"n": 2}\n{"n": 3}\n'}) as (pilot, lines):
        assert "record 3 {" in shown(pilot)
        await pilot.press("full_stop", *"sum([].n)")
        await settled(pilot)
        assert lines.sheet.text == "6"


async def test_more_is_read_below_an_expression(view: View) -> None:
    rows = [{"n": number, "text": "tide pool " * 20} for number in range(2000)]
    async with view({"a.json": json.dumps(rows).encode()}) as (pilot, lines):
        await pilot.press("full_stop", *"length(@)")
        await settled(pilot)
        assert "of what is read" in shown(pilot)
        before = int(lines.sheet.text)
        assert 0 < before < 2000
        await pilot.press("enter", "y")
        await settled(pilot)
        told = f"value, of what is read alone, sent to the terminal's clipboard: {before}"
        assert told in [toast.message for toast in pilot.app._notifications]
        await pilot.press("escape", "down", "down", "y")
        await settled(pilot)
        told = "value sent to the terminal's clipboard: 0"
        assert told in [toast.message for toast in pilot.app._notifications]
        await pilot.press("full_stop", *"length(@)", "enter")
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert int(lines.sheet.text) > before


async def test_the_end_of_what_may_be_read_is_read_in_whole(view: View) -> None:
    async with view({"a.txt": b"tide pool\n" * (PREVIEW // 4) + b"the end"}) as (pilot, lines):
        assert "262.1 kB of 655.4 kB, G its end" in shown(pilot)
        await pilot.press("G")
        await settled(pilot)
        assert "a.txt · text · 655.4 kB" in shown(pilot)
        assert lines.value == "the end"


async def test_the_end_of_a_large_object_is_read_by_its_range(
    view: View, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.screens.viewer.MOST", PREVIEW)
    monkeypatch.setattr(viewing, "MOST", PREVIEW)
    async with view({"a.txt": b"tide pool\n" * PREVIEW + b"the end"}) as (pilot, lines):
        calls = sandbox.calls["GetObject"]
        await pilot.press("G")
        await settled(pilot)
        assert "its end: as it stands · 2.6 MB · g shows its beginning" in shown(pilot)
        assert lines.value == "the end"
        assert len(lines.sheet.text) < PREVIEW
        assert sandbox.calls["GetObject"] == calls + 1
        await pilot.press("g")
        await settled(pilot)
        assert "262.1 kB of 2.6 MB, G its end" in shown(pilot)
        assert lines.line == 0


async def test_an_object_that_changed_is_said_to_have_and_read_anew_by_key(
    view: View, sandbox: Sandbox
) -> None:
    async with view({"a.txt": b"tide pool\n" * PREVIEW}) as (pilot, lines):
        put(sandbox, **{"a.txt": b"another"})
        await pilot.press("m")
        await settled(pilot)
        assert "PreconditionFailed" in shown(pilot)
        assert lines.sheet.text.startswith("tide pool")
        await pilot.press("r")
        await settled(pilot)
        assert lines.sheet.text == "another"
        assert "a.txt · text · 7 B" in shown(pilot)


async def test_after_an_expression_one_is_where_one_was(view: View) -> None:
    async with view({"a.json": json.dumps(DATA).encode()}) as (pilot, lines):
        await pilot.press(*["down"] * 5)
        path = lines.path
        await pilot.press("full_stop", *"count")
        await settled(pilot)
        assert lines.sheet.text == "2"
        await pilot.press("escape")
        await settled(pilot)
        assert lines.path == path


async def test_a_faulty_expression_that_is_taken_back_moves_nothing(view: View) -> None:
    async with view({"a.json": json.dumps(DATA).encode()}) as (pilot, lines):
        await pilot.press("down", "down", "left", "full_stop", *"[[")
        await settled(pilot)
        before = lines.cursor, lines.row_count
        await pilot.press("escape")
        await settled(pilot)
        assert (lines.cursor, lines.row_count) == before
        assert before[0] == 2


async def test_what_is_read_again_in_vain_goes_on_as_what_it_was(
    view: View, sandbox: Sandbox
) -> None:
    async with view({"a.txt": b"tide pool\n" * PREVIEW}) as (pilot, lines):
        put(sandbox, **{"a.txt": b"another\n" * PREVIEW})
        sandbox.faults.add("GetObject", "denied")
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert "PreconditionFailed" in shown(pilot)
        assert "another" not in lines.sheet.text


async def test_an_end_cannot_be_asked_and_says_so(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.screens.viewer.MOST", PREVIEW)
    monkeypatch.setattr(viewing, "MOST", PREVIEW)
    rows = [{"n": number, "text": "tide pool " * 20} for number in range(2000)]
    async with view({"a.json": json.dumps(rows).encode()}) as (pilot, lines):
        await pilot.press("G")
        await settled(pilot)
        await pilot.press("full_stop")
        await settled(pilot)
        assert "which can if it is JSON" in [*pilot.app._notifications][-1].message
        assert lines.has_focus


async def test_it_is_saved_from_here(view: View, tmp_path: Path) -> None:
    async with view({"a.txt": b"one"}) as (pilot, _):
        await pilot.press("d")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PromptScreen)
        await pilot.press("ctrl+u", *str(tmp_path), "enter")
        await settled(pilot)
        assert (tmp_path / ROW.id / "a.txt").read_bytes() == b"one"
        assert isinstance(pilot.app.screen, ViewerScreen)


async def test_an_object_that_cannot_be_read_says_why(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.txt": b"one"})
    engine.board.apply([ROW])

    async with screen(engine, size=(40, 20)) as pilot:
        await opened(pilot)
        sandbox.faults.add("GetObject", "denied", times=None)
        await pilot.press("v")
        await settled(pilot)
        assert "s3:GetObject" in "".join(shown(pilot).split())
        await pilot.press("y", "Y", "P", "E", "m", "G", "slash", "escape", "full_stop", "q")
        await settled(pilot)
        assert pilot.app.screen is main(pilot)


async def test_of_a_long_layout_it_says_how_much_there_is_and_shows_the_end(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.model.sheet.MOST", 100)
    rows = [{"n": number} for number in range(200)]
    async with view({"a.json": json.dumps(rows).encode()}) as (pilot, lines):
        assert "100 of 602 lines laid out, G its end" in shown(pilot)
        await pilot.press("slash", *"19", "enter", "slash", "ctrl+u", *"199", "enter")
        await settled(pilot)
        assert "not found in what is laid out" in shown(pilot)
        await pilot.press("slash", "ctrl+u", *'"n": 2', "enter")
        await settled(pilot)
        assert "of 11 in what is laid out" in shown(pilot)
        await pilot.press("escape", "G")
        await settled(pilot)
        assert "its end: as it stands" in shown(pilot)
        assert lines.sheet.text.endswith('{"n": 199}]')
        await pilot.press("g")
        await settled(pilot)
        assert "100 of 602 lines laid out" in shown(pilot)


async def test_beside_a_broken_expression_the_path_is_that_of_what_is_shown(
    view: View, copied: list[str]
) -> None:
    async with view({"a.json": json.dumps(DATA).encode()}) as (pilot, lines):
        await pilot.press("full_stop", *"[[", "enter")
        await settled(pilot)
        lines.go_to(2)
        await pilot.press("Y")
        assert copied == [lines.path]
        await pilot.press("full_stop", "ctrl+u", *"data[0]", "enter")
        await settled(pilot)
        await pilot.press("full_stop", "[", "enter")
        await settled(pilot)
        lines.go_to(1)
        await pilot.press("Y")
        assert copied[1] == "data[0] | option"


async def test_what_is_no_json_says_that_it_cannot_be_asked_nor_turned(view: View) -> None:
    async with view({"a.txt": b"tide pool"}) as (pilot, lines):
        assert ". query" not in shown(pilot)
        assert "t turn" not in shown(pilot)
        await pilot.press("full_stop", "t")
        await settled(pilot)
        said = [toast.message for toast in pilot.app._notifications]
        assert said == ["only JSON can be asked", "t turns a picture; there is none here"]
        assert lines.has_focus
