"""An image or a video drawn in place of its bytes, where it can be. Decodes and paints nothing."""

from __future__ import annotations

from tui.app.widgets.line_view import LineView
from tui.app.widgets.picture import Picture
from tui.engine import drawing
from tui.engine.drawing import NOT_INSTALLED
from tui.engine.source import Source
from tui.engine.viewing import View
from tui.model import magic
from tui.model.problem import ProblemError


async def draw(picture: Picture, lines: LineView, source: Source, view: View) -> str:
    """Draw an object that is an image or a video.

    Args:
        picture: Where to draw.
        lines: What gives way to it.
        source: Where to read.
        view: What has been read.

    Returns:
        What the picture does not show, or why there is none; empty where there is nothing to say.
    """
    form = magic.format_of(view.head)
    if view.is_end or not drawing.can_draw(form):
        return ""
    if picture.refusal:
        return picture.refusal
    try:
        drawn = await drawing.draw(source, view.thing, form)
        await picture.show(drawn)
    except ProblemError as error:
        problem = error.problem
        return f"{problem.remedy} draws it" if problem is NOT_INSTALLED else problem.one_line
    lines.display = False
    return drawn.remark


def put_away(picture: Picture, lines: LineView) -> None:
    """Draw nothing; the lines have their place again."""
    picture.clear()
    lines.display = True
