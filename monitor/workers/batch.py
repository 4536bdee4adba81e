"""A leased batch: read, scan, write. The same whether it came once, twice or late.

Nothing here reads a clock of its own or knows Celery.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.documents import CHINA, Envelope
from monitor.flags import ScanResult
from monitor.logs import get, where
from monitor.scanner import Scanner
from monitor.store import Database, StoredPrices, WorkItem, complete, fail, load_work
from monitor.store.begun import begin
from monitor.store.work import spare
from monitor.workers.narrowing import rules_asked_again

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Documents scanned, those that could not be, and those whose lease was no longer ours; and new flags.

    ``degraded``: of those scanned, how many a registry did not answer for. ``dead``: of those that failed, how many are given up.
    ``kinds``: the new flags by category and severity. ``waits``: seconds from receipt to flag, of each document flagged in its first scan.
    ``spared``: how many a change of rules cannot concern, so that they were not judged again.
    """

    done: int = 0
    failed: int = 0
    lapsed: int = 0
    flags: int = 0
    degraded: int = 0
    dead: int = field(default=0, compare=False)
    kinds: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False)
    waits: tuple[float, ...] = field(default=(), compare=False)
    spared: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.done + other.done,
            self.failed + other.failed,
            self.lapsed + other.lapsed,
            self.flags + other.flags,
            self.degraded + other.degraded,
            self.dead + other.dead,
            Counter(self.kinds) + Counter(other.kinds),
            self.waits + other.waits,
            self.spared + other.spared,
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
    """What was found of ``items`` (by the number of their work) and not yet written."""

    items: Mapping[int, WorkItem]
    results: dict[int, ScanResult] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    spared: list[int] = field(default_factory=list)

    def fail(self, item: WorkItem, error: Exception) -> None:
        """Note that a document could not be scanned. Why stands with its work; an error may hold words of the document."""
        log.error("cannot be scanned", work=item.id, error=where(error), correlation=item.correlation)
        self.errors[item.id] = _reason(error)


def scan_batch(bench: Bench, token: str, ids: Sequence[int]) -> Outcome:
    """Scan the documents still held under ``token`` and write what was found, flags and completed work in one transaction.

    A document the engine fails on is failed with the reason; the others are not touched by it.
    """
    with bench.database.write(lasting=False) as session:
        begin(session, token, ids, bench.owner)
        work = load_work(session, token, ids)
        asked = rules_asked_again(session, [item.id for item in work], bench.scanner)
    outcome = Outcome(lapsed=len(ids) - len(work))
    items = {item.id: item for item in work}
    found, begun = _Findings(items), bench.clock()
    read = _read(work, found)
    prices = StoredPrices(bench.database)
    batch = bench.scanner.batch([envelope.document for _, envelope in read])
    for number, (item, envelope) in enumerate(read):
        try:
            rules = asked.get(item.id)
            if rules is not None and not batch.concerns(number, envelope.day or _day(bench, item), rules):
                found.spared.append(item.id)
            else:
                found.results[item.id] = batch.scan_envelope(number, envelope, _day(bench, item), prices=prices)
        except (OperationalError, InterfaceError):
            raise  # the database, asked for prices, does not answer: the lease lapses and all of it comes again
        except Exception as error:
            found.fail(item, error)
        if (bench.clock() - begun).total_seconds() >= bench.patience:
            outcome += _write(bench, token, found)
            found, begun = _Findings(items), bench.clock()
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
                outcome += _write(bench, token, _Findings(found.items, {number: result}))
            return outcome + _write(bench, token, _Findings(found.items, errors=found.errors, spared=found.spared))
        log.error("what was found cannot be written", work=list(found.results), error=where(error))  # noqa: TRY400 (see `where`)
        lost = dict.fromkeys(found.results, _reason(error))
        return _write_once(bench, token, _Findings(found.items, errors=lost, spared=found.spared))


def _write_once(bench: Bench, token: str, found: _Findings) -> Outcome:
    now = bench.clock()
    with bench.database.write() as session:
        completed = complete(session, token, found.results, now)
        failed = fail(session, token, found.errors, now)
        spared = spare(session, token, found.spared, bench.scanner.digest, now) if found.spared else ()
    _tell(found, completed.done)
    for key in failed.dead:
        log.error("given up", work=key, correlation=found.items[key].correlation)
    return Outcome(
        done=len(completed.done) + len(spared),
        failed=len(failed.retried) + len(failed.dead),
        lapsed=len(completed.lapsed) + len(failed.lapsed) + len(found.spared) - len(spared),
        flags=completed.flags,
        degraded=sum(bool(found.results[key].degraded) for key in completed.done),
        dead=len(failed.dead),
        kinds=completed.kinds,
        waits=tuple(_waits(found, completed.done, now)),
        spared=len(spared),
    )


def _waits(found: _Findings, done: Sequence[int], now: datetime) -> Iterator[float]:
    for key in done:
        item = found.items[key]
        if item.rulebook is None and found.results[key].flags:
            yield max(0.0, (now - item.received_at).total_seconds())


def _tell(found: _Findings, done: Sequence[int]) -> None:
    """A line for each request or run whose documents these were: whoever looks for its id finds its way to the flags."""
    by_origin: defaultdict[str | None, list[int]] = defaultdict(list)
    for key in done:
        by_origin[found.items[key].correlation].append(key)
    for correlation, keys in by_origin.items():
        flags = sum(len(found.results[key].flags) for key in keys)
        log.info("scanned", documents=len(keys), flags=flags, work=_ranges(keys), correlation=correlation)


def _ranges(numbers: Sequence[int]) -> str:
    """``1-3,7`` for 1, 2, 3 and 7, which are in order."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ",".join("-".join(map(str, span)) for span in spans)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
