"""A recording's tracks in words: length, picture and sound. Reads no format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_CHANNELS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What is seen.

    Attributes:
        codec: Its name.
        width: Pixels.
        height: Pixels.
        rate: Frames a second; 0 where it is not told.
    """

    codec: str
    width: int
    height: int
    rate: float = 0.0

    def __str__(self) -> str:
        rate = f" · {round(self.rate, 2):g} frames/s" if self.rate else ""
        return f"{self.width}×{self.height} · {self.codec}{rate}"


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard.

    Attributes:
        codec: Its name.
        rate: Samples a second; 0 where it is not told.
        channels: How many; 0 where it is not told.
    """

    codec: str
    rate: int = 0
    channels: int = 0

    def __str__(self) -> str:
        rate = f"{self.rate / 1000:g} kHz" if self.rate else ""
        channels = _CHANNELS.get(self.channels) or f"{self.channels} channels" * bool(self.channels)
        return " ".join(filter(None, (self.codec, rate, channels)))


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording.

    Attributes:
        seconds: Its length; 0 where it is not told.
        picture: What is seen, if anything is.
        sound: What is heard, if anything is.
        is_estimated: Whether the length is only guessed, from the first sounds.
    """

    seconds: float = 0.0
    picture: Picture | None = None
    sound: Sound | None = None
    is_estimated: bool = False

    def __str__(self) -> str:
        return " · ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        if self.seconds:
            yield (
                f"about {length_text(self.seconds)}"
                if self.is_estimated
                else length_text(self.seconds)
            )
        if self.picture:
            yield str(self.picture)
        if self.sound:
            yield str(self.sound)
        elif self.picture:
            yield "no sound"


def length_text(seconds: float) -> str:
    """A length for a person: ``6.0 s``, ``2:05 min``, ``1:02:05 h``."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"
