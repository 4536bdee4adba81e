"""Segments of many requests written in one transaction.

A segment is small and a commit waits for the disk, so what comes while one transaction is written is written together in the next.
On SQLite, where one writer waits for the other by trying again and again, threads of one process do not compete this way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from monitor.errors import SteelyardError
from monitor.formats.saying import Saying
from monitor.store import Database, Taken, append, append_all


@dataclass(frozen=True, slots=True)
class _Request:
    stream: int
    said: Sequence[Saying]
    answer: Future[tuple[Taken, ...]] = field(default_factory=Future)


class Gathering:
    """Writes appends of all threads of a process, one transaction at a time."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._waiting: deque[_Request] = deque()
        self._writing = Lock()

    @property
    def turn(self) -> AbstractContextManager[object]:
        """To be held by whoever writes by itself."""
        return self._writing

    def append(self, stream: int, said: Sequence[Saying]) -> tuple[Taken, ...]:
        """Keep what was said; returns when it is committed.

        Raises:
            NotFound, Stale: as :func:`monitor.store.append`; what other requests said is not touched by it.
        """
        request = _Request(stream, said)
        self._waiting.append(request)
        with self._writing:
            if not request.answer.done():  # nobody wrote it while this thread waited for its turn
                self._write(self._gathered())
        return request.answer.result()

    def _gathered(self) -> list[_Request]:
        """Everything that waits. One that comes meanwhile is taken too, or has its turn afterwards."""
        found: list[_Request] = []
        while self._waiting:
            found.append(self._waiting.popleft())
        return found

    def _write(self, requests: Sequence[_Request]) -> None:
        said: dict[int, list[Saying]] = {}
        for request in requests:
            said.setdefault(request.stream, []).extend(request.said)
        try:
            with self._database.write() as session:
                taken = {stream: list(each) for stream, each in append_all(session, said, self._clock()).items()}
        except Exception as error:
            if len(requests) == 1 or not isinstance(error, SteelyardError):
                for request in requests:
                    request.answer.set_exception(error)
                return
            for request in requests:
                self._write_alone(request)
            return
        for request in requests:
            mine, taken[request.stream] = (
                taken[request.stream][: len(request.said)],
                taken[request.stream][len(request.said) :],
            )
            request.answer.set_result(tuple(mine))

    def _write_alone(self, request: _Request) -> None:
        """One of several that cannot be written together because of one of them."""
        try:
            with self._database.write() as session:
                taken = append(session, request.stream, request.said, self._clock())
        except Exception as error:
            request.answer.set_exception(error)
        else:
            request.answer.set_result(taken)
