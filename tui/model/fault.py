"""One thing that is wrong with what was typed, and the place where it was typed."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where in a request or document: member names and list indexes, from the outside in."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a value breaks.

    Attributes:
        path: Where the value stands.
        rule: The constraint's name in the service model or JSON schema: ``required``, ``type``,
            ``enum``, ``pattern``, ``minLength``, ``maxLength``, ``minimum``, ``maximum``,
            ``multipleOf``, ``minItems``, ``maxItems`` or, for rules of our own, ``rule``.
        expected: What the rule wants, for a person: ``at most 512 characters``.
        actual: What was found, short: ``676 characters``. Empty when there is nothing to show.
    """

    path: Path
    rule: str
    expected: str
    actual: str = ""

    @property
    def where(self) -> str:
        """The path as people write it: ``textToVideoParams.images[0].format``."""
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer, the way the service prints it: ``#/images/0/format``."""
        return "#" + "".join(f"/{part}" for part in self.path)

    def __str__(self) -> str:
        text = self.expected if not self.actual else f"{self.expected}, not {self.actual}"
        return f"{self.where}: {text}" if self.path else text
