"""The part of a picture that a flag stands on, where the picture is at hand: in the folder of pictures of the settings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.marking import plain
from dashboard.words import Words
from monitor.documents import Box, Document, picture_at
from monitor.errors import PictureError
from monitor.flags import Flag
from monitor.pictures import Places, open_picture
from monitor.pictures.places import read_file

MOST = 3
"""Parts of pictures that are shown of one flag."""

AROUND = 40
"""Pixels shown around the words, and as much again as they are high."""

_INK = (208, 32, 32)
_STROKE = 3

Pixels = npt.NDArray[np.uint8]


def show_regions(flag: Flag, document: Document, places: Places, say: Words) -> None:
    """Draw the parts of pictures a flag stands on; nothing where no picture is at hand: the words are shown anyway."""
    for number, pixels in regions(flag, document, places):
        st.image(pixels, caption=plain(say("field.picture", number=number), 60))


def regions(flag: Flag, document: Document, places: Places) -> Iterator[tuple[int, Pixels]]:
    """The number of a picture, from 1, and the part of it around the words of the flag, which are framed."""
    seen = [item for item in flag.evidence if item.box is not None]
    for item in seen[:MOST]:
        image = picture_at(document, item.field)
        path = places.path(image.url) if image is not None and image.url else None
        if path is None or item.box is None:
            continue
        try:
            picture = open_picture(read_file(path))
        except PictureError:
            continue
        part = _part(picture.pixels, item.box)
        if part.size:
            yield int(item.field.rpartition("images[")[2].partition("]")[0]) + 1, part


def _part(pixels: Pixels, box: Box) -> Pixels:
    """The box with its surroundings, framed. A box that lies outside has no part."""
    x, y, width, height = box
    margin = AROUND + height
    top, left = max(0, y - margin), max(0, x - margin)
    if y >= pixels.shape[0] or x >= pixels.shape[1]:
        return pixels[:0]
    part = pixels[top : y + height + margin, left : x + width + margin].copy()
    first, last = (y - top, x - left), (min(y - top + height, part.shape[0]), min(x - left + width, part.shape[1]))
    for stroke in range(_STROKE):
        above, before = max(0, first[0] - stroke), max(0, first[1] - stroke)
        below, behind = min(part.shape[0] - 1, last[0] + stroke), min(part.shape[1] - 1, last[1] + stroke)
        part[[above, below], before : behind + 1] = _INK
        part[above : below + 1, [before, behind]] = _INK
    return part
