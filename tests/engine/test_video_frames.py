from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
import pytest

from tests.engine.pictured import Memory, image, video
from tui.engine import drawing, video_frames
from tui.model.drawn import Drawn
from tui.model.problem import ProblemError


async def drawn(content: bytes, form: str) -> Drawn:
    source = Memory(content)
    return await drawing.draw(source, source.thing, form)


def photos(*sizes: int) -> bytes:
    """A video of square photos, a second each; its header tells the size of the first."""
    file = io.BytesIO()
    with av.open(file, "w", format="mov") as output:
        stream = output.add_stream("mjpeg", rate=1)
        stream.width = stream.height = sizes[0]
        stream.pix_fmt = "yuvj420p"
        for number, size in enumerate(sizes):
            packet = av.Packet(image("JPEG", size=(size, size)))
            packet.stream, packet.time_base = stream, Fraction(1)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            output.mux(packet)
    return file.getvalue()


async def test_a_later_frame_of_too_many_pixels_is_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video_frames, "MOST_PIXELS", 64 * 64)
    whole = await drawn(photos(64, 64, 64), "MOV")
    assert len(whole.frames) == 3

    found = await drawn(photos(64, 64, 256), "MOV")

    assert [frame.width for frame in found.frames] == [64, 64]
    assert "it is damaged" in found.remark


async def test_a_video_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_frames, "MOST_PIXELS", 96 * 48 - 1)

    with pytest.raises(ProblemError, match="a frame has more than 4,607 pixels"):
        await drawn(video(), "MP4")


@pytest.mark.parametrize("form", ["MP4", "MOV"])
async def test_a_video_that_claims_millions_of_samples_is_not_opened(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = video(video_frames.DEMUXERS[form])
    sizes = content.index(b"stsz") + 8
    claim = struct.pack(">II", 1, 20_000_000)
    forged = content[:sizes] + claim + content[sizes + 8 :]
    monkeypatch.delattr(av, "open")

    with pytest.raises(ProblemError, match="its header claims 20,000,000 samples"):
        await drawn(forged, form)
