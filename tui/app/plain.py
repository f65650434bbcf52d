# ruff: noqa: RUF001 - these characters are what it is about
"""Text for a terminal that has ASCII alone, cell by cell: nothing moves by it."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("─━═╌┄╴╶╸╺", "-"),
        **dict.fromkeys("│┃║╎┆╵╷╹╻▏▕▎▍▌▐", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
        **dict.fromkeys("█▉▊▋▓▒▆▇", "#"),
        **dict.fromkeys("▀▔", '"'),
        **dict.fromkeys("▄▁▂▃▅░", "_"),
        **dict.fromkeys("▸▶►→›»", ">"),
        **dict.fromkeys("◂◀◄←‹«", "<"),
        **dict.fromkeys("▴▲↑", "^"),
        **dict.fromkeys("▾▼↓", "v"),
        **dict.fromkeys("·•‧∙●◉○◐", "."),
        **dict.fromkeys("–—‐‑‒−", "-"),
        **dict.fromkeys("’‘‛′", "'"),
        **dict.fromkeys("“”„″", '"'),
        "…": ".",
        "⏎": "<",
        "↔": "-",
        "×": "x",
        "±": "~",
        "≤": "<",
        "≥": ">",
        "µ": "u",
        "✓": "+",
        "✗": "x",
        "§": "S",
        "°": "o",
        "ß": "s",
        "�": "?",
        "\u00a0": " ",
    }
)


class _Plain(dict[int, str]):
    """What each character becomes, in as many cells; filled as they come."""

    def __missing__(self, number: int) -> str:
        self[number] = found = _plain(chr(number))
        return found


_TABLE = _Plain(_SIGNS)


def plain(text: str) -> str:
    """The text with an ASCII character, or more, for each that is none: cells stay cells."""
    return text if text.isascii() else text.translate(_TABLE)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    cells = cell_len(char)
    base = unicodedata.normalize("NFKD", char)[:1]
    return base if cells == 1 and base.isascii() and base.isprintable() else "?" * cells
