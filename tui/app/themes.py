"""Our own themes, and what every theme is held to: text that can be read on all it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

DARK = Theme(
    name="asyncinvoke",
    primary="#5f87af",
    secondary="#87afaf",
    accent="#87afd7",
    success="#87af5f",
    warning="#d7af5f",
    error="#d7875f",
    background="#121418",
    surface="#181b20",
    panel="#20242b",
    foreground="#d0d4da",
    dark=True,
)

LIGHT = Theme(
    name="asyncinvoke-light",
    primary="#5f87af",
    secondary="#4f8f8f",
    accent="#2f7fcf",
    success="#5a9a2f",
    warning="#b38600",
    error="#d7532f",
    background="#fafaf8",
    surface="#f0f1f1",
    panel="#e4e7ea",
    foreground="#22262c",
    dark=False,
)

OURS = (DARK, LIGHT)

SIXTEEN = {
    "text-error": "#ff5555",
    "text-warning": "#ffff00",
    "text-success": "#55ff55",
    "text-accent": "#00ffff",
    "text-primary": "#00ffff",
}
"""Where there are but sixteen colours, a tint of one would become white."""

SIXTEEN_ON_LIGHT = {
    "text-error": "#aa0000",
    "text-warning": "#aa00aa",
    "text-success": "#006400",
    "text-accent": "#0000aa",
    "text-primary": "#0000aa",
}
"""The same on a light ground, where a tint would become grey, and yellow cannot be read."""

READ = ("text-error", "text-warning", "text-success", "text-accent", "text-primary")
"""The colours of text."""

GROUNDS = ("background", "surface", "panel", "selected")
"""What text stands on."""

LEAST, LEAST_OF_OTHERS = 4.5, 3.0
"""The contrast of text with its ground, in our themes and in Textual's; WCAG asks for 4.5 of text,
and for 3 of large text."""

_STEPS = 20

_MUTED, _SELECTED = 0.6, 0.4
"""How much of the foreground is in muted text, and of the primary colour under the cursor."""


def fitted(theme: Theme, variables: Mapping[str, str], *, is_sixteen: bool) -> dict[str, str]:
    """A theme's variables, with text that can be read, and ``selected``: the ground of the cursor.

    Args:
        theme: The theme.
        variables: What Textual makes of it.
        is_sixteen: Whether the terminal has but sixteen colours.
    """
    if theme.ansi or Color.parse(variables["background"]).ansi is not None:
        return {**variables, "selected": variables["primary"]}  # the terminal's own colours
    own = dict(_legible(theme.name, *(variables[name] for name in _ASKED)))
    if is_sixteen:
        own |= SIXTEEN if theme.dark else SIXTEEN_ON_LIGHT
    return {**variables, **own}


def contrast(one: Color, other: Color) -> float:
    """How far two colours are apart, from 1 to 21, as WCAG has it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


_ASKED = ("foreground", "background", "surface", "panel", "primary", *READ)


@lru_cache(64)
def _legible(name: str, *asked: str) -> tuple[tuple[str, str], ...]:
    """What ``fitted`` changes in a theme of colours."""
    least = LEAST if name in {theme.name for theme in OURS} else LEAST_OF_OTHERS
    foreground, background, surface, panel, primary, *read = map(Color.parse, asked)
    plain = (background, surface, background + panel)
    text = _read_on(foreground, plain, least)
    selected = _ground(background, primary, text, least)
    grounds = (*plain, selected)
    muted = _read_on(background.blend(text, _MUTED), grounds, least)
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
        **{name: _read_on(colour, grounds, least) for name, colour in zip(READ, read, strict=True)},
    }
    found["footer-key-foreground"] = found["text-accent"]
    texts = {name: colour.hex for name, colour in found.items()}
    return *texts.items(), ("text-muted", _auto(plain, least))


def _read_on(colour: Color, grounds: tuple[Color, ...], least: float) -> Color:
    """The colour, as little lighter or darker as it must be to be read on all the grounds."""
    end = WHITE if contrast(grounds[0], WHITE) > contrast(grounds[0], BLACK) else BLACK
    steps = (colour.blend(end, step / _STEPS, alpha=1.0) for step in range(_STEPS + 1))
    return next(
        (step for step in steps if all(contrast(step, each) >= least for each in grounds)), end
    )


def _ground(background: Color, primary: Color, text: Color, least: float) -> Color:
    """The background with as much of the primary colour as leaves text on it readable."""
    shares = (_SELECTED * (_STEPS - step) / _STEPS for step in range(_STEPS))
    tints = (background.blend(primary, share, alpha=1.0) for share in shares)
    return next((tint for tint in tints if contrast(tint, text) >= least * 1.2), background)


def _auto(grounds: tuple[Color, ...], least: float) -> str:
    """How much of black or white muted text has, in Textual's words."""
    for percent in range(60, 100, 5):
        share = percent / 100
        if all(
            contrast(ground + ground.get_contrast_text(share), ground) >= least
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
