"""A pipe told to the service: ``monitor live - --store``."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from monitor.bootstrap import open_database
from monitor.commands.telling import say
from monitor.config import read_settings
from monitor.errors import InputError
from monitor.formats.item import Refusal
from monitor.formats.saying import Saying, decode_head, decode_saying
from monitor.metrics.sharing import count_beside
from monitor.store import LiveFlag, open_stream

AT_ONCE: Final = 1000
"""Lines told in one transaction, and read ahead."""


def tell_service(lines: Iterable[bytes], source: str, as_of: date | None) -> int:
    """Tell the service what the lines say, print flags as they come; how many stand in the end.

    Raises:
        InputError: a line that cannot be read. What came before it is kept.
    """
    settings, now = read_settings(), datetime.now(UTC)
    count_beside(settings.data)
    from monitor.commands.playing import play

    database = open_database(settings)
    pipe = Pipe(lines, source)
    head = pipe.head() or msgspec.json.encode({"id": f"live {now:%Y%m%d-%H%M%S.%f}"})
    try:
        with database.write() as session:
            described = decode_head(head)
            pipe.stream = open_stream(session, described, head, now, source=f"live: {source}", as_of=as_of).stream
    except Refusal as refusal:
        raise InputError(refusal.reason, source=source, line=1, field=refusal.field) from refusal
    played = play(database, [pipe.stream], pipe, lambda: datetime.now(UTC), _print, say)
    database.close()
    for reason in sorted(set(played.refused)):
        say(f"refused: {reason}")
    say(played.summary())
    return sum(standing != "lifted" for standing in played.standing.values())


class Pipe:
    """Lines as a source: a thread reads them, for a pipe says nothing for long."""

    def __init__(self, lines: Iterable[bytes], source: str) -> None:
        self._read: queue.Queue[tuple[int, bytes] | None] = queue.Queue(AT_ONCE)
        self._source = source
        self._first: tuple[int, bytes] | None = None
        self.over = False
        self.stream = 0
        threading.Thread(target=self._fill, args=(lines,), daemon=True).start()

    def _fill(self, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._read.put((number, line.strip()))
        self._read.put(None)

    def head(self) -> bytes | None:
        """The first line, if it describes the stream; waits for it."""
        first = self._read.get()
        if first is None:
            self.over = True
            return None
        try:
            said = msgspec.json.decode(first[1])
        except msgspec.DecodeError as error:
            raise InputError(f"not JSON: {error}", source=self._source, line=first[0]) from error
        if isinstance(said, dict) and "id" in said and "text" not in said and "listing" not in said:
            return first[1]
        self._first = first
        return None

    def due(self) -> Mapping[int, Sequence[Saying]]:
        """See :class:`monitor.commands.playing.Source`."""
        said: list[Saying] = []
        if self._first is not None:
            said.append(self._decoded(self._first))
            self._first = None
        while not self.over and len(said) < AT_ONCE:
            try:
                entry = self._read.get_nowait()
            except queue.Empty:
                break
            if entry is None:
                self.over = True
            else:
                said.append(self._decoded(entry))
        return {self.stream: said} if said else {}

    def _decoded(self, entry: tuple[int, bytes]) -> Saying:
        number, line = entry
        try:
            return decode_saying(line)
        except Refusal as refusal:
            raise InputError(refusal.reason, source=self._source, line=number, field=refusal.field) from refusal


def _print(flag: LiveFlag) -> None:
    sys.stdout.write(msgspec.json.encode(flag).decode() + "\n")
    sys.stdout.flush()
