"""Files by URL: a path, or any protocol that fsspec knows and whose package is installed (s3, gs, abfs, sftp, https …)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from monitor.errors import InputError, SteelyardError

GZIP: Final = b"\x1f\x8b"
"""What a file packed by gzip begins with, whatever its name."""

_SURROGATES: Final = range(0xD800, 0xE000)
"""What Python makes of bytes in a name that are no UTF-8."""

_MEMORY: Final = "memory://"


def file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path within it.

    Raises:
        InputError: no such protocol, its package is not installed, or files that only this process has.
    """
    if _MEMORY in url:
        raise InputError("is in the memory of one process, and workers are others: give a file or a store", source=url)
    try:
        system, path = url_to_fs(url)
    except ImportError as error:
        reason = f"needs a package that is not installed: {error}; every worker needs it too"
        raise InputError(reason, source=url) from error
    except ValueError as error:
        known = "a path, or a URL such as s3://bucket/file.jsonl"
        raise InputError(f"is no place of a file ({error}): give {known}", source=url) from error
    return system, path


def absolute(url: str) -> str:
    """The URL as another process, in another folder, can use it: a path from the root, or the URL as it is.

    Raises:
        InputError: see :func:`file_system`.
    """
    system, path = file_system(url)
    return path if isinstance(system, LocalFileSystem) else url


def files(urls: Iterable[str]) -> Iterator[str]:
    """Every file of some URLs, of which some may be patterns (``*``, ``?``, ``[…]``, ``**``), in order of their names, each once.

    Raises:
        InputError: there is none, or it is a folder.
    """
    seen: set[str] = set()
    for url in urls:
        for found in _matches(url):
            if any(ord(character) in _SURROGATES for character in found):
                raise InputError("has a name that is not UTF-8: rename it", source=repr(found))
            if found not in seen:
                seen.add(found)
                yield found


def _matches(url: str) -> list[str]:
    system, path = file_system(url)
    local = isinstance(system, LocalFileSystem)
    with told(url):
        if any(sign in path for sign in "*?[") and not (local and system.isfile(path)):
            found = sorted(place for place in system.glob(path) if not system.isdir(place))
            if not found:
                raise InputError("no file is called so", source=url)
            return found if local else [_url(url, system, place) for place in found]
        if system.isdir(path):
            raise InputError("is a folder: name the files in it, as in folder/*.jsonl", source=url)
        if not system.exists(path):
            raise InputError("no such file", source=url)
    return [path if local else url]


def _url(pattern: str, system: Any, place: str) -> str:
    """The URL of what a pattern found; of a chain (``zip://*.jsonl::s3://bucket/x.zip``) the rest stays."""
    first, chain, rest = pattern.partition("::")
    if not chain:
        return str(system.unstrip_protocol(place))
    return f"{first.partition('://')[0]}://{place}{chain}{rest}"


@contextmanager
def told(url: str) -> Iterator[None]:
    """Whatever a store raises (each has errors of its own), as an :class:`InputError` that names the URL."""
    try:
        yield
    except SteelyardError:
        raise
    except Exception as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(f"cannot be used: {said}", source=url) from error


def open_unpacked(system: Any, path: str, *, packed: bool) -> Any:
    """The bytes of a file, unpacked where it is ``packed`` by gzip; close it."""
    return system.open(path, "rb", compression="gzip" if packed else None)
