from __future__ import annotations

from pathlib import Path

import pytest

from tui import config
from tui.config import ConfigError


@pytest.mark.parametrize(
    "content",
    ['[keys]\n"table.new" = "f2"', '[keys]\ntable.new = "f2"', '[keys.table]\nnew = "f2"'],
)
def test_an_id_may_be_written_in_quotes_or_with_a_dot(tmp_path: Path, content: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)

    assert config.load(file).changed_keys == {"table.new": "f2"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            '[keys]\n"table.filtr" = "f"',
            "line 2: keys.table.filtr: is no action; did you mean table.filter?",
        ),
        ('[keys]\nfilter = "f"', "line 2: keys.filter: is no action; did you mean table.filter?"),
        (
            '[keys.table]\n\nnew = "Esc"',
            "line 3: keys.table.new: 'Esc' is no key; did you mean escape?",
        ),
        (
            '[keys]\n"table.new" = "ctrl+h"',
            "line 2: keys.table.new: ctrl+h cannot be told from backspace: "
            "terminals send the same for both",
        ),
        (
            '[keys]\n"table.new" = "f2"\n"table.download" = "u"',
            "line 3: keys.table.download: u is the key of table.share, too, in the table",
        ),
        ('[keys]\n"table.new" = 5', "line 2: keys.table.new: expected text, got 5"),
        (
            '[keys]\n"app.help" = ""',
            "line 2: keys.app.help: needs a key, or nobody would find the way",
        ),
        ('keys = "f2"', 'line 1: keys: expected a table, got "f2"'),
        (
            '[keys]\n"table.new" = "f2"\n[keys.table]\nnew = "f3"',
            'line 2: keys.table.new: is said twice: "table.new" and [keys.table] new',
        ),
    ],
)
def test_what_cannot_be_bound_is_told_with_its_place(
    tmp_path: Path, content: str, told: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)

    with pytest.raises(ConfigError) as refused:
        config.load(file)

    assert str(refused.value) == f"{file}: {told}"


def test_all_faults_of_the_keys_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\ntable.new = "d"\ntable.older = "ctrl+i"\nform.submit = "s"\n')

    with pytest.raises(ConfigError) as refused:
        config.load(file)

    lines = [fault.removeprefix(f"{file}: ").split(": ")[:2] for fault in refused.value.faults]
    assert lines == [
        ["line 2", "keys.table.new"],
        ["line 3", "keys.table.older"],
        ["line 4", "keys.form.submit"],
    ]
