from __future__ import annotations

import unicodedata
from datetime import timedelta

from textual.app import App, ComposeResult
from textual.strip import Strip

from tests.builders import NOW
from tests.engine.test_downloading_names import hostile
from tui.app.bindings import keyed
from tui.app.widgets.object_tree import MORE, ObjectTree
from tui.model.outputs import OutputObject, Place
from tui.model.text import cell_width

PLACE = Place("media", "job/")
UNSEEN = "\u200b\u202e\u2066\ufeff"


class Lines(ObjectTree):
    """Counts the lines that it is asked to render."""

    rendered = 0

    def render_line(self, y: int) -> Strip:
        self.rendered += 1
        return super().render_line(y)


class TreeApp(App[None]):
    """A tree of objects alone on a terminal."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.tree_of_objects = Lines()
        self.objects = things(*names)
        self.opened: list[OutputObject] = []
        self.wanted = 0

    def compose(self) -> ComposeResult:
        yield self.tree_of_objects

    def on_mount(self) -> None:
        self.tree_of_objects.styles.max_height = "100%"
        self.see(*self.objects)

    def see(self, *objects: OutputObject, has_more: bool = False) -> None:
        self.objects = objects
        self.tree_of_objects.show(objects, NOW, has_more=has_more)

    def on_object_tree_object_opened(self, message: ObjectTree.ObjectOpened) -> None:
        self.opened.append(message.thing)

    def on_object_tree_more_wanted(self) -> None:
        self.wanted += 1

    @property
    def lines(self) -> list[str]:
        """What it shows, from the top."""
        strips = self.screen._compositor.render_strips()
        return [text for strip in strips if (text := strip.text.rstrip())]


def things(*names: str) -> tuple[OutputObject, ...]:
    return tuple(OutputObject(PLACE, f"job/{name}", 5, NOW, f'"{name}"') for name in names)


async def test_a_flat_job_is_a_plain_list_with_the_cursor_on_what_was_made() -> None:
    app = TreeApp("manifest.json", "output.mp4")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.lines == [
            "manifest.json  JSON              5 B  now",
            "output.mp4     MP4               5 B  now",
        ]
        assert app.tree_of_objects.chosen == app.objects[1]


async def test_columns_are_straight_at_every_depth() -> None:
    app = TreeApp("a.json", "deep/er/still/b.mp4", "deep/c.csv")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.lines == [
            "  a.json       JSON              5 B  now",
            "▾ deep/        2 objects        10 B",
            "    c.csv      CSV               5 B  now",
            "  ▾ er/        1 object          5 B",
            "    ▾ still/   1 object          5 B",
            "        b.mp4  MP4               5 B  now",
        ]


async def test_keys_fold_unfold_and_walk_the_folders() -> None:
    app = TreeApp("a/b/c.txt", "a/d.txt", "e.txt")
    async with app.run_test(size=(80, 24)) as pilot:
        tree = app.tree_of_objects
        tree.focus()
        await pilot.pause()
        assert tree.chosen == app.objects[0]

        await pilot.press("left")
        assert tree.folder
        assert tree.folder.path == "a/b/"
        await pilot.press("enter")
        assert tree.folder.is_folded
        await pilot.press("h")
        assert tree.folder.path == "a/"
        await pilot.press("space")
        assert tree.row_count == 2
        await pilot.press("right")
        assert tree.row_count == 4
        await pilot.press("l")
        assert tree.folder.path == "a/b/"
        await pilot.press("right", "right")
        assert tree.chosen == app.objects[0]
        await pilot.press("right", "space")
        assert tree.chosen == app.objects[0]
        await pilot.press("enter")
        assert app.opened == [app.objects[0]]


async def test_a_click_folds_a_folder_and_opens_the_object_under_the_cursor() -> None:
    app = TreeApp("a/b.txt", "e.txt")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(ObjectTree, offset=(2, 2))
        assert app.tree_of_objects.chosen == app.objects[1]
        assert not app.opened
        await pilot.click(ObjectTree, offset=(2, 2))
        assert app.opened == [app.objects[1]]
        await pilot.click(ObjectTree, offset=(2, 0))
        await pilot.pause()
        assert app.lines[0].startswith("▸ a/")


async def test_a_list_that_is_not_whole_ends_in_a_row_that_lists_more() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 24)) as pilot:
        tree = app.tree_of_objects
        every = things(*(f"shots/{number:04}.mp4" for number in range(2000)))
        app.see(*every[:1000], has_more=True)
        tree.focus()
        await pilot.press("G", "enter")
        await pilot.pause()
        assert app.wanted == 1
        assert app.lines[-1].split("  ")[0] == keyed(MORE)
        await pilot.press("g")
        await pilot.pause()
        assert "1,000+ objects" in app.lines[0]
        await pilot.press("G")

        app.see(*every)
        await pilot.pause()
        assert tree.chosen == every[1000]
        await pilot.press("g")
        await pilot.pause()
        assert "2,000 objects" in app.lines[0]


async def test_the_same_objects_again_paint_nothing_and_one_that_grew_one_line() -> None:
    app = TreeApp("a.txt", "b/c.txt", "d.txt")
    async with app.run_test(size=(80, 24)) as pilot:
        tree = app.tree_of_objects
        await pilot.pause()
        tree.rendered = 0

        app.see(*things("a.txt", "b/c.txt", "d.txt"))
        tree.show_ages(NOW)
        await pilot.pause()
        assert tree.rendered == 0

        grown = OutputObject(PLACE, "job/d.txt", 7, NOW, '"7"')
        app.see(*things("a.txt", "b/c.txt"), grown)
        await pilot.pause()
        assert tree.rendered == 1

        tree.show_ages(NOW + timedelta(minutes=5))
        await pilot.pause()
        assert tree.rendered == 4


async def test_what_arrives_above_moves_nothing_that_is_seen() -> None:
    app = TreeApp(*(f"m{number:03}.txt" for number in range(100)))
    async with app.run_test(size=(80, 10)) as pilot:
        tree = app.tree_of_objects
        tree.focus()
        await pilot.press("G")
        await pilot.pause()
        before, tree.rendered = app.lines, 0

        app.see(*things("a.txt", "b.txt", *(f"m{number:03}.txt" for number in range(100))))
        await pilot.pause()

        assert app.lines == before
        assert tree.chosen == app.objects[-1]


async def test_an_object_that_vanishes_gives_its_line_to_the_next() -> None:
    app = TreeApp("a.txt", "b.txt", "c.txt")
    async with app.run_test(size=(80, 24)) as pilot:
        tree = app.tree_of_objects
        tree.move_to(1)
        await pilot.pause()

        app.see(*things("a.txt", "c.txt"))
        assert tree.chosen == app.objects[1]
        app.see(*things("a.txt"))
        assert tree.chosen == app.objects[0]


async def test_hostile_names_take_one_row_that_fits() -> None:
    names = ["a\nb\x1b[31m.json", "../../x", "\u202egpj.exe", "🌊" * 256, "/".join("d" * 300)]
    app = TreeApp(*names)
    async with app.run_test(size=(60, 40)) as pilot:
        tree = app.tree_of_objects
        await pilot.pause()

        shown = "\n".join(app.lines)
        assert not {"\x1b", "\u202e"} & set(shown)
        assert len(app.lines) == min(40, tree.row_count)
        assert all(cell_width(line) <= 60 for line in app.lines)
        tree.move_to(tree.row_count - 1)
        await pilot.pause()
        assert all(cell_width(line) <= 60 for line in app.lines)


async def test_a_look_tells_the_type_that_no_ending_does() -> None:
    app = TreeApp("answer.out")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.tree_of_objects.learn(app.objects[0], "JSON")
        await pilot.pause()

        assert app.lines == ["answer.out  JSON              5 B  now"]


async def test_of_500_hostile_keys_no_control_character_reaches_the_terminal() -> None:
    app = TreeApp(*(key.removeprefix("job/") for key in hostile(500)))
    async with app.run_test(size=(80, 24)) as pilot:
        tree, shown, last = app.tree_of_objects, 0, 0
        while last < tree.row_count - 1:
            await pilot.press("pagedown")
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            text = "".join(strip.text for strip in strips)
            assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") or c in UNSEEN]
            shown += len(strips)
            last = tree.scroll_offset.y + tree.size.height - 1
    assert shown >= 500


async def test_on_a_narrow_terminal_names_keep_half_and_the_type_goes_before_the_age() -> None:
    name = "a-name-of-thirty-cells-1234.mp4"
    for width, words in ((80, ["MP4", "5 B", "now"]), (55, ["5 B", "now"]), (40, ["5 B"])):
        app = TreeApp(name)
        async with app.run_test(size=(width, 10)) as pilot:
            await pilot.pause()
            (line,) = app.lines
            rest = line[len(name[: width // 2]) :]
            assert line.startswith(name[: width // 2 - 2])
            assert [word for word in ("MP4", "5 B", "now") if f"  {word}" in rest] == words


async def test_a_folder_that_may_go_on_is_counted_so() -> None:
    app = TreeApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.see(*things("deep/a.txt", "deep/b.txt"), has_more=True)
        await pilot.pause()
        app.tree_of_objects.move_to(0)
        folder = app.tree_of_objects.folder
        assert folder is not None
        assert app.tree_of_objects.counted_in(folder) == "2+ objects"
