"""A folder in which several processes count together: the parts of a deployment on one machine, and what is taken in beside them.

``prometheus_client`` decides where a process counts when it is imported, by an environment variable, so the functions here come first.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Final

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that ``prometheus_client`` reads."""

MOST_BESIDE: Final = 64
"""Commands that may count at the same time beside the parts; what more of them take in is not counted."""


def folder_of(data: Path, port: int) -> Path:
    """Where the processes count whose metrics are served on this port."""
    return data / "metrics" / str(port)


def cleared(folder: Path) -> Path:
    """The folder, empty: a deployment that starts counts from nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def count_beside(data: Path) -> bool:
    """Count what this command does with the parts that ran last on a data folder, if any did; whether it is so. At most once in a process.

    A command is short and there are many of them, so they do not each leave a file under their own process id behind: a file is used by one
    command at a time, which its lock tells, and counts on.
    """
    if FOLDER in os.environ:
        return True
    folders = sorted((data / "metrics").glob("*"), key=lambda folder: folder.stat().st_mtime)
    return bool(folders) and _joined(folders[-1])


def _joined(folder: Path) -> bool:
    for number in range(MOST_BESIDE):
        lock = os.open(folder / f"beside-{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        _count_as(folder, f"beside-{number}")  # the lock ends with the process
        return True
    return False


def _count_as(folder: Path, name: str) -> None:
    os.environ[FOLDER] = str(folder)
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: name)  # type: ignore[no-untyped-call]
