from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.console import Console

from tests.lone import contexts_of
from tui.app.app import AsyncInvokeApp
from tui.app.themes import SIXTEEN
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


def test_none_of_them_becomes_white() -> None:
    numbers = [
        Color.parse(each).downgrade(ColorSystem.STANDARD).number for each in SIXTEEN.values()
    ]
    assert not {7, 15}.intersection(numbers)
