"""Does it cost more with more stored? A database of PostgreSQL with so many flags against one with a tenth, in one run.

    python bench/at_size.py [--flags 10000000] [--server postgresql://postgres@127.0.0.1:5432] [--explain]

Two throw-away databases are filled by COPY (about 1 KB a flag with its indexes; the indexes that only find are made afterwards) and dropped
at the end. Flags are spread over twelve months, 200 rules and six platforms; everything critical, one flag in twenty, is decided, so that
what stands first in the queue is what needs no place there any more. Then the functions that the dashboard, the API and the workers call
are timed in both databases in turns: of many calls the one that a quarter were quicker than, because other work on the machine only
ever makes a call slower.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from random import Random
from uuid import uuid4

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import event, text

from monitor.cases import FlagFilter, choices, decide, overview, queue
from monitor.documents import Envelope, Listing
from monitor.flags import CATEGORIES, Basis, Evidence, Flag, ScanResult
from monitor.store import Database, Lease, complete, ingest, lease_batch, migrate, open_engine
from monitor.store.paging import cursor
from monitor.store.partitions import drop, ensure
from monitor.store.priority import WEIGHTS

MONTHS = tuple(date(2025, month, 1) for month in range(1, 13))
NOW = datetime(2026, 1, 15, tzinfo=UTC)
PLATFORMS = ("douyin", "kuaishou", "taobao", "pinduoduo", "jd", "wechat")
GRADES = ("high", "high", "medium", "medium", "medium", "low", "low", "info", "medium")
RULES = 200
PER_DOCUMENT = 10
BLOCK = 20_000
CALLS = 40
WARMING = 3
"""Calls that do not count."""

SHOWN = 12
"""Lines of a plan."""

ROOM = 1_300
"""Bytes a flag needs on the disk, with its indexes and its part of a document."""

Case = Callable[[], object]


def main() -> None:
    """Fill, measure, fill up, measure again, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flags", type=int, default=10_000_000)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--explain", action="store_true", help="print the plans of the pages")
    options = parser.parse_args()
    free = shutil.disk_usage("/").free
    if free < 2 * options.flags * ROOM:
        raise SystemExit(
            f"{options.flags:,} flags need about {options.flags * ROOM / 1e9:.0f} GB, and as much should stay free"
        )
    sizes = (options.flags // 10, options.flags)
    with ExitStack() as stack:
        databases = []
        for flags in sizes:
            url = stack.enter_context(throw_away(options.server))
            database = Database(open_engine(url))
            stack.callback(database.close)
            migrate(database.engine)
            with database.write() as session:
                ensure(session, (*MONTHS, NOW.date()))
            fill(url, 0, flags)
            databases.append(database)
        before, after = measure(*databases)
        if options.explain:
            explain(databases[1])
        with databases[1].read() as session:
            size = session.scalar(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
    print(f"\nthe larger database at the end: {size}\n")
    print(f"| what | {sizes[0]:,} flags, ms | {sizes[1]:,} flags, ms | ratio |\n|---|---|---|---|")
    for what, seconds in after.items():
        print(f"| {what} | {before[what] * 1e3:,.1f} | {seconds * 1e3:,.1f} | {seconds / before[what]:.2f} |")


@contextmanager
def throw_away(server: str) -> Iterator[str]:
    """A database that goes at the end, whatever happens."""
    name = f"at_size_{uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(url: str, first: int, last: int) -> None:
    """Add the flags of these numbers with their documents, then what the triggers would have counted."""
    started = time.monotonic()
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger, no reference: it is made right below
        indexes = drop_indexes(connection)
        documents = range(first // PER_DOCUMENT, last // PER_DOCUMENT)
        for table, columns, lines in (
            ("documents", "id, identity, platform, external_id, kind, revision, received_at", document_line),
            (
                "revisions",
                "id, month, document_id, number, identity, content_sha256, raw, label, seller_id, seller_name, source, received_at",
                revision_line,
            ),
            (
                "work",
                "revision_id, month, state, due_at, attempts, lapses, rulebook, as_of, unknown, finished_at",
                work_line,
            ),
        ):
            copy(connection, table, columns, lines, documents)
        columns = (
            "id, month, revision_id, document_id, identity, rule, version, matcher, category, severity, score, priority, status, "
            "message, remedy, basis, evidence, explanation, words, platform, seller, rulebook, as_of, created_at"
        )
        copy(connection, "flags", columns, flag_line, range(first, last))
        decide_the_gravest(connection, first)
        count_again(connection)
        for statement in indexes:
            connection.execute(statement)
        for table, number in (
            ("documents", last // PER_DOCUMENT),
            ("revisions", last // PER_DOCUMENT),
            ("flags", last),
        ):
            connection.execute(f"SELECT setval('{table}_id_seq', %s)", [number + 1_000_000])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    print(f"{last:,} flags are there; the last {last - first:,} took {time.monotonic() - started:,.0f} s", flush=True)


def drop_indexes(connection: psycopg.Connection[tuple[str, ...]]) -> list[str]:
    """Drop the indexes that only find; the statements that make them again."""
    rows = connection.execute(
        "SELECT indexname, replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename IN ('flags', 'open_flags', 'documents', 'work') AND indexname LIKE 'ix\\_%'"
    ).fetchall()
    for name, _ in rows:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [statement for _, statement in rows]


def copy(
    connection: psycopg.Connection[tuple[str, ...]],
    table: str,
    columns: str,
    line: Callable[[int], str],
    numbers: range,
) -> None:
    """COPY the lines of these numbers, a block at a time."""
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for start in range(numbers.start, numbers.stop, BLOCK):
            stream.write("".join(map(line, range(start, min(start + BLOCK, numbers.stop)))))


def month(document: int) -> date:
    """The month a document came in."""
    return MONTHS[document % 12]


def platform(document: int) -> str:
    """The platform a document is on."""
    return PLATFORMS[document // 12 % 6]


def received(document: int) -> str:
    """When a document came."""
    day = month(document) + timedelta(days=document // 12 % 28)
    return f"{day} {document % 24:02}:00:00+00"


def digest(*parts: object) -> str:
    """64 hexadecimal digits."""
    return sha256(repr(parts).encode()).hexdigest()


def document_line(number: int) -> str:
    """A row of documents."""
    return f"{number + 1}\t{digest(number)}\t{platform(number)}\tL-{number}\tlisting\t1\t{received(number)}\n"


def revision_line(number: int) -> str:
    """A row of revisions, as short as one can be."""
    key, identity = number + 1, digest(number, 1)
    raw = f'{{"kind":"listing","id":"L-{number}","title":"最好的苹果"}}'.encode().hex()
    seller = number % 50_000
    return (
        f"{key}\t{month(number)}\t{key}\t1\t{identity}\t{identity}\t\\\\x{raw}\t最好的苹果\tS-{seller}\t果园{seller}\t"
        f"bench\t{received(number)}\n"
    )


def work_line(number: int) -> str:
    """A row of work that is done."""
    when = received(number)
    return f"{number + 1}\t{month(number)}\tdone\t{when}\t0\t0\t{RULEBOOK}\t{when[:10]}\t[]\t{when}\n"


RULEBOOK = "f" * 64
BASIS = '[{"law":"广告法"}]'
EVIDENCE = '[{"field":"title","start":0,"end":2,"text":"最好","match":"exact"}]'


def kind(number: int) -> tuple[str, str, str, float]:
    """Rule, category, severity and score of a flag: a few rules find most, as in life."""
    rule = (number * 7919 % RULES) * (number * 104_729 % RULES) // RULES
    severity = "critical" if number % 20 == 0 else GRADES[rule % len(GRADES)]
    return f"cn.rule.{rule:03}", CATEGORIES[rule % 8], severity, 0.5 + rule % 48 / 100


def flag_line(number: int) -> str:
    """A row of flags."""
    document = number // PER_DOCUMENT
    rule, category, severity, score = kind(number)
    return (
        f"{number + 1}\t{month(document)}\t{document + 1}\t{document + 1}\t{digest(number, 2)}\t{rule}\t1\ttext\t{category}\t{severity}\t"
        f"{score}\t{WEIGHTS[severity] * score}\tin-force\t绝对化用语\t\t{BASIS}\t{EVIDENCE}\t[]\t最好\t{platform(document)}\t"  # type: ignore[index]
        f"果园{document % 50_000}\t{RULEBOOK}\t{month(document)}\t{received(document)}\n"
    )


def decide_the_gravest(connection: psycopg.Connection[tuple[str, ...]], first: int) -> None:
    """One decision about every critical flag from this number on."""
    connection.execute(
        "INSERT INTO decisions (month, flag_id, number, outcome, reason, basis, decided_by, decided_at) "
        "SELECT month, id, 1, 'upheld', '是', '[]', '王', created_at FROM flags WHERE severity = 'critical' AND id > %s",
        [first],
    )


def count_again(connection: psycopg.Connection[tuple[str, ...]]) -> None:
    """What the triggers keep, made anew from what is there."""
    connection.execute("TRUNCATE open_flags, flag_tallies, tallies")
    connection.execute(
        "INSERT INTO open_flags (flag_id, month, status, category, severity, platform, rule, priority) "
        "SELECT id, month, status, category, severity, platform, rule, priority FROM flags f "
        "WHERE NOT EXISTS (SELECT FROM decisions d WHERE d.flag_id = f.id AND d.month = f.month)"
    )
    connection.execute(
        "INSERT INTO flag_tallies (month, status, category, severity, platform, rule, flags, decided) "
        "SELECT f.month, status, category, severity, platform, rule, count(*), count(d.id) FROM flags f "
        "LEFT JOIN decisions d ON d.flag_id = f.id AND d.month = f.month AND d.number = 1 GROUP BY 1, 2, 3, 4, 5, 6"
    )
    connection.execute(
        "INSERT INTO tallies (month, what, kind, number) "
        "SELECT month, 'day', as_of::text, count(*) FROM flags GROUP BY month, as_of "
        "UNION ALL SELECT month, 'revision', '', count(*) FROM revisions GROUP BY month "
        "UNION ALL SELECT date_trunc('month', received_at AT TIME ZONE 'UTC')::date, 'document', kind, count(*) FROM documents "
        "GROUP BY 1, kind"
    )


def measure(small: Database, large: Database) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of everything in both databases, called in turns: what else the machine does falls on both alike."""
    found: tuple[dict[str, float], dict[str, float]] = ({}, {})
    cases = [pages(database) | writes(database) for database in (small, large)]
    for what in cases[0]:
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(CALLS + WARMING):
            for case, taken in zip(cases, times, strict=True):
                with timed(taken):
                    case[what]()
        for result, taken in zip(found, times, strict=True):
            result[what] = statistics.quantiles(taken[WARMING:], n=4)[0]
    for result, database in zip(found, (small, large), strict=True):
        result.update(retention(database))
    return found


def filters(database: Database) -> dict[str, tuple[FlagFilter, str | None]]:
    """The pages that are asked for: what is filtered by, and where the page begins."""
    halfway = text(
        "SELECT priority, flag_id FROM (SELECT priority, flag_id, ntile(2) OVER (ORDER BY priority DESC, flag_id DESC) half "
        "FROM open_flags TABLESAMPLE SYSTEM (10)) sampled WHERE half = 2 ORDER BY priority DESC, flag_id DESC LIMIT 1"
    )
    with database.read() as session:
        priority, key = session.execute(halfway).one()
    undecided, deep = FlagFilter(decided=False), cursor(priority, key)
    return {
        "queue, first page": (undecided, None),
        "queue, a page halfway down": (undecided, deep),
        "queue of a category": (FlagFilter(decided=False, categories=("origin",)), None),
        "queue of a platform": (FlagFilter(decided=False, platforms=("jd",)), None),
        "queue of a rule": (FlagFilter(decided=False, rules=(kind(4711)[0],)), None),
        "queue of two categories": (FlagFilter(decided=False, categories=("origin", "medical")), None),
        "queue of the least grave": (FlagFilter(decided=False, severities=("info",)), None),
        "decided or not, first page": (FlagFilter(), None),
        "decided, first page": (FlagFilter(decided=True), None),
        "flags of a document": (FlagFilter(document="L-471"), None),
    }


def pages(database: Database) -> dict[str, Case]:
    """What the dashboard shows."""

    def page(asked: FlagFilter, after: str | None) -> Case:
        def call() -> None:
            with database.read() as session:
                assert queue(session, asked, after=after).items  # noqa: S101 (an empty page would be quick)

        return call

    def whole(function: Callable[..., object]) -> Case:
        def call() -> None:
            with database.read() as session:
                function(session)

        return call

    found = {what: page(asked, after) for what, (asked, after) in filters(database).items()}
    return found | {"overview": whole(overview), "what can be filtered by": whole(choices)}


class Arrived(msgspec.Struct, frozen=True):
    """What the store takes in."""

    envelope: Envelope
    raw: bytes
    source: str = "bench"


def writes(database: Database) -> dict[str, Case]:
    """Decisions, and batches of 64 documents with two flags each: taken in, leased, completed."""
    with database.read() as session:
        found = session.scalars(text("SELECT flag_id FROM open_flags TABLESAMPLE SYSTEM (10) LIMIT 1000"))
        undecided = iter(list(found))
    leases: list[Lease] = []
    arrivals = ([arrival(f"N-{number}-{index}") for index in range(64)] for number in count())

    def one_decision() -> None:
        with database.write() as session:
            decide(session, next(undecided), "upheld", "确为绝对化用语", "王", None, NOW)

    def take_in() -> None:
        with database.write() as session:
            ingest(session, next(arrivals), NOW)

    def take_lease() -> None:
        with database.write() as session:
            leases.append(lease_batch(session, 64, 3600, NOW))

    def complete_one() -> None:
        lease = leases.pop()
        with database.write() as session:
            complete(session, lease.token, {key: result() for key in lease.ids}, NOW)

    return {
        "one decision": one_decision,
        "64 documents taken in": take_in,
        "64 leased": take_lease,
        "64 completed, 128 flags": complete_one,
    }


def arrival(name: str) -> Arrived:
    """A listing that comes in."""
    document = Listing(id=name, platform="jd", title="最好的苹果，全网最低")
    return Arrived(Envelope(document=document), msgspec.json.encode(document))


def result() -> ScanResult:
    """Two flags."""
    random = Random(uuid4().int)  # noqa: S311 (which rule found it is no secret)
    flags = []
    for place in (0, 6):
        rule, category, severity, score = kind(random.randrange(1_000_000))
        evidence = (Evidence("title", place, place + 2, "最好", "exact"),)
        flags.append(
            Flag(
                rule,
                category,
                severity,
                score,
                "绝对化用语",
                (Basis("广告法"),),
                evidence,
                ("命中",),
                "删去",
                matcher=f"m{place}",
            )
        )  # type: ignore[arg-type]
    return ScanResult("N", "listing", tuple(flags), NOW.date(), RULEBOOK)


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    """Append the seconds of the block."""
    started = time.perf_counter()
    yield
    times.append(time.perf_counter() - started)


def retention(database: Database) -> dict[str, float]:
    """A month dropped as a whole, and another deleted row by row past the triggers; the second is put back."""
    dropped: list[float] = []
    with timed(dropped), database.write() as session:
        drop(session, MONTHS[0])
    with database.write() as session:
        ensure(session, [MONTHS[0]])
    deleted: list[float] = []
    with database.write() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        with timed(deleted):
            for table in ("decisions", "open_flags", "flags", "work", "revisions"):
                session.execute(text(f"DELETE FROM {table} WHERE month = '{MONTHS[1]}'"))
        session.rollback()
    return {"retention: a month dropped": dropped[0], "retention: a month deleted": deleted[0]}


def explain(database: Database) -> None:
    """The plans of the pages, as PostgreSQL ran them."""
    for what, (asked, after) in filters(database).items():
        statements: list[tuple[str, object]] = []
        with database.read() as session:
            engine = session.get_bind()

            def note(_c: object, _u: object, statement: str, parameters: object, *_: object) -> None:
                statements.append((statement, parameters))  # noqa: B023 (called within this turn)

            event.listen(engine, "before_cursor_execute", note)
            queue(session, asked, after=after)
            event.remove(engine, "before_cursor_execute", note)
            print(f"\n## {what}")
            for statement, parameters in statements:
                rows = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING off) {statement}", parameters)  # type: ignore[arg-type]
                lines = [row[0] for row in rows]
                print("\n".join([*lines[:SHOWN], "…", *lines[-2:]] if len(lines) > SHOWN + 2 else lines))


if __name__ == "__main__":
    main()
