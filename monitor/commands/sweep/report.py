"""What a sweep found, in figures: for people, and as JSON beside the results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from monitor.flags import SEVERITIES, Tally
from monitor.formats.urls import file_system, told
from monitor.store import Database
from monitor.store.sweeps import get_sweep, sources, tally


class SweptFile(msgspec.Struct, frozen=True):
    """A file that was swept: its bytes (unpacked, where it was packed) and lines."""

    url: str
    bytes: int
    lines: int


class Report(Tally, frozen=True):
    """``seconds`` the sweep ran, without the time it stood still; ``lines`` are documents, unreadable and blank ones."""

    sweep: int = 0
    files: tuple[SweptFile, ...] = ()
    out: str = ""
    format: str = ""
    as_of: date | None = None
    lines: int = 0
    total_flags: int = 0
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: float = 0.0
    documents_per_second: float = 0.0


def make_report(database: Database, number: int, now: datetime) -> Report:
    """The report of a sweep whose shards are all done."""
    with database.read() as session:
        sweep, sums = get_sweep(session, number, now), tally(session, number)
        files = tuple(SweptFile(*file) for file in sources(session, number))
    return Report(
        **msgspec.structs.asdict(sums),
        sweep=number,
        files=files,
        out=sweep.wanted.out,
        format=sweep.wanted.format,
        as_of=sweep.wanted.as_of,
        lines=sweep.lines,
        total_flags=sums.flags,
        begun_at=sweep.created_at,
        finished_at=sweep.finished_at or now,
        seconds=round(sweep.seconds, 3),
        documents_per_second=round(sums.documents / max(sweep.seconds, 1e-3), 1),
    )


def report_url(out: str) -> str:
    """Where the report lies."""
    return f"{out}.report.json"


def write_report(report: Report) -> None:
    """Beside the results.

    Raises:
        InputError: it cannot be written.
    """
    url = report_url(report.out)
    system, path = file_system(url)
    with told(url):
        system.pipe_file(path, msgspec.json.format(_ENCODER.encode(report), indent=2) + b"\n")


def report_lines(report: Report) -> Iterator[str]:
    """The report for people."""
    yield (
        f"sweep {report.sweep}: {report.lines:,} lines: {report.documents:,} documents, {report.unreadable:,} not judged, "
        f"{report.blank:,} blank; {report.seconds:,.1f} s, {report.documents_per_second:,.0f} documents/s"
    )
    grave = [f"{name} {report.severities[name]:,}" for name in reversed(SEVERITIES) if name in report.severities]
    codes = sorted(report.categories.items(), key=lambda item: (-item[1], item[0]))
    found = f" ({', '.join(grave)}: {', '.join(f'{name} {count:,}' for name, count in codes)})" if grave else ""
    yield f"{report.flagged:,} documents flagged, {report.total_flags:,} flags{found}; {report.undecided:,} undecided"
    if report.unread:
        yield f"{report.unread:,} pictures were not read"
    rulebooks = ", ".join(f"{digest[:12]}{_of(report, count)}" for digest, count in sorted(report.rulebooks.items()))
    yield f"rulebook {rulebooks or 'none'}; law of {report.as_of} where a document names no day"
    if len(report.rulebooks) > 1:
        yield "NOT ONE RULEBOOK: workers judged by several, see the report; restart all workers after a change of rules"
    for said, count in sorted(report.degraded.items()):
        yield f"DEGRADED: {said}; {count:,} documents: what this registry may hold was neither flagged nor passed"
    yield f"results {report.out}, report {report_url(report.out)}"


def _of(report: Report, count: int) -> str:
    return "" if len(report.rulebooks) == 1 else f" ({count:,} documents)"


_ENCODER = msgspec.json.Encoder(order="deterministic")
