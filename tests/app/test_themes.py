from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tests.app.conftest import Screen, settled, shown, table
from tests.conftest import SETTINGS, MakeEngine
from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp
from tui.app.legible import GROUNDS, TEXTS, contrast, of_256
from tui.app.themes import DARK, LEAST, LEAST_OF_OTHERS, LIGHT, OURS, fitted
from tui.engine.session import Engine

STATUS = ("success", "warning", "error")

NO_COLOURS = ("ansi-dark", "ansi-light")
"""Themes of the terminal's own colours, which nobody knows."""

COLOURED = [theme for name, theme in BUILTIN_THEMES.items() if name not in NO_COLOURS]


HOW_MANY = ("truecolor", "256")


def variables_of(theme: Theme, colours: str = "truecolor") -> dict[str, str]:
    return fitted(theme, theme.to_color_system().generate(), colours)


def ratios(theme: Theme, colours: str) -> dict[tuple[str, str], float]:
    """The contrast of each text with each ground that it may stand on, as a terminal shows them."""
    variables = variables_of(theme, colours)
    seen = of_256 if colours == "256" else (lambda colour: colour)
    background = Color.parse(variables["background"])
    grounds = {
        name: seen(background + Color.parse(variables[name])) for name in (*GROUNDS, "selected")
    }
    texts = {name: seen(Color.parse(variables[name])) for name in (*TEXTS, "foreground-muted")}
    found = {
        (text, ground): contrast(texts[text], grounds[ground])
        for text in texts
        for ground in grounds
    }
    share = float(variables["text-muted"].removeprefix("auto ").rstrip("%")) / 100
    for name in ("background", "surface", "panel"):
        ground = background + Color.parse(variables[name])
        muted = seen(ground + ground.get_contrast_text(share))
        found["text-muted", name] = contrast(muted, grounds[name])
    chosen = seen(Color.parse(variables["block-cursor-foreground"]))
    found["chosen", "selected"] = contrast(chosen, grounds["selected"])
    text = seen(Color.parse(variables["foreground"]))
    found["text", "background"] = contrast(text, seen(background))
    return found


@pytest.mark.parametrize("colours", HOW_MANY)
@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_all_text_of_our_themes_can_be_read_on_all_it_stands_on(theme: Theme, colours: str) -> None:
    found = ratios(theme, colours)
    assert {what: ratio for what, ratio in found.items() if ratio < LEAST} == {}


@pytest.mark.parametrize("colours", HOW_MANY)
@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_and_so_can_that_of_textuals(theme: Theme, colours: str) -> None:
    found = ratios(theme, colours)
    assert {what: ratio for what, ratio in found.items() if ratio < LEAST_OF_OTHERS} == {}


@pytest.mark.parametrize("name", NO_COLOURS)
def test_the_terminals_own_colours_stay(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    before = theme.to_color_system().generate()
    assert variables_of(theme) == {**before, "selected": before["primary"]}


def test_what_can_be_read_already_stays_as_it_is() -> None:
    before = DARK.to_color_system().generate()
    after = variables_of(DARK)
    assert {name: after[name] for name in TEXTS} == {name: before[name] for name in TEXTS}


def test_one_colour_is_told_from_the_other_in_our_light_theme_too() -> None:
    found = {variables_of(OURS[1])[name] for name in TEXTS}
    assert len(found) == len(TEXTS)


@pytest.mark.parametrize("theme", [*OURS, *COLOURED], ids=lambda theme: theme.name)
def test_and_so_it_is_in_256_colours(theme: Theme) -> None:
    variables = variables_of(theme, "256")
    assert len({of_256(Color.parse(variables[name])) for name in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_the_cursor_is_seen_in_256_colours(theme: Theme) -> None:
    variables = variables_of(theme, "256")
    ground, cursor = (of_256(Color.parse(variables[name])) for name in ("background", "selected"))
    assert contrast(ground, cursor) > 1.1


def test_green_stays_green_and_yellow_does_not_become_it() -> None:
    variables = variables_of(LIGHT, "256")
    success, warning, error = (Color.parse(variables[f"text-{name}"]) for name in STATUS)
    assert success.g > success.r
    assert warning.r > warning.b
    assert warning.r >= warning.g
    assert error.r > error.g


async def test_the_cursors_ground_and_the_status_are_painted_in_them(
    dozen: Engine, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    async with screen(dozen) as pilot:
        for theme in OURS:
            pilot.app.theme = theme.name
            await settled(pilot)
            variables = variables_of(theme)
            cursor = table(pilot).get_component_styles("invocation-table--cursor")
            failed = table(pilot).get_component_styles("invocation-table--failed")
            assert cursor.background == Color.parse(variables["selected"])
            assert failed.color == Color.parse(variables["text-error"])


async def test_a_theme_that_was_chosen_in_the_palette_is_kept(
    make_engine: MakeEngine, screen: Screen
) -> None:
    engine = make_engine()
    async with screen(engine) as pilot:
        for words in ("theme", "voke-light"):
            await pilot.press(*(["ctrl+p"] if words == "theme" else []), *words)
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
        assert pilot.app.theme == "asyncinvoke-light"
    assert AsyncInvokeApp(contexts_of(engine)).theme == "asyncinvoke-light"


async def test_config_toml_that_says_another_since_goes_before_it(
    make_engine: MakeEngine, screen: Screen
) -> None:
    async with screen(make_engine()) as pilot:
        pilot.app.theme = "nord"
        await settled(pilot)
    changed = make_engine(replace(SETTINGS, theme="gruvbox"))
    assert AsyncInvokeApp(contexts_of(changed)).theme == "gruvbox"


async def test_a_theme_that_there_is_not_is_named(make_engine: MakeEngine, screen: Screen) -> None:
    async with screen(make_engine(replace(SETTINGS, theme="mauve"))) as pilot:
        assert "there is no theme 'mauve'" in shown(pilot)
