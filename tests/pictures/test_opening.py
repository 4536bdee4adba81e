"""Pictures that anybody may have made: what is opened, and why the rest is not."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from monitor.errors import PictureError
from monitor.pictures.opening import BYTES_LIMIT, SIDE_LIMIT, open_picture


def saved(image: Image.Image, kind: str, **given: object) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **given)
    return held.getvalue()


def two_colours(mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (20, 0, 40, 20))
    return image.convert(mode)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that says how large it is, whatever is in it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_the_usual_formats(kind: str) -> None:
    picture = open_picture(saved(two_colours(), kind))
    assert (picture.width, picture.height, picture.pixels.dtype) == (40, 20, np.uint8)
    left, right = picture.pixels[10, 5], picture.pixels[10, 35]
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1"])
def test_every_way_of_holding_colours(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert open_picture(saved(two_colours(mode), kind)).pixels.shape == (20, 40, 3)


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert (open_picture(saved(clear, "PNG")).pixels == 255).all()


def test_sixteen_bits_a_pixel_keep_their_shades() -> None:
    deep = Image.fromarray(np.linspace(0, 65_535, 100, dtype=np.uint16).reshape(1, 100))
    row = open_picture(saved(deep, "PNG")).pixels[0, :, 0]
    assert row[0] == 0
    assert row[-1] == 255
    assert 100 < row[50] < 150


def test_a_picture_is_held_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    picture = open_picture(saved(two_colours(), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (20, 40)


def test_of_a_photograph_with_a_preview_the_first_is_read() -> None:
    held = saved(two_colours(), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert open_picture(held).width == 40


def test_a_long_strip_of_a_product_page_is_read() -> None:
    assert open_picture(saved(Image.new("L", (750, 12_000), 255), "PNG")).height == 12_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(lambda: b"", "the file is empty", id="empty"),
        pytest.param(lambda: b"<html>not found</html>", "not a picture in JPEG, PNG, WEBP, GIF or BMP", id="a page"),
        pytest.param(lambda: b"%PDF-1.7 ...", "not a picture in", id="a PDF"),
        pytest.param(lambda: saved(two_colours(), "TIFF"), "not a picture in", id="another format"),
        pytest.param(lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture in", id="a program"),
        pytest.param(lambda: b"x" * (BYTES_LIMIT + 1), "the file has 20,000,001 bytes", id="too many bytes"),
        pytest.param(lambda: png_of(20_000, 100), f"it is 20,000 x 100 pixels, a side may have {SIDE_LIMIT:,}", id="20,000 wide"),
        pytest.param(lambda: png_of(12_000, 12_000), "more pixels than are read", id="a bomb of a few bytes"),
        pytest.param(lambda: png_of(60_000, 60_000), "more pixels than are read", id="a bomb beyond all bounds"),
        pytest.param(lambda: png_of(8_000, 7_000), "it has 56,000,000 pixels", id="too many pixels"),
        pytest.param(lambda: animated("GIF"), "it is animated (3 frames)", id="animated"),
        pytest.param(lambda: animated("WEBP"), "it is animated (3 frames)", id="animated WebP"),
        pytest.param(lambda: animated("PNG"), "it is animated (3 frames)", id="animated PNG"),
        pytest.param(lambda: saved(two_colours(), "JPEG")[:-200], "cut short or damaged", id="cut short"),
        pytest.param(lambda: saved(two_colours(), "PNG")[:60], "cut short or damaged", id="cut shorter"),
        pytest.param(lambda: png_of(100, 100, b"\0"), "cut short or damaged", id="less in it than it says"),
    ],
)  # fmt: skip
def test_what_is_not_read_says_why(data: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(PictureError, match=re.escape(reason)):
        open_picture(data())


def test_damaged_bytes_never_raise_anything_else() -> None:
    dice = np.random.default_rng(1)
    reasons = []
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        whole = np.frombuffer(saved(two_colours(), kind), dtype=np.uint8)
        for _ in range(60):
            broken = whole.copy()
            broken[dice.integers(0, len(broken), 6)] = dice.integers(0, 256, 6)
            reasons.append(_reason(broken.tobytes()))
    assert any(reasons)
    assert max(map(len, reasons)) <= 200


def _reason(data: bytes) -> str:
    try:
        open_picture(data)
    except PictureError as error:
        return str(error)
    return ""
