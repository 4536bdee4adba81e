"""One file of certificates into the database: rows read, understood, taken or rejected."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

import msgspec

from monitor.documents import Certificate, CertificateType
from monitor.errors import InputError
from monitor.formats.item import Refusal, Source
from monitor.formats.rows import NO_HEADINGS, Row, read_rows
from monitor.registry.columns import HEADINGS
from monitor.registry.records import Rejected, fields_of, record_of
from monitor.store import Database
from monitor.store.imports import Counts, Origin, import_certificates

_CHUNK: Final = 1 << 20


class Rejection(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row that was not taken: where it stands, its column, why, and the row itself."""

    file: str
    row: int
    field: str
    reason: str
    sheet: str = ""
    record: dict[str, str | list[str]] = {}

    def __str__(self) -> str:
        place = f"{self.file}:{self.sheet + ':' if self.sheet else ''}{self.row}"
        return ": ".join(part for part in (place, self.field, self.reason) if part)


@dataclass
class Rejects:
    """Rows that were not taken: counted, told, and kept in a file that is made when the first comes."""

    path: Path
    tell: Callable[[str], None]
    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    _file: BinaryIO | None = None

    def add(self, rejection: Rejection) -> None:
        """Keep one.

        Raises:
            InputError: the file cannot be written.
        """
        self.count += 1
        self.reasons[rejection.field or "the row"] += 1
        self.tell(str(rejection))
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("wb")
            self._file.write(_ENCODER.encode(rejection) + b"\n")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", source=str(self.path)) from error

    def close(self) -> None:
        """Everything is on the disk."""
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True)
class Asked:
    """What the user said of the files: the type of rows that name none, a mapping of columns, a name, a day."""

    kind: CertificateType | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    dated: date | None = None


def take_file(
    database: Database, path: Path, asked: Asked, rejects: Rejects, tell: Callable[[str], None]
) -> Iterator[Counts]:
    """Take a file in; the sums after each chunk.

    Raises:
        InputError: the file cannot be read, or is no table of certificates. What was taken before stands.
    """
    before = rejects.count
    records = _records(path, asked, rejects, tell)
    try:
        first = next(records, None)  # a file that is no table leaves no import behind
        origin = Origin(asked.name or path.stem, path.name, _sha256(path), asked.dated or _day(path))
        if first is None and rejects.count == before:
            _refuse_empty()
        yield from import_certificates(
            database, origin, _again(first, records), lambda: datetime.now(UTC), rejected=lambda: rejects.count - before
        )
    except Refusal as refusal:
        raise InputError(_taught(refusal.reason), source=str(path), line=refusal.line) from refusal
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", source=str(path)) from error


def _refuse_empty() -> NoReturn:
    raise Refusal("no rows under the headings")


def _again(first: Certificate | None, rest: Iterator[Certificate]) -> Iterator[Certificate]:
    if first is not None:
        yield first
    yield from rest


def _records(path: Path, asked: Asked, rejects: Rejects, tell: Callable[[str], None]) -> Iterator[Certificate]:
    def heard(error: InputError) -> None:
        if error.note:
            tell(f"note: {error}")
        else:  # bytes that cannot be read: where they stand is all that can be kept
            rejects.add(Rejection(str(path), error.line or 0, error.field or "", error.reason))

    source = Source(str(path), path.stem, heard)
    known: dict[tuple[str, ...], dict[str, str]] = {}
    told: set[str] = set()

    def needs(names: Sequence[str]) -> bool:
        return "number" in fields_of(names, asked.mapping).values() and len(_any(names, asked.mapping)) > 1

    for row in read_rows(path, source, lambda name: bool(_any([name], asked.mapping)), needs):
        names = tuple(row.cells) + tuple(row.bad)
        if names not in known:
            if len(known) >= _FORMS:
                known.clear()
            known[names] = fields_of(dict.fromkeys(names), asked.mapping)
        fields = known[names]
        _tell_unused(path, names, fields, told, tell)
        try:
            yield _record(row, fields, asked.kind)
        except Rejected as error:
            rejects.add(Rejection(str(path), row.line, error.field, error.reason, row.sheet, row.cells))


def _record(row: Row, fields: Mapping[str, str], kind: CertificateType | None) -> Certificate:
    if row.problem is not None:
        raise Rejected(row.problem[1], row.problem[0])
    for name, reason in row.bad.items():
        if name in fields:
            raise Rejected(reason, name)
    return record_of(row.cells, fields, kind)


def _any(names: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    return fields_of([name for name in names if name.strip()], mapping)


def _tell_unused(
    path: Path, names: Sequence[str], fields: Mapping[str, str], told: set[str], tell: Callable[[str], None]
) -> None:
    """Each column that is not read is told once, so that a mapping can be given."""
    unused = [name for name in names if name and name not in fields and name not in told]
    if unused and len(told) < _TOLD:
        told.update(unused)
        tell(f"note: {path}: not read: {', '.join(unused[:_TOLD])}; --map COLUMN=FIELD reads a column")


_TOLD: Final = 30
_FORMS: Final = 4096
"""Sets of columns that are remembered: rows leave out what is empty."""


def _taught(reason: str) -> str:
    """What to do about headings that are not known."""
    if reason != NO_HEADINGS:
        return reason
    some = "、".join(name for name in HEADINGS["number"].split() if not name.isascii())[:60]
    return (
        f"{reason}: a column of numbers ({some}…) and one more that is known, such as 企业名称 or 有效期至; "
        "--map COLUMN=number says which column it is"
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def _day(path: Path) -> date:
    """The day the file was written, where the user names none."""
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()


_ENCODER: Final = msgspec.json.Encoder()
