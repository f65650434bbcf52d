"""What a video's header says. Needs the extra ``media``; without it, says what it would add."""

from __future__ import annotations

import io

HINT = "pip install 'asyncinvoke[media]' to see a clip's length, size and codec here"


def video_facts(head: bytes) -> str:
    """Length, resolution, codec and frame rate of a clip, from its first bytes.

    Returns:
        One line, or why there is none: the extra is missing, or the header is not in these bytes.
    """
    try:
        import av
    except ImportError:
        return HINT
    try:
        with av.open(io.BytesIO(head)) as clip:
            stream = clip.streams.video[0]
            seconds = float((clip.duration or 0) / av.time_base)
            rate = float(stream.average_rate or 0)
            size = f"{stream.width}×{stream.height}"
            return f"{seconds:.1f} s · {size} · {stream.codec_context.name} · {rate:g} frames/s"
    except (av.FFmpegError, IndexError, EOFError):
        return "its header is not in the first bytes"
