"""What holds of every screen, in every state of it that there is a picture of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from rich.color import Color as Painted
from textual.color import Color
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList

from screenshots.scenes import SCENES
from screenshots.stage import Scene, Stage, opened
from tui.app.legible import contrast
from tui.app.themes import LEAST, LEAST_OF_OTHERS, OURS
from tui.app.widgets.batch_table import BatchTable
from tui.app.widgets.line_view import LineView
from tui.app.widgets.object_tree import ObjectTree
from tui.app.widgets.table import InvocationTable

FIRST = (80, 24)
WALK = [(400, 40), (60, 15), (40, 10)]
ALIKE = {
    **dict.fromkeys(("again", "forget", "many-confirm"), "confirm"),
    "detail-failed": "detail-overview",
    "detail-no-output": "detail-output",
    "drafts-none": "drafts",
    "help-of-form": "help",
    "prompt": "open-file",
    "share-folder": "share",
    "viewer-asked": "viewer-finding",
    **dict.fromkeys(
        ("refused", *(f"table-{state}" for state in ("filtered", "marked", "stale", "told"))),
        "table",
    ),
}
"""Scenes of a screen that another scene walks through the sizes, with the cursor in its place."""

FROZEN = ("form-awaited",)
"""What takes no keys meanwhile is fainter than the rest."""

SMALL = (60, 15)
"""From here on a dialog shows what its keys do."""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty home, and the colours of a good terminal, wherever the tests run."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name, value in {"TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)


def of(widget: Widget | None) -> str:
    return f"{type(widget).__name__} {widget.id if widget else ''}"


def sees_its_cursor(widget: Widget) -> bool:
    """Whether the widget, and the row that its cursor is on, are in sight."""
    is_empty = isinstance(widget, OptionList) and not widget.option_count
    if is_empty or (isinstance(widget, ObjectTree) and not widget.row_count):
        return True  # it is not there: what stands in its place says why
    if not widget.screen.find_widget(widget).visible_region.area:
        return False
    top, height = widget.scroll_offset.y, widget.size.height
    if isinstance(widget, OptionList) and widget.highlighted is not None:
        return top <= widget.highlighted < top + height
    if isinstance(widget, InvocationTable):
        return top <= (widget.listing.line(widget.cursor) or 0) < top + height
    if isinstance(widget, (BatchTable, LineView)):
        return top <= widget.cursor < top + height
    return True


def is_pointed_out(listing: OptionList) -> bool:
    """Whether the line that is chosen has another ground than those around it."""
    top, height = listing.scroll_offset.y, listing.size.height
    grounds = [
        {segment.style.bgcolor for segment in listing.render_line(y) if segment.style}
        for y in range(min(height, listing.option_count))
    ]
    at = (listing.highlighted or 0) - top
    return all(grounds[at] != ground for y, ground in enumerate(grounds) if y != at)


def faint(stage: Stage, least: float) -> Iterator[str]:
    """The words on the screen that do not stand out from their ground."""
    screen = stage.pilot.app.screen
    strips = screen._compositor.render_strips()
    whole = [screen.region]
    dialog = [child.region for child in screen.children if child.region.area]
    for room in dialog if isinstance(screen, ModalScreen) else whole:  # what lies below is dimmed
        for segment in chain(*(strips[y].crop(room.x, room.right) for y in room.line_range)):
            style = segment.style
            if style is None or not any(map(str.isalnum, segment.text)):
                continue
            front, ground = style.color, style.bgcolor
            if style.reverse:
                front, ground = ground, front
            if front is None or ground is None or style.dim:
                continue
            ratio = difference(front, ground)
            if ratio < least:
                yield f"{segment.text!r}: {ratio:.1f} ({front.name} on {ground.name})"


@cache
def difference(front: Painted, ground: Painted) -> float:
    return contrast(colour(front), colour(ground))


def colour(painted: Painted) -> Color:
    return Color(*painted.get_truecolor())


def test_a_scene_that_is_not_walked_is_on_the_screen_of_one_that_is() -> None:
    names = {scene.name for scene in SCENES}
    assert ALIKE.keys() | set(ALIKE.values()) <= names
    assert not ALIKE.keys() & set(ALIKE.values())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_it_takes_every_size_and_can_be_read_in_both_themes(scene: Scene) -> None:
    async with opened(scene, FIRST) as stage:
        app = stage.pilot.app
        screen, focused = app.screen, app.focused

        for size in (FIRST, *(() if scene.name in ALIKE else WALK)):
            if size != FIRST:
                await stage.resize(*size)
            assert app.screen is screen, size
            assert app.focused is focused, (size, of(focused), of(app.focused))
            if focused is not None:
                assert sees_its_cursor(focused), (size, of(focused), stage.text)
            if isinstance(screen, ModalScreen) and size >= SMALL and scene.name != "palette":
                assert "esc" in stage.text, (size, stage.text)

        for theme in OURS:
            app.theme = theme.name
            await stage.resize(120, 40)
            least = LEAST_OF_OTHERS if scene.name in FROZEN else LEAST
            assert "\n".join(faint(stage, least)) == "", theme.name
            for listing in () if scene.name == "palette" else screen.query(OptionList):
                assert listing.highlighted is None or is_pointed_out(listing)
