"""Where the file of a picture lies: in the folder of pictures, next to the document that names it, or on a server, if that is allowed.

A document may name any path it likes; no file outside these folders is ever opened.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.errors import PictureError
from monitor.pictures.opening import BYTES_LIMIT

Fetch = Callable[[str], bytes]
"""Gives the bytes at an address.

Raises:
    PictureError: they cannot be had.
"""


@dataclass(frozen=True, slots=True)
class Places:
    """``folder`` holds pictures; ``fetch`` gets those that are on a server; None: nothing is fetched.

    In the folder a relative path is looked up as it is, an address under its host and path (``img.example.cn/L-1/1.jpg``), as a mirror
    of the web is kept on a disk.
    """

    folder: Path | None
    fetch: Fetch | None = None

    def path(self, url: str, beside: Path | None = None) -> Path | None:
        """The file a picture lies in; ``beside`` is the folder of the document that names it. None: it lies in neither."""
        parts = _split(url)
        if parts.scheme in {"http", "https"}:
            name = f"{parts.hostname or ''}{unquote(parts.path)}"
            return _inside(self.folder, name) if parts.hostname else None
        if parts.scheme not in {"", "file"} and len(parts.scheme) > 1:
            return None
        name = unquote(parts.path) if parts.scheme == "file" else url
        return _inside(self.folder, name) or _inside(beside, name)

    def data(self, url: str, beside: Path | None = None) -> bytes:
        """The bytes of a picture.

        Raises:
            PictureError: it is nowhere, too large, or cannot be read.
        """
        if not url:
            raise PictureError("the document gives neither `text` nor `url`")
        path = self.path(url, beside)
        if path is not None:
            return read_file(path)
        scheme = _split(url).scheme
        if scheme in {"http", "https"}:
            if self.fetch is None:
                raise PictureError("not in the folder of pictures, and nothing is fetched from the network")
            return self.fetch(url)
        if len(scheme) > 1 and scheme != "file":
            raise PictureError(f"addresses that begin with {scheme[:20]}: are not read")
        raise PictureError("no such file in the folder of pictures or next to the document")


def read_file(path: Path) -> bytes:
    """The bytes of a file, of which one that is too large is not read.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PictureError("it is no file")
        if status.st_size > BYTES_LIMIT:
            raise PictureError(f"the file has {status.st_size:,} bytes, at most {BYTES_LIMIT:,} are read")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise PictureError(f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error


def _inside(folder: Path | None, name: str) -> Path | None:
    """The file of that name in a folder, links followed; None where it is not there or leads out of it."""
    if folder is None or not name:
        return None
    try:
        root, path = folder.resolve(), (folder / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # a name too long, with NUL, links in a ring
        return None


class _Parts:
    """An address that cannot be taken apart has none of its parts."""

    scheme = ""
    hostname: str | None = None
    path = ""


def _split(url: str) -> _Parts:
    parts = _Parts()
    try:
        found = urlsplit(url)
        parts.scheme, parts.hostname, parts.path = found.scheme.lower(), found.hostname, found.path
    except ValueError:
        pass
    return parts
