"""The pages that people read, taken apart: blocks, commands, options, links and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

PAGES = ("README.md", "CONTRIBUTING.md", "benchmarks/README.md", "screenshots/README.md")

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODES = re.compile(r" +#.*\bexit codes? ([\d, or]+)")


@dataclass(frozen=True)
class Command:
    """One command line, as it stands there.

    Attributes:
        line: All of it, its comment left out.
        exit_codes: Those that it may end with: 0 where its comment says nothing else.
    """

    line: str
    exit_codes: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Block:
    """A fenced block, and the heading that it stands under."""

    page: str
    heading: str
    language: str
    text: str

    @property
    def commands(self) -> list[Command]:
        """Its command lines, each on a line of its own."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [_command(line) for line in lines if line.strip() and not line.startswith("#")]


def _command(line: str) -> Command:
    told = _EXIT_CODES.search(line)
    codes = frozenset(map(int, re.findall(r"\d+", told[1]))) if told else frozenset({0})
    bare = re.sub(r" +# .*$", "", line)
    return Command(re.sub(r" {2,}", " ", bare).strip(), codes)


def text_of(page: str) -> str:
    """A page as it is in the tree."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, from its beginning to its end."""
    text = text_of(page)
    return [
        Block(page, _heading_before(text, found.start()), found[1], found[2])
        for found in _FENCED.finditer(text)
    ]


def prose(page: str) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", text_of(page))


def section(page: str, heading: str) -> str:
    """What stands below a heading of the second rank, up to the next one."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text_of(page), re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found[1]


def rows(text: str, *columns: str) -> list[list[str]]:
    """The cells of the table with these columns, without its head."""
    head = "| " + " | ".join(columns) + " |"
    assert head in text, head
    table = text.partition(head)[2].partition("\n\n")[0].strip().splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def spans(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def links(page: str) -> Iterator[tuple[str, str]]:
    """The file and the anchor of each link and picture; the one or the other may be empty."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        file, _, anchor = target.partition("#")
        yield file, anchor


def anchors(page: str) -> set[str]:
    """What a link to a heading of a page may name."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each).strip().lower().replace(" ", "-") for each in headings}


def _heading_before(text: str, place: int) -> str:
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text[:place]), re.MULTILINE)
    return headings[-1] if headings else ""
