"""Frames of a video, spread over its length, decoded by PyAV. For a thread: it takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.engine.ranged_file import RangedFile, StoppedError
from tui.engine.still import MOST_PIXELS, UndrawableError
from tui.model import boxes
from tui.model.clip import length_text
from tui.model.drawn import Drawn, Frame
from tui.model.window import Window

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

FRAMES = 6
"""How many frames are drawn."""

LARGEST = 480
"""Pixels of a frame across, and down, at most."""

DEMUXERS = {"MP4": "mp4", "MOV": "mov", "WebM": "webm", "Matroska": "matroska"}
"""libav's name of each format. Left to itself it would try all, and some open other files."""

MOST_SAMPLES = 1_000_000
"""Samples of all tracks that libav may list, in 24 to 50 bytes each. A small file may claim more.

That is two and a half hours of 60 frames and 47 pieces of sound in a second.
"""

_BOXED = ("MP4", "MOV")

_SHORT = 20.0
"""Seconds of a video that is decoded from end to end: its key frames may be far apart."""


def frames_of(file: RangedFile, form: str, size: int) -> Drawn:
    """Frames of a video, the first one first; fewer, if it is damaged or reading is stopped.

    Args:
        file: The object.
        form: The name of its format.
        size: Bytes of all of it.

    Raises:
        UndrawableError: There is not one.
        ProblemError: It cannot be read, or changed.
        ImportError: PyAV is not installed.
    """
    import av

    frames: list[Frame] = []
    why = ""
    try:
        if form in _BOXED:
            _refuse_long_tables(file, size)
        limits = {"max_pixels": str(MOST_PIXELS)}  # a later frame may be larger than the first
        with av.open(file, format=DEMUXERS[form], options=limits) as container:
            video = next(iter(container.streams.video), None)
            if video is None:
                raise UndrawableError("it has no picture")
            if not 0 < video.width * video.height <= MOST_PIXELS:
                raise UndrawableError(f"a frame has more than {MOST_PIXELS:,} pixels, or none")
            video.codec_context.options = limits
            for frame in _spread(file, container, video, size):
                frames.append(_small(frame))
    except ImportError:
        raise
    except Exception as error:  # a damaged file may end in any
        why = str(error) if isinstance(error, UndrawableError) else f"it is damaged: {error}"
    if file.trouble and not isinstance(file.trouble, StoppedError):
        raise file.trouble
    if file.trouble or file.is_stopped:
        why = "reading on takes too long"
    if not frames:
        raise UndrawableError(why or "it has no frame")
    last = length_text(frames[-1].seconds or 0)
    return Drawn(tuple(frames), f"no frame after {last}: {why}" if why else "")


def _refuse_long_tables(file: RangedFile, size: int) -> None:
    """Look at what tables claim: libav makes room for all of it at once, and cannot be stopped."""
    asking = boxes.samples_of(Window(size, b"", most=size))
    try:
        start, end = next(asking)
        while True:
            file.seek(start)
            piece = bytearray()
            while more := file.read(end - start - len(piece)):
                piece += more
            if file.trouble or file.is_stopped:
                raise UndrawableError("its header is too long")
            start, end = asking.send(bytes(piece))
    except StopIteration as done:
        count = done.value
    file.seek(0)
    if count is None or count > MOST_SAMPLES:
        told = "too many boxes" if count is None else f"{count:,} samples"
        raise UndrawableError(f"its header claims {told}")


def _spread(
    file: RangedFile, container: InputContainer, video: VideoStream, size: int
) -> Iterator[VideoFrame]:
    """Frames at even distances. In a long video the key frames near there do."""
    length = _length(container, video)
    step = length / FRAMES
    is_read_through = length <= _SHORT and size <= file.most
    frames = container.decode(video)
    after = -step
    for number in range(FRAMES if step else 1):
        wanted = number * step
        if number and not is_read_through and video.time_base:
            container.seek(int(wanted / video.time_base), stream=video)
            frames = container.decode(video)
        near = wanted if is_read_through else max(wanted - step / 2, after + step / 4)
        for frame in frames:
            if file.is_stopped:
                return
            if frame.time is None or frame.time >= near:
                after = frame.time or 0.0
                yield frame
                break


def _length(container: InputContainer, video: VideoStream) -> float:
    """Seconds; 0 where it is not told."""
    if video.duration and video.time_base:
        return float(video.duration * video.time_base)
    return (container.duration or 0) / 1_000_000


def _small(frame: VideoFrame) -> Frame:
    scale = min(1.0, LARGEST / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    image = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
    return Frame(width, height, image.convert("RGB").tobytes(), frame.time or 0.0)
