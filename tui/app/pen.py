"""How a terminal writes text, in SGR codes: what a sequence does, and the shortest change."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import NamedTuple


class Style(NamedTuple):
    """How text looks, in the terminal's own codes; empty ones are the default.

    Equal ones that come from this module are one object, so that they are compared by identity.

    Attributes:
        attributes: Bold, italic and the like.
        foreground: A colour.
        background: A colour.
        link: Parameters and address of a hyperlink, as OSC 8 has them.
    """

    attributes: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""


PLAIN = Style()

_ENDS = {
    "22": frozenset({"1", "2"}),
    "23": frozenset({"3"}),
    "24": frozenset({"4", "21"}),
    "25": frozenset({"5", "6"}),
    "27": frozenset({"7"}),
    "28": frozenset({"8"}),
    "29": frozenset({"9"}),
    "54": frozenset({"51", "52"}),
    "55": frozenset({"53"}),
}
_ATTRIBUTES = frozenset[str]().union(*_ENDS.values())
_END_OF = {code: end for end, codes in _ENDS.items() for code in codes if len(code) == 1}
_FOREGROUNDS = frozenset(map(str, (*range(30, 38), *range(90, 98))))
_BACKGROUNDS = frozenset(map(str, (*range(40, 48), *range(100, 108))))


@lru_cache(4096)
def restyled(style: Style | None, codes: str) -> Style | None:
    """The style after an SGR sequence; None if that cannot be told."""
    is_known = style is not None
    style = style or PLAIN
    given = iter(codes.split(";"))
    for code in given:
        if not code.strip("0"):
            style, is_known = PLAIN._replace(link=style.link), True
        elif code in ("38", "48"):
            kind = next(given, "")
            parts = list(islice(given, {"5": 1, "2": 3}.get(kind, 0)))
            if not all(part.isdigit() for part in parts) or len(parts) not in (1, 3):
                return None
            colour = ";".join([code, kind, *parts])
            style = (
                style._replace(foreground=colour)
                if code == "38"
                else style._replace(background=colour)
            )
        elif code in _ATTRIBUTES:
            style = style._replace(attributes=style.attributes | {code})
        elif code in _ENDS:
            style = style._replace(attributes=style.attributes - _ENDS[code])
        elif code in _FOREGROUNDS or code == "39":
            style = style._replace(foreground="" if code == "39" else code)
        elif code in _BACKGROUNDS or code == "49":
            style = style._replace(background="" if code == "49" else code)
        else:
            return None
    return _same(style) if is_known else None


def linked(style: Style, link: str) -> Style:
    """The style with a hyperlink; one without an address ends it."""
    address = link.partition(";")[2]
    return _same(style._replace(link=link if address else ""))


@lru_cache(4096)
def _same(style: Style) -> Style:
    """The first of all equal ones."""
    return PLAIN if style == PLAIN else style


@lru_cache(4096)
def change(old: Style | None, new: Style) -> str:
    """The shortest sequence that turns one style into the other."""
    link = f"\x1b]8;{new.link or ';'}\x1b\\" if new.link != (old.link if old else "") else ""
    colours = [new.foreground, new.background]
    codes = [*sorted(new.attributes, key=int), *filter(None, colours)]
    whole = f"\x1b[{';'.join(['0', *codes])}m" if codes else "\x1b[m"
    if old is None:
        return link + whole
    gone = old.attributes - new.attributes
    if not gone <= _END_OF.keys():
        return link + whole
    ends = {_END_OF[code] for code in gone}
    begun = (new.attributes - old.attributes) | {
        code for code in new.attributes if _END_OF.get(code) in ends
    }
    steps = [*sorted(ends), *sorted(begun, key=int)]
    if new.foreground != old.foreground:
        steps.append(new.foreground or "39")
    if new.background != old.background:
        steps.append(new.background or "49")
    step = f"\x1b[{';'.join(steps)}m" if steps else ""
    return link + min(step, whole, key=len)
