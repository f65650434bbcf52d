"""Whose workers are heard when they fail, and how."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.dom import DOMNode

import tui.app
from tests.app.conftest import Screen, shown
from tui.app.hearing import Hears
from tui.app.widgets.greeting import Greeting
from tui.engine.session import Engine


def nodes_with_workers() -> Iterator[type[DOMNode]]:
    for module in pkgutil.walk_packages(tui.app.__path__, "tui.app."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name and issubclass(kind, DOMNode):
                source = inspect.getsource(kind)
                if "@work(" in source or "self.run_worker(" in source:
                    yield kind


def test_every_node_that_has_workers_hears_them() -> None:
    kinds = list(nodes_with_workers())

    assert len(kinds) > 15
    assert [kind.__name__ for kind in kinds if not issubclass(kind, Hears)] == []


@pytest.mark.parametrize("where", ["app", "screen", "widget"])
async def test_a_fault_of_our_own_is_shown_and_ends_nothing(
    engine: Engine, screen: Screen, where: str
) -> None:
    async def fail() -> None:
        raise LookupError("[/red]\x1b]0;title")

    async with screen(engine) as pilot:
        widget = pilot.app.screen.query_one(Greeting)
        node = {"app": pilot.app, "screen": pilot.app.screen, "widget": widget}[where]
        node.run_worker(fail(), exit_on_error=False)
        await pilot.pause()
        await pilot.pause()

        told = shown(pilot)
        assert "a fault in asyncinvoke: LookupError:" in told
        assert "[/red]" in told
        assert "\x1b" not in told
