from __future__ import annotations

from textual.pilot import Pilot

from tests.app.conftest import Screen, main, settled, shown
from tests.app.read import ROW, opened, put
from tests.engine.pictured import image
from tests.media import KINDS
from tui.app.widgets.line_view import LineView
from tui.app.widgets.object_tree import ObjectTree
from tui.engine.fetching import PREVIEW
from tui.engine.session import Engine
from tui.sandbox.server import Sandbox


def reader(pilot: Pilot[int]) -> LineView:
    return main(pilot).query_one(LineView)


async def test_each_kind_of_object_is_shown(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{name: content for name, (content, _, _) in KINDS.items()})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        pane = await opened(pilot)
        tree = pane.query_one(ObjectTree)
        assert tree.count == len(KINDS)
        for line, name in enumerate(sorted(KINDS)):
            tree.move_to(line)
            await settled(pilot)
            _, facts, part = KINDS[name]
            assert pane.chosen
            assert pane.chosen.name == name
            assert f"{name} · {facts}" in " ".join(shown(pilot).split())
            assert part in reader(pilot).sheet.text


async def test_a_key_reads_on_and_stays_where_one_reads(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    lines = [f"line {number}" for number in range(60_000)]
    put(sandbox, **{"log.txt": "\n".join(lines).encode()})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        assert "262.1 kB of 648.9 kB" in shown(pilot)
        assert "m read on" in shown(pilot).splitlines()[-1]
        assert lines[-1] not in reader(pilot).sheet.text
        assert not reader(pilot).show_horizontal_scrollbar
        await pilot.press("tab", "pagedown")
        await settled(pilot)
        before, calls = reader(pilot).scroll_offset, sandbox.calls["GetObject"]
        assert before.y > 0

        await pilot.press("m")
        await settled(pilot)
        assert "524.3 kB of 648.9 kB" in shown(pilot)
        assert sandbox.calls["GetObject"] == calls + 1
        assert reader(pilot).scroll_offset == before

        await pilot.press("m")
        await settled(pilot)
        assert reader(pilot).sheet.text.split("\n") == lines
        assert "read on" not in shown(pilot).splitlines()[-1]

        await pilot.press("m")
        await settled(pilot)
        assert sandbox.calls["GetObject"] == calls + 2


async def test_objects_that_come_leave_the_preview_as_it_is(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"b.txt": b"tide pool\n" * PREVIEW})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        pane = await opened(pilot)
        await pilot.press("m", "tab", "pagedown")
        await settled(pilot)
        before = reader(pilot).sheet.text, reader(pilot).scroll_offset
        calls = sandbox.calls["GetObject"]

        put(sandbox, **{"a.txt": b"first"})
        await pilot.press("r")
        await settled(pilot)

        assert pane.query_one(ObjectTree).count == 2
        assert (reader(pilot).sheet.text, reader(pilot).scroll_offset) == before
        assert sandbox.calls["GetObject"] == calls


async def test_long_lines_are_folded_anew_for_another_width(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    words = " ".join(f"word{number}" for number in range(100))
    put(sandbox, **{"note.txt": words.encode()})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        narrow = reader(pilot).sheet.rows
        assert max(map(len, narrow)) <= 78
        assert not reader(pilot).show_horizontal_scrollbar

        await pilot.resize_terminal(130, 40)
        await settled(pilot)
        wide = reader(pilot).sheet.rows
        assert len(wide) < len(narrow)
        assert " ".join("".join(wide).split()) == words


async def test_an_object_that_cannot_be_read_says_why_and_shows_nothing_of_another(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.txt": b"first", "b.txt": b"second"})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        pane = await opened(pilot)
        assert reader(pilot).sheet.text == "first"
        sandbox.faults.add("GetObject", "denied", times=None)
        pane.query_one(ObjectTree).move_to(1)
        await settled(pilot)
        assert "s3:GetObject" in shown(pilot)
        assert reader(pilot).sheet.text == ""


async def test_what_cannot_be_read_on_stays_as_it_is_and_can_be_tried_again(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.txt": b"tide pool\n" * PREVIEW})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        before = reader(pilot).sheet.text
        sandbox.faults.add("GetObject", "denied")
        await pilot.press("m")
        await settled(pilot)
        assert "s3:GetObject" in shown(pilot)
        assert reader(pilot).sheet.text == before

        await pilot.press("m")
        await settled(pilot)
        assert "s3:GetObject" not in shown(pilot)
        assert len(reader(pilot).sheet.text) > len(before)


async def test_hostile_characters_of_an_object_do_not_reach_the_terminal(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.txt": "\x1b]0;owned\x07 \u202egpj.exe".encode()})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        assert "owned" in shown(pilot)
        assert not {"\x1b", "\x07", "\u202e"} & set(shown(pilot))


async def test_an_image_is_drawn_in_the_preview_and_gives_way_to_the_next_object(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.png": image("PNG", size=(64, 36)), "b.txt": b"second"})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        pane = await opened(pilot)
        assert pane.content.has_picture
        assert not reader(pilot).display
        assert "a.png · PNG · 64×36 pixels" in shown(pilot)
        pane.query_one(ObjectTree).move_to(1)
        await settled(pilot)
        assert not pane.content.has_picture
        assert reader(pilot).display
        assert "second" in shown(pilot)


async def test_an_image_that_cannot_be_drawn_says_why_beside_its_bytes(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.png": image("PNG", size=(64, 36))[:60]})
    engine.board.apply([ROW])

    async with screen(engine) as pilot:
        await opened(pilot)
        assert "a.png · PNG · 64×36 pixels · 60 B · NotDrawn" in " ".join(shown(pilot).split())
        assert ".PNG" in shown(pilot)


async def test_v_beside_the_objects_says_what_it_is_for(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"sub/a.json": b"1", "sub/b.json": b"2"})
    engine.board.apply([ROW])
    async with screen(engine, (120, 40)) as pilot:
        pane = await opened(pilot)
        assert "v view" in shown(pilot)
        await pilot.press("up")
        await settled(pilot)
        assert pane.chosen is None
        assert "v view" not in shown(pilot)
        await pilot.press("v")
        await settled(pilot)
        said = [toast.message for toast in pilot.app._notifications]
        assert said == ["v reads one object: put the cursor on it, in the Output tab (3)"]


async def test_help_begins_with_the_keys_of_what_has_the_focus(
    engine: Engine, sandbox: Sandbox, screen: Screen
) -> None:
    put(sandbox, **{"a.json": b"1"})
    engine.board.apply([ROW])
    async with screen(engine) as pilot:
        await pilot.press("question_mark")
        await settled(pilot)
        assert "Invocations" in shown(pilot)
        await pilot.press("escape")
        await opened(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        text = shown(pilot)
        assert "fold the folder, open the object, list more" in text
        assert text.index("list more") < text.index("Invocations")
