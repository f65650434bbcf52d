from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import tui.app
from tui.app import bindings
from tui.app.bindings import key_of, keyed, use, written
from tui.model.keymap import BY_ID, REACHES, Keymap

FOLDER = Path(tui.app.__file__).parent
ACTIONS = [one for each in REACHES for one in each.actions]
MODULES = [each.name for each in pkgutil.walk_packages([str(FOLDER)], "tui.app.")]


def test_a_text_names_the_keys_of_now() -> None:
    use(Keymap({"table.new": "f2", "table.older": ""}))
    try:
        assert key_of("table.new") == "F2"
        assert keyed("{table.new} types, {table.older} lists {this}") == (
            "F2 types, ^p older lists {this}"
        )
    finally:
        use(Keymap())
    assert key_of("table.new") == "n"


def test_without_its_signs_a_terminal_is_told_keys_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert keyed("{enter} takes, {list.up} {list.down} move") == "⏎ takes, ↑ ↓ move"
    monkeypatch.setattr(bindings, "is_unicode", lambda: False)
    assert keyed("{enter} takes, {list.up} {list.down} move") == "enter takes, up down move"
    assert (key_of("table.open"), written("shift+left", "ctrl+s")) == ("enter", "shift+left ^s")


def texts(path: Path) -> Iterator[str]:
    """The texts in a module that hold more than one word; none that documents it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    constants = (each for each in ast.walk(tree) if isinstance(each, ast.Constant))
    told = (each.value for each in constants if id(each) not in documented)
    yield from (text for text in told if isinstance(text, str) and " " in text)


LITERAL = re.compile(r"[⏎↑↓]|\b[fF]\d{1,2}\b|\bctrl\+|(?<!\S)\^[a-z]\b|\besc\b|\b[Ee]nter\b")


def test_a_key_by_itself_in_a_text_is_found() -> None:
    for text in ("f3 lists it", "⏎ takes it", "press ^s", "esc closes", "enter sends"):
        assert LITERAL.search(text)
    assert not LITERAL.search("{enter} takes it, {app.back} goes back".replace("{enter}", ""))


@pytest.mark.parametrize("folder", ["app", "engine"])
def test_no_text_names_a_key_that_may_be_another_by_now(folder: str) -> None:
    found = {
        (path.name, text)
        for path in (FOLDER.parent / folder).rglob("*.py")
        for text in texts(path)
        if LITERAL.search(text.replace("{enter}", ""))
    }
    assert found == set()


def test_every_key_that_a_text_names_is_of_an_action_that_there_is() -> None:
    named = set()
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"key_of\(\s*[\"']([\w.-]+)", text))
        named |= set(re.findall(r"\{\{?([a-z]+\.[a-z]+(?:-[a-z]+)*)\}", text))
    spoken = {name for name in named if name.partition(".")[0] in GROUPS}

    assert len(spoken) > 30
    assert spoken - BY_ID.keys() <= {"error.kind", "error.message", "error.problem"}


GROUPS = {name.partition(".")[0] for name in BY_ID}


def bound() -> set[tuple[str, str]]:
    """The id and the action of everything that a class of ours binds."""
    found = set()
    for name in MODULES:
        for kind in vars(importlib.import_module(name)).values():
            if isinstance(kind, type) and issubclass(kind, DOMNode) and kind.__module__ == name:
                for each in kind.__dict__.get("BINDINGS", ()):
                    assert isinstance(each, Binding), kind
                    found.add((each.id or "", each.action))
    return found


def test_what_is_bound_is_in_the_registry_and_what_is_there_is_bound() -> None:
    known = {(action.id, action.action) for reach in REACHES for action in reach.actions}

    assert bound() == known


def test_every_action_can_be_written_down() -> None:
    for action in ACTIONS:
        assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", action.id), action
        assert action.help, action
        assert action.label, action
