"""Whose workers are heard when they fail, and how."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

from textual.dom import DOMNode
from textual.pilot import Pilot

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
                if re.search(r"@work\b|\bself\.run_worker\(", source):
                    yield kind


def test_every_node_that_has_workers_hears_them() -> None:
    kinds = list(nodes_with_workers())

    assert len(kinds) > 15
    assert [kind.__name__ for kind in kinds if not issubclass(kind, Hears)] == []


def words(pilot: Pilot[int]) -> str:
    """What stands on the terminal, however its lines are wrapped."""
    return " ".join(shown(pilot).replace("▌", "").split())


async def test_a_fault_of_our_own_is_shown_and_ends_nothing(engine: Engine, screen: Screen) -> None:
    async def fail(where: str) -> None:
        raise LookupError(f"{where} [/red]\x1b]0;title")

    async with screen(engine) as pilot:
        widget = pilot.app.screen.query_one(Greeting)
        nodes = {"app": pilot.app, "screen": pilot.app.screen, "widget": widget}
        for where, node in nodes.items():
            node.run_worker(fail(where), exit_on_error=False)
            while f"a fault in asyncinvoke: LookupError: {where}" not in words(pilot):
                await pilot.pause()

            assert f"{where} [/red]" in words(pilot)
            assert "\x1b" not in shown(pilot)
