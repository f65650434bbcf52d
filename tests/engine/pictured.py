"""Images and videos made here, and a source that they are read from."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import av
from PIL import Image

from tests.builders import NOW
from tui.engine.source import Outputs
from tui.model.invocation import Invocation
from tui.model.outputs import OutputObject, Place


class Memory:
    """One object; remembers which ranges of it were read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges: list[tuple[int, int]] = []

    async def list_outputs(self, invocation: Invocation, *, start_after: str = "") -> Outputs:
        raise NotImplementedError

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        self.ranges.append((start, end))
        await asyncio.sleep(0)
        yield self.content[start:end]

    @property
    def thing(self) -> OutputObject:
        return OutputObject(Place("media", "ray/"), "ray/a", len(self.content), NOW, "e")

    @property
    def read_bytes(self) -> int:
        return sum(end - start for start, end in self.ranges)


def image(
    form: str, mode: str = "RGB", size: tuple[int, int] = (64, 32), **options: object
) -> bytes:
    """An image: red on the left, blue on the right."""
    picture = Image.new("RGB", size, (250, 0, 0))
    picture.paste((0, 0, 250), (size[0] // 2, 0, *size))
    return saved(picture.convert(mode), form, **options)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format=form, **options)
    return file.getvalue()


def video(
    container: str = "mp4",
    codec: str = "mpeg4",
    *,
    seconds: int = 6,
    rate: int = 4,
    keys: int = 12,
    size: tuple[int, int] = (96, 48),
    pixels: str = "yuv420p",
) -> bytes:
    """A video that grows brighter with time, from black to white; its header is at the end."""
    file = io.BytesIO()
    count = seconds * rate
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = keys
        for number in range(count):
            grey = 16 + number * 219 // count
            frame = av.VideoFrame(*size, pixels)
            for plane, value in zip(frame.planes, (grey, 128, 128), strict=False):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()


def pixel(rgb: bytes, width: int, x: int, y: int) -> tuple[int, int, int]:
    start = 3 * (y * width + x)
    red, green, blue = rgb[start : start + 3]
    return red, green, blue


def large_video() -> bytes:
    """A video of 37 MB, all of whose frames are key frames; its header is at the end."""
    return video("mov", "rawvideo", seconds=30, rate=2, size=(640, 480), pixels="uyvy422")
