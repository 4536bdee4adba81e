"""Documents with the words of their pictures: what was read is put into the document, and what was not is told there too.

Text that a document gives already is used as it is. Everything else of the document stays byte for byte what it was.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from monitor.documents import PictureLine
from monitor.errors import PictureError
from monitor.pictures.opening import open_picture
from monitor.pictures.places import Places
from monitor.pictures.reader import Reader
from monitor.pictures.words import Words, read_words

KEPT: Final = 256
"""Pictures of which the words are kept: a shop shows the same certificate beside all its goods."""

Told = Callable[[str, str], None]
"""Hears of each picture that was not read: its path in the document (``images[0]``), and why."""

_Keys = dict[str, msgspec.Raw]


class Filler:
    """Reads the pictures of documents with ``reader``, from ``places``."""

    def __init__(self, reader: Reader, places: Places) -> None:
        self._reader = reader
        self._places = places
        self._known: OrderedDict[bytes, Words | str] = OrderedDict()

    def fill(self, raw: bytes, on_unread: Told, *, beside: Path | None = None) -> bytes:
        """A document of the contract as JSON, with the words of its pictures; ``beside`` is the folder of the file it came from.

        A transcript is filled where it holds the listings of its products. What is no such document is given back as it is.
        """
        try:
            keys = _KEYS.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return raw
        return raw if not self._filled(keys, "", on_unread, beside) else msgspec.json.encode(keys)

    def _filled(self, keys: _Keys, path: str, on_unread: Told, beside: Path | None) -> bool:
        """Fill a listing, and the listings of a transcript; whether anything was changed."""
        changed = False
        if "images" in keys:
            images = _LIST.decode(keys["images"])
            for index, image in enumerate(images):
                changed |= self._fill_image(image, f"{path}images[{index}]", on_unread, beside)
            keys["images"] = _raw(images)
        if "products" in keys:
            products = _LIST.decode(keys["products"])
            for index, product in enumerate(products):
                if bytes(product.get("listing", b"")).lstrip()[:1] == b"{":
                    listing = _KEYS.decode(product["listing"])
                    if self._filled(listing, f"{path}products[{index}].listing.", on_unread, beside):
                        product["listing"], changed = _raw(listing), True
            keys["products"] = _raw(products)
        return changed

    def _fill_image(self, image: _Keys, path: str, on_unread: Told, beside: Path | None) -> bool:
        if _given(image, "text") is not None:
            return False
        url = _given(image, "url")
        try:
            words = self._read(self._places.data(url or "", beside))
        except PictureError as error:
            image["unread"] = _raw(str(error)[:1000])
            on_unread(path, str(error))
            return True
        image.pop("unread", None)
        image["text"], image["lines"] = _raw(words.text), _raw(words.lines)
        return True

    def _read(self, data: bytes) -> Words:
        """The words of a picture; the same bytes are read once."""
        digest = hashlib.sha256(data).digest()
        known = self._known.get(digest)
        if known is None:
            try:
                known = read_words(open_picture(data), self._reader)
            except PictureError as error:
                known = str(error)
            self._known[digest] = known
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(digest)
        if isinstance(known, Words):
            return known
        raise PictureError(known)


def _given(image: _Keys, name: str) -> Any:
    return msgspec.json.decode(image[name]) if name in image else None


def _raw(value: str | list[_Keys] | _Keys | tuple[PictureLine, ...]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


_KEYS: Final = msgspec.json.Decoder(_Keys)
_LIST: Final = msgspec.json.Decoder(list[_Keys])
