"""A shard of a sweep: its lines read, scanned, and their results written to a part that the database then knows.

The part has a name of its own for each lease, and counts once it is registered by compare-and-set: who lost the lease leaves nothing
behind that anybody reads. Nothing here reads a clock of its own or knows Celery.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import file_digest
from tempfile import SpooledTemporaryFile
from typing import Any, Final, cast
from uuid import uuid4

import msgspec
from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.errors import InputError
from monitor.flags import ScanResult, Tally
from monitor.formats import Item
from monitor.formats.batching import BATCH, batches
from monitor.formats.ranges import Changed, read_range
from monitor.formats.swept import PartWriter, SweepFormat, part_writer
from monitor.formats.urls import file_system
from monitor.store import StoredPrices
from monitor.store.shards import Shard, begin_shard, complete_shard, fail_shard, keep_alive, note_line
from monitor.store.sweeps import Part, parts_folder
from monitor.workers.batch import Bench, Outcome

HELD: Final = 32_000_000
"""Bytes of results that are held in memory; more lie in a file of the system's temporary folder."""

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else has the shard: what was done is thrown away."""


@dataclass(slots=True)
class Hold:
    """The lease of a shard, prolonged while there is progress. ``beat`` is called each time it was."""

    bench: Bench
    token: str
    shard: int
    seconds: float
    beat: Callable[[], None]
    told: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.told = self.bench.clock()

    def alive(self) -> None:
        """Prolong it, if that is due.

        Raises:
            LeaseLost: it is lost.
        """
        now = self.bench.clock()
        if (now - self.told).total_seconds() >= self.bench.patience:
            with self.bench.database.write(lasting=False) as session:
                self._check(keep_alive(session, self.token, self.shard, now, self.seconds))

    def at(self, line: int) -> None:
        """Say which line comes next; see :mod:`monitor.store.shards`.

        Raises:
            LeaseLost: it is lost.
        """
        with self.bench.database.write() as session:
            self._check(note_line(session, self.token, self.shard, line, self.bench.clock(), self.seconds))

    def _check(self, held: bool) -> None:
        if not held:
            raise LeaseLost
        self.told = self.bench.clock()
        self.beat()


def scan_shard(
    bench: Bench, token: str, number: int, seconds: float, *, beat: Callable[[], None] = lambda: None
) -> Outcome:
    """Scan a shard that is still held under ``token``, whose lease is good for ``seconds``, and register its part.

    A line that is no document, or on which the engine fails, has a result that says so. A file or a store that cannot be used
    gives the shard back, to be tried again.
    """
    now = bench.clock()
    with bench.database.write() as session:
        shard = begin_shard(session, token, number, bench.owner, now + timedelta(seconds=seconds))
    if shard is None:
        return Outcome(lapsed=1)
    try:
        return _scan(bench, shard, Hold(bench, token, number, seconds, beat))
    except LeaseLost:
        return Outcome(lapsed=1)
    except (OperationalError, InterfaceError):
        raise  # the database does not answer: the lease lapses and the shard comes again
    except Exception as error:
        told = None if isinstance(error, InputError) else error
        log.warning("shard %d cannot be done: %s", number, error, exc_info=told)
        with bench.database.write() as session:
            attempts = 1 if isinstance(error, Changed) else 5
            fail_shard(session, token, number, _reason(error), bench.clock(), attempts=attempts)
        return Outcome(failed=1)


def _scan(bench: Bench, shard: Shard, hold: Hold) -> Outcome:
    with SpooledTemporaryFile(max_size=HELD) as spool:
        writer = part_writer(cast("SweepFormat", shard.format), spool)  # type: ignore[arg-type]  # it is a binary file
        tally = Tally()
        for results in _judged(bench, shard, hold, writer):
            tally += results
        writer.close()
        blank = shard.lines - tally.documents - tally.unreadable
        tally = msgspec.structs.replace(tally, blank=blank)
        hold.alive()
        part = _kept(shard, hold.token, spool)
    with bench.database.write() as session:
        registered = complete_shard(session, hold.token, part, tally, bench.clock())
    if not registered:
        _forget(shard, part)
        return Outcome(lapsed=1)
    return Outcome(done=tally.documents, flags=tally.flags, degraded=sum(tally.degraded.values()))


def _judged(bench: Bench, shard: Shard, hold: Hold, writer: PartWriter) -> Iterator[Tally]:
    """The sums of each batch, once its results are written."""
    on_line = hold.at if shard.wary else None
    entries = read_range(shard, alive=hold.alive, on_line=on_line, leave=shard.stopped)
    for batch in batches(entries, 1 if shard.wary else BATCH):
        results: list[ScanResult] = []
        for entry, result in zip(batch, _results(bench, shard, hold, batch), strict=True):
            if isinstance(entry, Item) and isinstance(result, ScanResult):
                writer.result(entry, result)
                results.append(result)
            elif isinstance(result, InputError):
                writer.error(result)
        yield Tally.of(results, len(batch) - len(results))


def _results(
    bench: Bench, shard: Shard, hold: Hold, batch: Sequence[Item | InputError]
) -> Iterator[ScanResult | InputError]:
    """A result for each entry, in order: what was found, or why nothing could be."""
    scanning = bench.scanner.batch([entry.envelope.document for entry in batch if isinstance(entry, Item)])
    prices, number = StoredPrices(bench.database), 0
    for entry in batch:
        hold.alive()
        if isinstance(entry, InputError):
            yield entry
            continue
        try:
            result = scanning.scan_envelope(number, entry.envelope, shard.as_of, prices=prices)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            yield InputError(f"the engine failed: {_reason(error)}", source=entry.source, line=entry.line)
        else:
            flags = tuple(flag for flag in result.flags if shard.every or flag.status == "in-force")
            yield result if len(flags) == len(result.flags) else msgspec.structs.replace(result, flags=flags)
        number += 1


def _kept(shard: Shard, token: str, spool: Any) -> Part:
    """The part, written where all parts of the sweep lie."""
    spool.seek(0)
    digest = file_digest(spool, "sha256").hexdigest()
    size = spool.tell()
    spool.seek(0)
    name = f"{shard.id:010}-{token[:8]}-{uuid4().hex[:8]}"
    system, folder = file_system(parts_folder(shard.out, shard.sweep))
    system.makedirs(folder, exist_ok=True)
    with system.open(f"{folder}/{name}", "wb") as stream:
        shutil.copyfileobj(spool, stream, 1 << 20)
    return Part(shard.id, name, size, digest)


def _forget(shard: Shard, part: Part) -> None:
    system, folder = file_system(parts_folder(shard.out, shard.sweep))
    with suppress(Exception):  # it is swept away with the folder at the end
        system.rm_file(f"{folder}/{part.name}")


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"[:2000]
