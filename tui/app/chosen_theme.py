"""The theme that was chosen in the palette, found again at the next start."""

from __future__ import annotations

from dataclasses import dataclass

from tui.ledger.choices import Choices

_NAME = "theme"


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A choice, and what config.toml said then: who changes that later wants what it says.

    Attributes:
        theme: What was chosen.
        configured: What config.toml said.
    """

    theme: str = ""
    configured: str = ""


def theme_to_begin_with(choices: Choices, configured: str) -> str:
    """The theme to begin with. Waits for the disk: the first frame is painted in it."""
    chosen = choices.load(_NAME, _Chosen())
    return chosen.theme if chosen.theme and chosen.configured == configured else configured


async def remember(choices: Choices, theme: str, configured: str) -> None:
    """Keep the choice.

    Raises:
        ProblemError: The ledger failed.
    """
    await choices.save(_NAME, _Chosen(theme, configured))
