"""Names of keys, as Textual has them: which can be bound, and how prose writes them."""

from __future__ import annotations

import re
import string
import unicodedata

_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}

_MOVING = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")

NAMED = frozenset(
    {"enter", "escape", "tab", "shift+tab", "space", "backspace"}
    | {f"{held}{key}" for held in ("", "shift+", "ctrl+", "ctrl+shift+") for key in _MOVING}
    | {f"{held}f{number}" for held in ("", "ctrl+") for number in range(1, 25)}
    | {f"ctrl+{letter}" for letter in string.ascii_lowercase}
)
"""Keys with a name of their own that terminals know how to send."""

_SAME = {
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+j": "enter",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+[": "escape",
}

_TAKEN = {
    "ctrl+c": "copies what is selected",
    "ctrl+q": "always leaves the program",
    "tab": "goes from field to field",
    "shift+tab": "goes from field to field",
}

_MEANT = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "bs": "backspace",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "question": "question_mark",
    "dot": "full_stop",
    "period": "full_stop",
    "equals": "equals_sign",
}

_PROSE = {
    "escape": "esc",
    "delete": "del",
    "insert": "ins",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}

_DRAWN = {"enter": "⏎", "up": "↑", "down": "↓", "left": "←", "right": "→"}
"""Keys with a sign on them; where there is ASCII alone they have their names."""


def name_of(text: str) -> str:
    """A key's name; a single character stands for its key: ``?`` is ``question_mark``."""
    if len(text) != 1 or text.isalnum():
        return text
    try:
        name = re.sub("[- ]", "_", unicodedata.name(text).lower())
    except ValueError:
        return text
    return _SHORTER.get(name, name)


def is_typed(key: str) -> bool:
    """Whether a key writes a character into a text field."""
    return len(key) == 1 or key == "space" or key in _SIGNS


def key_fault(key: str, allowed: frozenset[str] = frozenset()) -> str:
    """What is wrong with a key that is to be bound; empty where nothing is.

    Args:
        key: Its name, see ``name_of``.
        allowed: Keys with a meaning of their own that may be bound all the same.
    """
    if same := _SAME.get(key):
        return f"{key} cannot be told from {same}: terminals send the same for both"
    if (meaning := _TAKEN.get(key)) and key not in allowed:
        return f"{key} {meaning}"
    if found := re.fullmatch(r"ctrl\+(?:shift\+([a-z])|([A-Z]))", key):
        letter = (found[1] or found[2]).lower()
        return f"{key} cannot be told from ctrl+{letter}: most terminals send the same for both"
    if found := re.fullmatch(r"shift\+([a-z])", key):
        return f"{key} is no key; did you mean {found[1].upper()}?"
    if key in NAMED or key == "space" or (len(key) == 1 and key.isprintable()) or key in _SIGNS:
        return ""
    return f"{key!r} is no key{_near(key)}"


def prose(key: str, *, in_words: bool = False) -> str:
    """A key as it is written everywhere: ``n``, ``?``, ``^s``, ``F3``, ``esc``, ``⏎``.

    Args:
        key: Its name.
        in_words: Whether ``enter`` and ``up`` stay words: for a terminal without their signs.
    """
    *held, last = key.split("+") if len(key) > 1 else [key]
    if re.fullmatch(r"f\d+", last):
        last = last.upper()
    drawn = "" if in_words else _DRAWN.get(last, "")
    told = "+".join([*held, drawn or _PROSE.get(last) or _SIGNS.get(last) or last])
    return told.replace("ctrl+", "^")


def _near(key: str) -> str:
    import difflib  # a file without a fault needs it not

    *held, last = re.sub(r"^(c-|\^|control[+-])", "ctrl+", key.lower()).split("+")
    meant = "+".join([*held, _MEANT.get(last, last)])
    names = sorted(NAMED | _SIGNS.keys())
    near = [meant] if meant in names else difflib.get_close_matches(meant, names, n=1, cutoff=0.7)
    return f"; did you mean {near[0]}?" if near else ", such as n, N, f2, ctrl+s or question_mark"


_SIGNS = {name_of(sign): sign for sign in string.punctuation}
"""The characters of a keyboard that have a name, by it."""
