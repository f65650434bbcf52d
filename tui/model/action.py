"""Something that a key does, and how it is written down. Knows no Textual."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does.

    Attributes:
        action: Textual's action string.
        keys: The keys, separated by commas; the first one is shown. Empty for none.
        label: One or two words for the footer.
        help: A line for the help screen.
        in_footer: Whether the footer has room for it.
        is_first: Whether it comes before what the focused widget does with the key.
        id: What config.toml calls it; the same wherever it stands.
    """

    action: str
    keys: str
    label: str
    help: str
    in_footer: bool = True
    is_first: bool = False
    id: str = ""

    @property
    def key_list(self) -> tuple[str, ...]:
        """Its keys, one by one."""
        return tuple(filter(None, self.keys.split(",")))


def group(name: str, *actions: Action) -> tuple[Action, ...]:
    """Actions whose ids are a name and their labels: ``table.new``; who has an id keeps it."""
    return tuple(
        each if each.id else replace(each, id=f"{name}.{each.label.replace(' ', '-')}")
        for each in actions
    )
