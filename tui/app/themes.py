"""Our own themes, and what of every theme is changed, so that its text can be read."""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color
from textual.theme import Theme

from tui.app.legible import ASKED, legible

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

LEAST, LEAST_OF_OTHERS = 4.5, 3.0
"""The contrast of text with its ground, in our themes and in Textual's; WCAG asks for 4.5 of text,
and for 3 of large text."""


def fitted(
    theme: Theme, variables: Mapping[str, str], colours: str | None = "truecolor"
) -> dict[str, str]:
    """A theme's variables, with text that can be read, and ``selected``: the ground of the cursor.

    Args:
        theme: The theme.
        variables: What Textual makes of it.
        colours: Rich's name for what the terminal has: ``truecolor``, ``256``, ``standard``.
    """
    if theme.ansi or Color.parse(variables["background"]).ansi is not None:
        return {**variables, "selected": variables["primary"]}  # the terminal's own colours
    least = LEAST if theme.name in {each.name for each in OURS} else LEAST_OF_OTHERS
    own = dict(legible(least, colours == "256", *(variables[name] for name in ASKED)))
    if colours == "standard":
        own |= SIXTEEN if theme.dark else SIXTEEN_ON_LIGHT
    return {**variables, **own}
