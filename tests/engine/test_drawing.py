from __future__ import annotations

import asyncio
import io
import struct
import sys
import zlib
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from tests.engine.pictured import Memory, image, large_video, pixel, saved, video
from tui.engine import drawing, still
from tui.engine.ranged_file import BLOCK
from tui.model import magic
from tui.model.drawn import Drawn
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError

VIDEOS = [("mp4", "mpeg4"), ("mov", "mpeg4"), ("webm", "libvpx"), ("matroska", "mpeg4")]


async def drawn(content: bytes) -> Drawn:
    source = Memory(content)
    form = magic.format_of(content)
    assert drawing.can_draw(form)
    return await drawing.draw(source, source.thing, form)


async def refused(content: bytes) -> Problem:
    with pytest.raises(ProblemError) as caught:
        await drawn(content)
    return caught.value.problem


def brightness(found: Drawn) -> list[int]:
    """How bright the middle of each frame is."""
    return [
        pixel(frame.rgb, frame.width, frame.width // 2, frame.height // 2)[0]
        for frame in found.frames
    ]


# Images -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF"])
async def test_an_image_is_drawn(form: str) -> None:
    found = await drawn(image(form))

    (frame,) = found.frames
    assert (frame.width, frame.height, frame.seconds, found.remark) == (64, 32, None, "")
    assert len(frame.rgb) == 3 * 64 * 32
    red, _, blue = pixel(frame.rgb, 64, 5, 16)
    assert red > 200 > 50 > blue
    red, _, blue = pixel(frame.rgb, 64, 58, 16)
    assert red < 50 < 200 < blue


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
async def test_an_image_of_any_kind_of_pixels_is_drawn(mode: str) -> None:
    picture = Image.new("L", (64, 32), 255)
    picture.paste(0, (32, 0, 64, 32))
    picture = picture.convert(mode)

    (frame,) = (await drawn(saved(picture, "PNG"))).frames

    left, right = pixel(frame.rgb, 64, 5, 16), pixel(frame.rgb, 64, 58, 16)
    assert (left, right) == ((255, 255, 255), (0, 0, 0))


async def test_a_large_image_is_made_small() -> None:
    (frame,) = (await drawn(image("JPEG", size=(4000, 1000)))).frames

    assert (frame.width, frame.height) == (1280, 320)


async def test_a_transparent_image_is_on_grey() -> None:
    (frame,) = (await drawn(saved(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "PNG"))).frames

    assert set(frame.rgb) == {128}


async def test_an_image_stands_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter

    (frame,) = (await drawn(image("JPEG", exif=exif))).frames

    assert (frame.width, frame.height) == (32, 64)


async def test_sixteen_bits_of_grey_are_stretched() -> None:
    depths = Image.new("I;16", (2, 1))
    depths.putpixel((0, 0), 1000)
    depths.putpixel((1, 0), 3000)

    found = await drawn(saved(depths, "TIFF"))

    assert found.remark == "grey values stretched"
    assert found.frames[0].rgb == b"\0\0\0\xff\xff\xff"


async def test_the_first_of_several_images_is_drawn() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]

    found = await drawn(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert found.remark == "the first of 3 images"
    assert pixel(found.frames[0].rgb, 8, 4, 4) == (255, 0, 0)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF"])
async def test_an_image_that_is_cut_is_a_problem(form: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    content = saved(noise, form)

    problem = await refused(content[: len(content) // 2])

    assert problem.kind == "NotDrawn"
    assert f"this {form} cannot be drawn: it is damaged" in problem.message
    assert problem.remedy


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "packbits"])
async def test_a_compressed_tiff_is_drawn(compression: str) -> None:
    (frame,) = (await drawn(image("TIFF", compression=compression))).frames

    assert pixel(frame.rgb, 64, 5, 16) == (250, 0, 0)
    assert pixel(frame.rgb, 64, 58, 16) == (0, 0, 250)


DAMAGED = [
    *(pytest.param(form, {}, id=form) for form in ("PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF")),
    pytest.param("TIFF", {"compression": "tiff_lzw"}, id="LZW"),
    pytest.param("TIFF", {"compression": "tiff_adobe_deflate"}, id="deflate"),
]


@pytest.mark.parametrize(("form", "options"), DAMAGED)
async def test_a_damaged_image_ends_in_a_problem_or_a_picture(
    form: str, options: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    content = saved(Image.effect_noise((60, 60), 80).convert("RGB"), form, **options)
    for place in range(0, len(content), 97):
        damaged = content[:place] + b"\xff\x00\xaa" + content[place + 3 :]
        if magic.format_of(damaged) == form:
            try:
                assert (await drawn(damaged)).frames
            except ProblemError as error:
                assert error.problem.kind == "NotDrawn"  # noqa: PT017
    assert capfd.readouterr() == ("", "")


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims, and holds, a billion pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", 32_000, 32_000, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(4001 * 100))
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def test_an_image_of_too_many_pixels_is_not_decoded() -> None:
    problem = await refused(bomb())

    assert problem.message == "this PNG cannot be drawn: it has more than 36,000,000 pixels"


async def test_an_image_of_a_few_pixels_more_is_not_decoded_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(still, "MOST_PIXELS", 64 * 32 - 1)

    assert "more than 2,047 pixels" in (await refused(image("PNG"))).message


async def test_an_image_of_too_many_bytes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST", 100)
    source = Memory(image("PNG"))

    with pytest.raises(ProblemError, match="larger than 100 B"):
        await drawing.draw(source, source.thing, "PNG")

    assert not source.ranges


# Videos -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("container", "codec"), VIDEOS)
async def test_frames_of_a_video_are_spread_over_its_length(container: str, codec: str) -> None:
    found = await drawn(video(container, codec))

    times = [frame.seconds for frame in found.frames]
    assert times == pytest.approx([0, 1, 2, 3, 4, 5], abs=0.26)
    lights = brightness(found)
    assert lights == sorted(lights)
    assert lights[0] < 20
    assert lights[-1] > 190
    assert found.remark == ""


async def test_frames_of_a_long_video_are_those_near_its_key_frames() -> None:
    found = await drawn(video(seconds=60, rate=2, keys=8, size=(32, 16)))

    times = [frame.seconds for frame in found.frames]
    assert times == pytest.approx([0, 10, 20, 30, 40, 50], abs=4)
    assert brightness(found) == sorted(brightness(found))


async def test_a_video_is_read_where_its_header_and_key_frames_are() -> None:
    content = large_video()
    assert content.rfind(b"moov") > len(content) - BLOCK
    source = Memory(content)

    found = await drawing.draw(source, source.thing, "MOV")

    assert [frame.seconds for frame in found.frames] == [0, 5, 10, 15, 20, 25]
    assert len(content) > 20_000_000
    assert source.read_bytes <= 6_000_000
    assert len(set(source.ranges)) == len(source.ranges)


async def test_no_more_of_a_video_is_read_than_some_megabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = large_video()
    monkeypatch.setattr(drawing, "MOST", 12 * BLOCK)
    source = Memory(content)

    found = await drawing.draw(source, source.thing, "MOV")

    assert 0 < len(found.frames) < 6
    assert found.remark.endswith("reading on takes too long")
    assert source.read_bytes <= 12 * BLOCK


async def test_a_video_that_is_read_for_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.0)
    source = Hanging(video())

    with pytest.raises(ProblemError, match="takes too long"):
        await drawing.draw(source, source.thing, "MP4")


class Hanging(Memory):
    """Nothing of it ever comes."""

    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        self.ranges.append((start, end))
        self.is_asked.set()
        try:
            await asyncio.Event().wait()
            yield b""
        finally:
            self.is_left.set()

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.is_asked = asyncio.Event()
        self.is_left = asyncio.Event()


async def test_who_moves_on_ends_the_reading() -> None:
    source = Hanging(video())
    drawing_it = asyncio.create_task(drawing.draw(source, source.thing, "MP4"))
    await source.is_asked.wait()

    drawing_it.cancel()

    await source.is_left.wait()
    with pytest.raises(asyncio.CancelledError):
        await drawing_it
    assert len(source.ranges) == 1


class Refusing(Memory):
    async def read_range(self, thing: OutputObject, start: int, end: int) -> AsyncIterator[bytes]:
        if self.ranges:
            raise ProblemError(Problem(kind="PreconditionFailed", message="changed"))
        async for piece in super().read_range(thing, start, end):
            yield piece


async def test_a_video_that_changes_meanwhile_is_the_problem_that_it_is() -> None:
    source = Refusing(large_video())

    with pytest.raises(ProblemError) as caught:
        await drawing.draw(source, source.thing, "MOV")

    assert caught.value.problem.kind == "PreconditionFailed"


@pytest.mark.parametrize(("container", "codec"), VIDEOS)
async def test_a_video_that_is_cut_is_a_problem_or_has_fewer_frames(
    container: str, codec: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = video(container, codec)
    for part in range(8, len(content) * 3 // 4, len(content) // 8):
        try:
            found = await drawn(content[:part])
        except ProblemError as error:
            assert error.problem.kind == "NotDrawn"  # noqa: PT017
        else:
            assert len(found.frames) < 6
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("container", "codec"), VIDEOS)
async def test_a_damaged_video_never_crashes(
    container: str, codec: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = video(container, codec)
    for start in range(100, len(content), len(content) // 9):
        damaged = bytearray(content)
        damaged[start : start + 300] = b"\xa5" * len(damaged[start : start + 300])
        try:
            assert (await drawn(bytes(damaged))).frames
        except ProblemError as error:
            assert error.problem.kind == "NotDrawn"  # noqa: PT017
    assert capfd.readouterr() == ("", "")


async def test_what_has_only_sound_has_nothing_to_draw() -> None:
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=8000)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.rate = 8000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        output.mux(stream.encode(frame))
        output.mux(stream.encode())

    assert "it has no picture" in (await refused(file.getvalue())).message


# Without the extra --------------------------------------------------------------------------------


@pytest.mark.parametrize(("missing", "form"), [("PIL", "PNG"), ("PIL", "MP4"), ("av", "MP4")])
async def test_without_the_libraries_it_says_what_to_install_and_reads_nothing(
    missing: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Memory(image("PNG"))
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ProblemError) as caught:
        await drawing.draw(source, source.thing, form)

    assert caught.value.problem == drawing.NOT_INSTALLED
    assert "pip install '.[media]'" in caught.value.problem.one_line
    assert not source.ranges


@pytest.mark.parametrize("form", ["PDF", "ZIP", "MP3", "M4A", magic.BYTES])
def test_other_formats_are_not_drawn(form: str) -> None:
    assert not drawing.can_draw(form)
