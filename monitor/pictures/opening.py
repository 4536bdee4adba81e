"""A picture from bytes that anybody may have made: within limits of size, of the usual formats, one frame, held upright.

Only the header is looked at before the limits are known to hold, so that a small file that unpacks to gigabytes costs nothing.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from monitor.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES_LIMIT: Final = 20_000_000
"""Bytes a file may have."""

SIDE_LIMIT: Final = 15_000
"""Pixels a side may have: the long strips of product pages have up to some ten thousand."""

PIXELS_LIMIT: Final = 50_000_000
"""Pixels a picture may have."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_FIRST_OF_SEVERAL: Final = frozenset(("MPO",))
"""JPEG as cameras write it, with a second picture that is a preview: the first is meant."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels in red, green, blue (height x width x 3), upright as its file says, on white where it is transparent."""

    pixels: npt.NDArray[np.uint8]

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.pixels.shape[0])


def open_picture(data: bytes) -> Picture:
    """A picture from the bytes of its file.

    Raises:
        PictureError: too large, of no known format, animated, cut short or damaged.
    """
    if not data:
        raise PictureError("the file is empty")
    if len(data) > BYTES_LIMIT:
        raise PictureError(f"the file has {len(data):,} bytes, at most {BYTES_LIMIT:,} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a bomb that is not twice its limit
            return _decoded(data)
    except PictureError:
        raise
    except Exception as error:  # whatever a decoder raises at bytes made to break it
        raise PictureError(_reason(error)) from error


def _decoded(data: bytes) -> Picture:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        _check(image)
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode != "RGB":
            upright = _on_white(upright)
        return Picture(np.asarray(upright, dtype=np.uint8))


def _check(image: Image) -> None:
    width, height = image.size
    if max(width, height) > SIDE_LIMIT:
        raise PictureError(f"it is {width:,} x {height:,} pixels, a side may have {SIDE_LIMIT:,}")
    if width * height > PIXELS_LIMIT:
        raise PictureError(f"it has {width * height:,} pixels, at most {PIXELS_LIMIT:,} are read")
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format not in _FIRST_OF_SEVERAL:
        raise PictureError(f"it is animated ({frames} frames)")


def _on_white(image: Image) -> Image:
    from PIL import Image as Images

    if image.mode.startswith("I") or image.mode == "F":
        return _of_deep_grey(image)
    layer = image.convert("RGBA")
    ground = Images.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return ground.convert("RGB")


def _of_deep_grey(image: Image) -> Image:
    """16 bits a pixel: Pillow would cut off what is brighter than 255."""
    from PIL import Image as Images

    deep = np.asarray(image, dtype=np.float64)
    scale = 255 / max(65_535 if image.mode.startswith("I") else float(deep.max()), 1.0)
    return Images.fromarray(np.clip(deep * scale, 0, 255).astype(np.uint8)).convert("RGB")


def _reason(error: Exception) -> str:
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return f"not a picture in {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "it unpacks to more pixels than are read"
    return f"cut short or damaged ({str(error) or type(error).__name__})"[:200]
