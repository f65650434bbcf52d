"""Frames of a video, spread over its length, decoded by PyAV. For a thread: it takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.engine.ranged_file import RangedFile, StoppedError
from tui.engine.still import MOST_PIXELS, UndrawableError
from tui.model.clip import length_text
from tui.model.drawn import Drawn, Frame

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
        with av.open(file, format=DEMUXERS[form]) as container:
            video = next(iter(container.streams.video), None)
            if video is None:
                raise UndrawableError("it has no picture")
            if video.width * video.height > MOST_PIXELS:
                raise UndrawableError(f"a frame has more than {MOST_PIXELS:,} pixels")
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
        if number and not is_read_through:
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
