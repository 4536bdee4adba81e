"""A leased batch: read, scan, write. The same whether it came once, twice or late.

Nothing here reads a clock of its own or knows Celery.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.documents import CHINA, Envelope
from monitor.flags import ScanResult
from monitor.scanner import Scanner
from monitor.store import Database, StoredPrices, WorkItem, complete, fail, load_work
from monitor.store.begun import begin

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Documents scanned, those that could not be, and those whose lease was no longer ours; and new flags.

    ``degraded``: of those scanned, how many a registry did not answer for.
    """

    done: int = 0
    failed: int = 0
    lapsed: int = 0
    flags: int = 0
    degraded: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.done + other.done,
            self.failed + other.failed,
            self.lapsed + other.lapsed,
            self.flags + other.flags,
            self.degraded + other.degraded,
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker process works with. ``owner`` is its name.

    ``patience`` in seconds: what was scanned by then is written, so that a slow batch does not lose all to a lapsed lease.
    ``day`` is the day for documents without one; None: the day they were received.
    """

    database: Database
    scanner: Scanner
    clock: Callable[[], datetime]
    patience: float
    owner: str
    day: date | None = None


@dataclass(slots=True)
class _Findings:
    results: dict[int, ScanResult] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)

    def fail(self, item: WorkItem, error: Exception) -> None:
        """Note that a document could not be scanned."""
        log.error("document of work %d cannot be scanned", item.id, exc_info=error)
        self.errors[item.id] = _reason(error)


def scan_batch(bench: Bench, token: str, ids: Sequence[int]) -> Outcome:
    """Scan the documents still held under ``token`` and write what was found, flags and completed work in one transaction.

    A document the engine fails on is failed with the reason; the others are not touched by it.
    """
    with bench.database.write(lasting=False) as session:
        begin(session, token, ids, bench.owner)
        work = load_work(session, token, ids)
    outcome = Outcome(lapsed=len(ids) - len(work))
    found, begun = _Findings(), bench.clock()
    read = _read(work, found)
    prices = StoredPrices(bench.database)
    batch = bench.scanner.batch([envelope.document for _, envelope in read])
    for number, (item, envelope) in enumerate(read):
        try:
            found.results[item.id] = batch.scan_envelope(number, envelope, _day(bench, item), prices=prices)
        except (OperationalError, InterfaceError):
            raise  # the database, asked for prices, does not answer: the lease lapses and all of it comes again
        except Exception as error:
            found.fail(item, error)
        if (bench.clock() - begun).total_seconds() >= bench.patience:
            outcome += _write(bench, token, found)
            found, begun = _Findings(), bench.clock()
    return outcome + _write(bench, token, found)


def _read(work: Sequence[WorkItem], found: _Findings) -> list[tuple[WorkItem, Envelope]]:
    """The documents that can be read; the others have failed."""
    read = []
    for item in work:
        try:
            read.append((item, item.envelope()))
        except Exception as error:
            found.fail(item, error)
    return read


def _day(bench: Bench, item: WorkItem) -> date:
    """A document without a date was received in China: the day there says which law applies."""
    return item.as_of or bench.day or item.received_at.astimezone(CHINA).date()


def _write(bench: Bench, token: str, found: _Findings) -> Outcome:
    """All in one transaction; where a result cannot be written, one by one, so that it stands alone."""
    try:
        return _write_once(bench, token, found)
    except (OperationalError, InterfaceError):
        raise  # the database does not answer: the lease lapses and all of it comes again
    except Exception as error:
        if len(found.results) + len(found.errors) > 1:
            outcome = Outcome()
            for number, result in found.results.items():
                outcome += _write(bench, token, _Findings({number: result}))
            return outcome + _write(bench, token, _Findings(errors=found.errors))
        log.exception("what was found cannot be written")
        return _write_once(bench, token, _Findings(errors=dict.fromkeys(found.results, _reason(error))))


def _write_once(bench: Bench, token: str, found: _Findings) -> Outcome:
    now = bench.clock()
    with bench.database.write() as session:
        completed = complete(session, token, found.results, now)
        failed = fail(session, token, found.errors, now)
    return Outcome(
        done=len(completed.done),
        failed=len(failed.retried) + len(failed.dead),
        lapsed=len(completed.lapsed) + len(failed.lapsed),
        flags=completed.flags,
        degraded=sum(bool(found.results[key].degraded) for key in completed.done),
    )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
