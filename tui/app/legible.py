"""Colours that text can be read in, on all that it stands on, as a terminal shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product

from rich.color import ColorSystem
from textual.color import BLACK, WHITE, Color, rgb_to_lab

TEXTS = ("text-error", "text-warning", "text-success", "text-accent", "text-primary")
"""The variables of a theme with the colours of text, beside the plain one."""

GROUNDS = ("background", "surface", "panel")
"""Those with what text stands on, beside the cursor's ground."""

ASKED = ("foreground", "primary", *GROUNDS, *TEXTS)
"""The variables that ``legible`` is given, in their order."""

LEAST_OF_CURSOR, MOST_OF_CURSOR = 1.15, 1.5
"""The contrast of the cursor with its ground in 256 colours: with more, few can be read on it."""

LEAST_APART = 12
"""How far the hues of two texts are apart in 256 colours, in CIELAB."""

_STEPS = 20

_MUTED, _SELECTED = 0.6, 0.4
"""How much of the foreground is in muted text, and of the primary colour under the cursor."""


@lru_cache(4096)
def of_256(colour: Color) -> Color:
    """The colour as a terminal shows it that has 256 of them."""
    return Color.from_rich_color(colour.rich_color.downgrade(ColorSystem.EIGHT_BIT))


def contrast(one: Color, other: Color) -> float:
    """How far two colours are apart, from 1 to 21, as WCAG has it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(64)
def legible(least: float, is_256: bool, *asked: str) -> tuple[tuple[str, str], ...]:
    """A theme's variables and what they must be for its text to be read, each with its colour.

    Args:
        least: The contrast of text with all that it stands on.
        is_256: Whether the terminal has but 256 colours.
        asked: The theme's colours, as those of ``ASKED``.
    """
    seen = of_256 if is_256 else _as_it_is
    foreground, primary, *others = map(Color.parse, asked)
    background, texts = others[0], others[len(GROUNDS) :]
    plain = tuple(background + ground for ground in others[: len(GROUNDS)])
    surface = plain[GROUNDS.index("surface")]
    text = _read_on(foreground, plain, least, seen)
    selected = _ground(background, primary, text, least, seen)
    grounds = (*plain, selected)
    muted = _read_on(background.blend(text, _MUTED), grounds, least, seen)
    found = {
        "foreground": text,
        "selected": selected,
        "foreground-muted": muted,
        "block-cursor-background": selected,
        "block-cursor-foreground": text,
        "block-cursor-blurred-background": selected,
        "block-cursor-blurred-foreground": text,
        "scrollbar-background": surface,
        "scrollbar-background-hover": surface,
        "scrollbar-background-active": surface,
        "scrollbar-corner-color": surface,
    }
    if is_256:
        found |= zip(TEXTS, _apart_on(texts, grounds, least), strict=True)
    else:
        found |= {
            name: _read_on(colour, grounds, least, seen)
            for name, colour in zip(TEXTS, texts, strict=True)
        }
    found["footer-key-foreground"] = found["text-accent"]
    written = ((name, colour.hex) for name, colour in found.items())
    return *written, ("text-muted", _auto(plain, least, seen))


Seen = Callable[[Color], Color]
"""How a terminal shows a colour."""


def _as_it_is(colour: Color) -> Color:
    return colour


def _read_on(colour: Color, grounds: tuple[Color, ...], least: float, seen: Seen) -> Color:
    """The colour, as little lighter or darker as it must be to be read on all the grounds."""
    end = WHITE if contrast(grounds[0], WHITE) > contrast(grounds[0], BLACK) else BLACK
    steps = (colour.blend(end, step / _STEPS, alpha=1.0) for step in range(_STEPS + 1))
    on = [seen(ground) for ground in grounds]
    return next(
        (step for step in steps if all(contrast(seen(step), each) >= least for each in on)), end
    )


def _apart_on(
    colours: Sequence[Color], grounds: tuple[Color, ...], least: float
) -> Iterator[Color]:
    """Of the 256, the nearest to each colour that can be read on all the grounds: each another.

    Steps of lightness would make olive of green and of yellow.
    """
    on = [of_256(ground) for ground in grounds]
    free = [each for each in _cube() if all(contrast(each, ground) >= least for ground in on)]
    for colour in colours:
        nearest = min(free, key=lambda each: _distance(each, colour), default=colour)
        others = [each for each in free if each != nearest]
        free = [each for each in others if _hues_apart(each, nearest) >= LEAST_APART] or others
        yield nearest


def _hues_apart(one: Color, other: Color) -> float:
    lab, wanted = rgb_to_lab(one), rgb_to_lab(other)
    return math.hypot(lab.a - wanted.a, lab.b - wanted.b)


def _distance(one: Color, other: Color) -> float:
    """How unlike two colours are; another hue counts for more than another lightness."""
    lighter = rgb_to_lab(one).L - rgb_to_lab(other).L
    return math.hypot(lighter / 2, _hues_apart(one, other))


@cache
def _cube() -> tuple[Color, ...]:
    """The colours of the 256 that stay what they are; which of the greys is shown is rounded."""
    parts = (0, 95, 135, 175, 215, 255)
    every = (Color(red, green, blue) for red, green, blue in product(parts, repeat=3))
    return tuple(each for each in every if of_256(each) == each)


def _ground(background: Color, primary: Color, text: Color, least: float, seen: Seen) -> Color:
    """The background with as much of the primary colour, or of a grey, as leaves text readable."""
    shares = (_SELECTED * (_STEPS - step) / _STEPS for step in range(_STEPS))
    # Of a faint tint the 256 have none: theirs is a grey, of the text.
    other = text if seen is of_256 else primary
    tints = [background.blend(other, share, alpha=1.0) for share in shares]
    if seen is of_256:
        ranged = {tint: contrast(seen(tint), seen(background)) for tint in tints}
        tints = [tint for tint in ranged if LEAST_OF_CURSOR < ranged[tint] < MOST_OF_CURSOR]
    return next(
        (tint for tint in tints if contrast(seen(tint), seen(text)) >= least * 1.2), background
    )


def _auto(grounds: tuple[Color, ...], least: float, seen: Seen) -> str:
    """How much of black or white muted text has, in Textual's words."""
    for percent in range(60, 100, 5):
        share = percent / 100
        if all(
            contrast(seen(ground + ground.get_contrast_text(share)), seen(ground)) >= least
            for ground in grounds
        ):
            return f"auto {percent}%"
    return "auto 100%"


def _luminance(colour: Color) -> float:
    red, green, blue = (_linear(value / 255) for value in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    lightness: float = ((part + 0.055) / 1.055) ** 2.4
    return part / 12.92 if part <= 0.04045 else lightness
