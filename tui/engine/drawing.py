"""An image or a video read and made small enough to be drawn. Paints nothing.

It needs the libraries of the extra ``media``, and imports them in threads, when they are used.
"""

from __future__ import annotations

import asyncio
from importlib import import_module

from tui.engine.ranged_file import RangedFile
from tui.engine.source import Source
from tui.engine.still import UndrawableError, still_of
from tui.engine.video_frames import DEMUXERS, frames_of
from tui.model import extra
from tui.model.document import size_text
from tui.model.drawn import Drawn
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError

MOST = 16 * 1024 * 1024
"""Bytes of an object that are read to be drawn."""

SECONDS = 8.0
"""How long a video is read and decoded; what has been found by then is drawn."""

NOT_INSTALLED = Problem(
    kind="MediaNotInstalled",
    message="images and frames of videos are drawn with libraries that are not installed",
    remedy=extra.install("media"),
)

_STILLS = frozenset({"PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF"})


def can_draw(form: str) -> bool:
    """Whether a format, by the name that ``magic`` gives it, is one that is drawn."""
    return form in _STILLS or form in DEMUXERS


async def draw(source: Source, thing: OutputObject, form: str) -> Drawn:
    """What an image or a video looks like. Cancelled, it reads no more.

    Args:
        source: Where to read.
        thing: The object.
        form: The name of its format; one that can be drawn.

    Raises:
        ProblemError: It cannot be read or decoded, is too large, or the libraries are missing.
    """
    try:
        if form in DEMUXERS:
            await asyncio.to_thread(_import, "PIL.Image", "av")
            return await _video(source, thing, form)
        await asyncio.to_thread(_import, "PIL.Image")
        return await _still(source, thing, form)
    except ImportError as error:
        raise ProblemError(NOT_INSTALLED) from error
    except UndrawableError as error:
        raise ProblemError(_undrawable(form, str(error))) from error


async def _still(source: Source, thing: OutputObject, form: str) -> Drawn:
    if thing.size > MOST:
        raise UndrawableError(f"it is larger than {size_text(MOST)}")
    content = b"".join([piece async for piece in source.read_range(thing, 0, thing.size)])
    return await asyncio.to_thread(still_of, content, form)


async def _video(source: Source, thing: OutputObject, form: str) -> Drawn:
    file = RangedFile(source, thing, MOST)
    timer = asyncio.get_running_loop().call_later(SECONDS, file.stop)
    try:
        return await asyncio.to_thread(frames_of, file, form, thing.size)
    finally:
        timer.cancel()
        file.stop()


def _import(*names: str) -> None:
    for name in names:
        import_module(name)


def _undrawable(form: str, why: str) -> Problem:
    return Problem(
        kind="NotDrawn",
        message=f"this {form} cannot be drawn: {why}",
        remedy="save it, and open it elsewhere",
    )
