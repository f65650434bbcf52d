from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.console import Console
from textual.theme import Theme

from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp
from tui.app.legible import GROUNDS, TEXTS
from tui.app.themes import OURS, SIXTEEN, fitted
from tui.engine.session import Engine


@pytest.mark.parametrize(
    ("colours", "theme", "is_plain"),
    [
        ("standard", "textual-dark", True),
        ("standard", "textual-light", False),
        ("256", "textual-dark", False),
        ("truecolor", "textual-dark", False),
    ],
)
async def test_with_sixteen_colours_the_tints_are_plain(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, colours: str, theme: str, is_plain: bool
) -> None:
    monkeypatch.setattr(Console, "color_system", property(lambda _: colours))
    app = AsyncInvokeApp(contexts_of(engine))
    app.theme = theme

    variables = app.get_css_variables()

    assert all((variables[name] == colour) is is_plain for name, colour in SIXTEEN.items())


def in_sixteen(colour: str) -> int | None:
    return Color.parse(colour.lower()).downgrade(ColorSystem.STANDARD).number


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_and_none_of_them_becomes_what_it_stands_on(theme: Theme) -> None:
    variables = fitted(theme, theme.to_color_system().generate(), "standard")
    grounds = {in_sixteen(variables[name]) for name in (*GROUNDS, "selected")}
    texts = {in_sixteen(variables[name]) for name in (*TEXTS, "foreground")}

    assert not grounds & texts
    assert not {7, 8, 15} & {in_sixteen(variables[name]) for name in TEXTS}
    assert in_sixteen(variables["selected"]) != in_sixteen(variables["background"])
