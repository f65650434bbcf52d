"""An image decoded by Pillow, and made small. Takes its time: it is for a thread."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from tui.model.drawn import Drawn, Frame

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = (1280, 960)
"""Pixels across and down of what is drawn, at most: more than a terminal shows."""

MOST_PIXELS = 36_000_000
"""Pixels that are decoded: 8K video has 33 million in a frame. A small file may claim more."""

_GREY = (128, 128, 128)
"""What shows through a transparent image."""


class UndrawableError(ValueError):
    """Bytes that cannot be drawn; its argument says why."""


def still_of(content: bytes, form: str) -> Drawn:
    """The image in these bytes; the first, if there are several.

    Args:
        content: The whole object.
        form: The name of its format.

    Raises:
        UndrawableError: They are damaged, or too much.
        ImportError: Pillow, or what else it takes, is not installed.
    """
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    too_many = f"it has more than {MOST_PIXELS:,} pixels"
    try:
        with Image.open(io.BytesIO(content), formats=[form.upper()]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UndrawableError(too_many)
            count = getattr(image, "n_frames", 1)
            image.seek(0)
            image.draft("RGB", LARGEST)  # a JPEG can be decoded at a part of its size
            is_loud = any(tile[0] == "libtiff" for tile in image.tile)
            loaded = _by_libav(content) if is_loud else image
            plain, remark = _plain(ImageOps.exif_transpose(loaded))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UndrawableError(too_many) from error
    except (UndrawableError, ImportError):
        raise
    except Exception as error:  # a damaged file may end in any
        raise UndrawableError(f"it is damaged: {error}") from error
    several = f"the first of {count:,} images" if count > 1 else ""
    frame = Frame(plain.width, plain.height, plain.tobytes())
    return Drawn((frame,), " · ".join(filter(None, (several, remark))))


def _by_libav(content: bytes) -> Image:
    """A compressed TIFF: libtiff would write its complaints right to the terminal."""
    import av

    with av.open(io.BytesIO(content), format="tiff_pipe") as container:
        frame = next(container.decode(video=0))
        image: Image = frame.to_image()
    return image


def _plain(image: Image) -> tuple[Image, str]:
    """The image, small, in red, green and blue; and what had to be done to it for that."""
    from PIL import Image

    if image.mode in ("F", "I") or image.mode.startswith("I;"):
        return _shrunk(_stretched(image.convert("F"))).convert("RGB"), "grey values stretched"
    if not image.has_transparency_data:
        return _shrunk(image if image.mode == "RGB" else image.convert("RGB")), ""
    clear = _shrunk(image if image.mode == "RGBA" else image.convert("RGBA"))
    ground = Image.new("RGBA", clear.size, (*_GREY, 255))
    return Image.alpha_composite(ground, clear).convert("RGB"), ""


def _shrunk(image: Image) -> Image:
    image.thumbnail(LARGEST, reducing_gap=2.0)
    return image


def _stretched(image: Image) -> Image:
    """Grey values of any range, from black to white."""
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    scale = 255 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale - low * scale).convert("L")
