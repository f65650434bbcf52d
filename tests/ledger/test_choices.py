from __future__ import annotations

from pathlib import Path

from tui.ledger.choices import Choices
from tui.ledger.database import Database
from tui.model.columns import Layout, Width


async def test_a_choice_is_found_again_in_the_next_session(path: Path) -> None:
    chosen = Layout(columns=(Width("id", 20), Width("tags")), sort="tags", is_descending=False)
    first = Database(path)
    await Choices(first).save("table", Layout())
    await Choices(first).save("table", chosen)
    first.close()

    second = Database(path)

    assert Choices(second).load("table", Layout()) == chosen
    second.close()


async def test_what_was_never_chosen_or_cannot_be_read_is_the_default(database: Database) -> None:
    await Choices(database).save("table", ["of another version"])

    assert Choices(database).load("table", Layout()) == Layout()
    assert Choices(database).load("other", Layout()) == Layout()
