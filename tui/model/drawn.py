"""What is drawn of an image or a video: one frame, or some, of few pixels. Decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Frame:
    """A still picture.

    Attributes:
        width: Pixels.
        height: Pixels.
        rgb: Three bytes a pixel, row by row.
        seconds: How far into a video it is; None for an image.
    """

    width: int
    height: int
    rgb: bytes = field(repr=False)
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What there is to be looked at of an object.

    Attributes:
        frames: At least one; those of a video in their order.
        remark: What they do not show, for one line; empty if there is nothing to say.
    """

    frames: tuple[Frame, ...]
    remark: str = ""
