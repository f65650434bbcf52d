"""The folders that an invocation's outputs are saved in, below the one that is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model import placeholder
from tui.model.invocation import Invocation
from tui.model.outputs import safe_parts
from tui.model.part import part_of

BY_ID = "{id}"
"""The layout as it comes: a folder for each invocation."""

_EXAMPLE = {name: name for name in (*placeholder.NAMES, "id", "target")}


@dataclass(frozen=True, slots=True)
class Below:
    """Where outputs go.

    Attributes:
        folder: Below which folder; ``~`` is somebody's home.
        layout: How the folders below it are named, as the settings have it.
    """

    folder: str
    layout: str


def check_layout(layout: str) -> None:
    """See whether a layout can be used.

    Raises:
        ValueError: It holds an unknown placeholder, a lone brace or nothing, begins with a slash,
            or leads out of the folder chosen.
    """
    filled = placeholder.fill(layout, _EXAMPLE)
    if not layout.strip():
        raise ValueError(f"expected folders such as {BY_ID} or {{target}}/{BY_ID}")
    if filled.startswith(("/", "\\", "~")):
        raise ValueError("expected folders below the one that is chosen, not a place of their own")
    try:
        safe_parts(filled)
    except ValueError:
        raise ValueError("expected folders with names of their own, not . or ..") from None


def folders(layout: str, invocation: Invocation, user: str) -> tuple[str, ...]:
    """The folders of an invocation, none of which leads anywhere else.

    ``{date}`` is the day of its submission, so that a later download finds the same folders.

    Raises:
        ValueError: The layout cannot be used.
    """
    known = placeholder.values(invocation.model_id, invocation.submit_time, user)
    known |= {"id": part_of(invocation.id), "target": known["model"]}
    return safe_parts(placeholder.fill(layout, known))
