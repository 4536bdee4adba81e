"""Taking certificates into the database by the hundred thousand, and what each import did.

A certificate is known by its type and normalised number. What is new is inserted; what says something else than before takes the
place of what was there, which goes to the history; what says the same costs a look. Rows go into a temporary table first (COPY on
PostgreSQL) and from there in three statements a chunk, each chunk in a transaction of its own: other writers get their turn, and an
import that is broken off leaves whole chunks. Importing the rest again is importing it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, text, update
from sqlalchemy.orm import Session

from monitor.documents import Certificate
from monitor.registry import normalise
from monitor.registry.holder import key_of_code
from monitor.registry.party import party
from monitor.store.columns import Moment, storable
from monitor.store.engine import Database
from monitor.store.tables import ImportRow

CHUNK: Final = 10_000
"""Certificates of one transaction."""

IMPORT_LOCK: Final = 0x5AEE1_0003
"""Number of the advisory lock under which imports on PostgreSQL write one after another."""


class Origin(Struct, frozen=True):
    """Where certificates come from: the name of the registry, the file, its SHA-256, and the day its data are of."""

    name: str
    source: str
    sha256: str
    dated: date


class Counts(Struct, frozen=True):
    """What became of certificates. ``repeated``: a later row of the same chunk has the same number, and counts."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.repeated + other.repeated,
        )

    @property
    def taken(self) -> int:
        """Rows that were taken."""
        return self.new + self.changed + self.unchanged + self.repeated


def import_certificates(
    database: Database,
    origin: Origin,
    certificates: Iterable[Certificate],
    clock: Callable[[], datetime],
    *,
    rejected: Callable[[], int] = lambda: 0,
) -> Iterator[Counts]:
    """Take certificates in, and tell the sums after each chunk. ``rejected`` tells, at the end, how many rows were not taken.

    The import is finished, and its registry of its day asked from then on, when the iterator is.
    """
    with database.write() as session:
        row = ImportRow(**msgspec.structs.asdict(origin), started_at=clock(), finished_at=None, types={})
        session.add(row)
        session.flush()
        number = row.id
    total, types, waiting = Counts(), Counter[str](), iter(certificates)
    while chunk := list(islice(waiting, CHUNK)):
        with database.write() as session:
            total += put(session, number, chunk, clock())
        types.update(certificate.type for certificate in chunk)
        yield total
    with database.write() as session:
        counts = msgspec.structs.asdict(total) | {"rejected": rejected(), "types": dict(types)}
        session.execute(update(ImportRow).where(ImportRow.id == number).values(finished_at=clock(), **counts))


def put(session: Session, import_id: int, certificates: Sequence[Certificate], now: datetime) -> Counts:
    """Take some certificates in, in the caller's transaction."""
    rows = {(row[0], row[1]): row for row in map(_row, certificates)}
    ordered = [rows[key] for key in sorted(rows)]  # neighbours in the index are written together
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _copy(session, ordered)
    else:
        connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {_INCOMING}")
        connection.exec_driver_sql("DELETE FROM incoming_certificates")
        connection.exec_driver_sql("INSERT INTO incoming_certificates VALUES (?, ?, ?, ?, ?)", ordered)
    given = {"import_id": import_id, "now": now}
    changed = session.execute(_REPLACED, given).rowcount  # type: ignore[attr-defined]  # CursorResult
    written = session.execute(_WRITTEN, given).rowcount  # type: ignore[attr-defined]
    return Counts(written - changed, changed, len(ordered) - written, len(certificates) - len(ordered))


def keys_of(certificate: Certificate) -> tuple[str, str | None, str | None]:
    """What a certificate is looked up by: number, credit code of the holder, and what names of the holder have in common."""
    return (
        storable(normalise(certificate.type, certificate.number)),
        key_of_code(certificate.holder_uscc),
        name_key(certificate.holder) if certificate.holder else None,
    )


def name_key(name: str) -> str:
    """What a holder's name is found by: its region and name proper, read from the end.

    Names of one party have one name proper, or the one is the other with places in front (:mod:`monitor.registry.holder_index`): read
    from the end all of them begin with the name proper, so they stand together in an index.
    """
    return storable(party(name).spellings[-1])[::-1]


def _row(certificate: Certificate) -> tuple[str, str, str, str | None, str | None]:
    number, code, name = keys_of(certificate)
    return certificate.type, number, msgspec.json.encode(certificate).decode(), code, name


def _copy(session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
    """Into a table that goes with the transaction. The planner must look each up by its index: it knows nothing of that table."""
    connection = session.connection()
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": IMPORT_LOCK})
    connection.exec_driver_sql("SET LOCAL enable_hashjoin = off")
    connection.exec_driver_sql("SET LOCAL enable_mergejoin = off")
    connection.exec_driver_sql(f"CREATE TEMP TABLE {_INCOMING} ON COMMIT DROP")
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY incoming_certificates FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.exec_driver_sql("ANALYZE incoming_certificates")


_INCOMING: Final = "incoming_certificates (type TEXT, number TEXT, record TEXT, holder_code TEXT, name_key TEXT)"
_REPLACED: Final = text(
    """
    INSERT INTO certificate_history (type, number, record, import_id, recorded_at, replaced_at, replaced_by)
    SELECT c.type, c.number, c.record, c.import_id, c.recorded_at, :now, :import_id
    FROM incoming_certificates AS i CROSS JOIN certificates AS c
    WHERE c.type = i.type AND c.number = i.number AND c.record <> i.record
    """
).bindparams(bindparam("now", type_=Moment))
_WRITTEN: Final = text(
    """
    INSERT INTO certificates (type, number, record, holder_code, name_key, import_id, recorded_at)
    SELECT type, number, record, holder_code, name_key, :import_id, :now FROM incoming_certificates WHERE true
    ON CONFLICT (type, number) DO UPDATE SET record = excluded.record, holder_code = excluded.holder_code,
        name_key = excluded.name_key, import_id = excluded.import_id, recorded_at = excluded.recorded_at
    WHERE certificates.record <> excluded.record
    """
).bindparams(bindparam("now", type_=Moment))
