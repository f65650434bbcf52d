"""Has an image or a video drawn, where it can be. Decodes and paints nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from tui.app.widgets.content_pane import ContentPane
from tui.engine import drawing
from tui.engine.drawing import NOT_INSTALLED
from tui.engine.source import Source
from tui.engine.viewing import View
from tui.model import magic
from tui.model.problem import ProblemError


async def draw(pane: ContentPane, source: Source, view: View, is_wanted: Callable[[], bool]) -> str:
    """Draw an object that is an image or a video, in place of its bytes.

    Args:
        pane: Where to draw.
        source: Where to read.
        view: What has been read.
        is_wanted: Whether it is that which is to be seen still, when it has been decoded.

    Returns:
        What the picture does not show, or why there is none; empty where there is nothing to say.
    """
    form = magic.format_of(view.head)
    if view.is_end or not drawing.can_draw(form):
        return ""
    if pane.refusal:
        return pane.refusal
    try:
        drawn = await drawing.draw(source, view.thing, form)
        if not is_wanted():
            return ""
        await pane.show_picture(drawn)
    except ProblemError as error:
        problem = error.problem
        return f"what draws it: {problem.remedy}" if problem is NOT_INSTALLED else problem.one_line
    return drawn.remark
