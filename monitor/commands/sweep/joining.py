"""The end of a sweep: its parts, in order, become one file."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO, Final
from uuid import uuid4

from fsspec.implementations.local import LocalFileSystem

from monitor.errors import SteelyardError
from monitor.formats.swept import whole_writer
from monitor.formats.urls import file_system, told
from monitor.store import Database
from monitor.store.sweeps import Part, Sweep, claim, do_again, finish, give_up, parts, parts_folder

CLAIM: Final = 30.0
"""Seconds for which the right to join is claimed; it is renewed while there is progress."""

AHEAD: Final = 8
"""Parts that are fetched at the same time."""

Clock = Callable[[], datetime]


class Interrupted(SteelyardError):
    """The person at the terminal does not want to wait."""


class PartLost(SteelyardError):
    """A part is not there, or not what was registered: its shard has to be done again."""

    def __init__(self, part: Part, why: str) -> None:
        super().__init__(f"part {part.name}: {why}")
        self.part = part


def join(database: Database, sweep: Sweep, clock: Clock, stop: Event, report: Callable[[], None]) -> bool:
    """Write the results, then the ``report``, and end the sweep; False: another process is at it.

    Raises:
        Interrupted: ``stop`` was set.
        PartLost: the shard was given back to be done again.
        InputError: the results cannot be written.
    """
    token = uuid4().hex

    def claimed() -> bool:
        with database.write() as session:
            return claim(session, sweep.id, token, CLAIM, clock())

    if not claimed():
        return False
    with database.read() as session:
        some = list(parts(session, sweep.id))
    try:
        with _written(sweep.wanted.out) as stream:
            _join(sweep, some, stream, stop, _renewed(claimed, clock))
        report()
        with database.write() as session:
            finished = finish(session, sweep.id, token, clock())
    except PartLost as lost:
        with database.write() as session:
            do_again(session, lost.part.shard, str(lost), clock())
        raise
    finally:
        with database.write() as session:
            give_up(session, sweep.id, token)
    if finished:
        forget_parts(sweep)
    return finished


def forget_parts(sweep: Sweep) -> None:
    """Take the parts of a sweep away, also those that nobody registered."""
    system, folder = file_system(parts_folder(sweep.wanted.out, sweep.id))
    with suppress(FileNotFoundError), told(folder):
        if system.exists(folder):
            system.rm(folder, recursive=True)


def _join(sweep: Sweep, some: Iterable[Part], stream: BinaryIO, stop: Event, renew: Callable[[], bool]) -> None:
    whole = whole_writer(sweep.wanted.format, stream)
    for content in _fetched(sweep, some):
        if stop.is_set() or not renew():
            raise Interrupted
        whole.add(content)
    whole.close()


def _fetched(sweep: Sweep, some: Iterable[Part]) -> Iterator[bytes]:
    """The contents in order, several fetched at once."""
    system, folder = file_system(parts_folder(sweep.wanted.out, sweep.id))
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(AHEAD) as pool:
        for part in some:
            waiting.append(pool.submit(_content, system, f"{folder}/{part.name}", part))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _content(system: Any, path: str, part: Part) -> bytes:
    try:
        content: bytes = system.cat_file(path)
    except FileNotFoundError as error:
        raise PartLost(part, "is not there") from error
    if len(content) != part.size or sha256(content).hexdigest() != part.sha256:
        raise PartLost(part, "is not what was registered")
    return content


@contextmanager
def _written(out: str) -> Iterator[BinaryIO]:
    """A stream to the place of the results, which appear whole: by their name on a disk, when they are closed in a store."""
    system, path = file_system(out)
    if not isinstance(system, LocalFileSystem):
        with told(out), system.open(path, "wb") as stream:
            yield stream
        return
    place = Path(path)
    part = place.with_name(f".{place.name}.{uuid4().hex[:8]}.part")
    try:
        with told(out), part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _renewed(claimed: Callable[[], bool], clock: Clock) -> Callable[[], bool]:
    """Claims again each third of the time, and says whether the right is still held."""
    last = clock()

    def renew() -> bool:
        nonlocal last
        if (clock() - last).total_seconds() < CLAIM / 3:
            return True
        last = clock()
        return claimed()

    return renew
