"""The registry in the database: certificates that were imported, looked up by number and by holder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from time import monotonic
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from monitor.documents import Certificate, CertificateType
from monitor.errors import RegistryError
from monitor.registry import Reply, normalise
from monitor.registry.holder import key_of_code, key_of_name, same_party
from monitor.registry.source import By, Lookup, Outcome, holder_sought
from monitor.store.columns import storable
from monitor.store.engine import Database
from monitor.store.tables import CertificateRow, ImportRow

NAME: Final = "database"
"""What this registry is called where no import tells a name."""

FRESH: Final = 5.0
"""Seconds for which it is believed what was imported: a worker asks anew by itself, without a restart."""

PAUSE: Final = 5.0
"""Seconds for which a database that did not answer is not asked again."""

Clock = Callable[[], float]
Ask = Callable[[Any], list[Any]]


class Holding(Struct, frozen=True):
    """What the registry has of one type: from which registries, and the day their data are of."""

    name: str
    dated: date | None


class StoredRegistry:
    """Certificates in a database, as a source.

    ``opened`` gives the database of this process; ``clock`` counts seconds. A type of which nothing was imported is not kept.
    """

    name = NAME

    def __init__(self, opened: Callable[[], Database], clock: Clock = monotonic) -> None:
        self._opened = opened
        self._clock = clock
        self._held: dict[str, Holding] = {}
        self._until = float("-inf")
        self._silent: tuple[float, str] | None = None

    @property
    def dated(self) -> date | None:
        """The day of the newest data; None where there are none, or nobody answers."""
        try:
            held = self.holdings()
        except RegistryError:
            return None
        return max((holding.dated for holding in held.values() if holding.dated), default=None)

    def keeps(self, kind: CertificateType) -> bool:
        """Whether certificates of this type were imported. A database that does not answer may have them."""
        try:
            return kind in self.holdings()
        except RegistryError:
            return True

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """The record of a number.

        Raises:
            RegistryError: the database does not answer.
        """
        key = storable(normalise(kind, number))
        with self._asked() as ask:
            found = [
                record for (record,) in ask(_RECORDS.where(CertificateRow.type == kind, CertificateRow.number == key))
            ]
        held = self.holdings().get(kind)
        return _reply(held or Holding(self.name, self.dated), "number", number, found)

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """The records of a holder, by code and by name; two different codes are two holders.

        Raises:
            RegistryError: the database does not answer.
        """
        code, found = key_of_code(uscc), list[Any]()
        with self._asked() as ask:
            if code is not None:
                found += ask(_RECORDS.where(CertificateRow.holder_code == code))
            if name:
                key = storable(key_of_name(name))
                alike = _RECORDS.where(CertificateRow.name_key == key)
                if code is not None:
                    alike = alike.where(CertificateRow.holder_code.is_(None))
                found += ask(alike)
        records = dict.fromkeys(record for (record,) in found)
        theirs = [one for one in records if same_party(name, uscc, one.holder, one.holder_uscc) is not False]
        names = ", ".join(dict.fromkeys(holding.name for holding in self.holdings().values()))
        return _reply(Holding(names or self.name, self.dated), "holder", holder_sought(name, uscc), theirs)

    def holdings(self) -> dict[str, Holding]:
        """By type, from which registries certificates were imported and the day of the newest.

        Raises:
            RegistryError: the database does not answer.
        """
        if self._clock() >= self._until:
            with self._asked() as ask:
                self._held = _holdings(ask(_IMPORTS))
            self._until = self._clock() + FRESH
        return self._held

    @contextmanager
    def _asked(self) -> Iterator[Ask]:
        """A reading transaction, and its errors as they are documented; after one the database has a pause."""
        if self._silent is not None and self._clock() < self._silent[0]:
            raise RegistryError(self._silent[1])
        try:
            with self._opened().read() as session:
                connection = session.connection()
                yield lambda query: list(connection.execute(query).all())
        except (SQLAlchemyError, OSError, msgspec.MsgspecError) as error:
            reason = _reason(error)
            self._silent = self._clock() + PAUSE, reason
            raise RegistryError(reason) from error
        self._silent = None


def has_registry(engine: Engine) -> bool:
    """Whether the database has tables for certificates.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: it does not answer.
    """
    return inspect(engine).has_table(CertificateRow.__tablename__)


def _reply(held: Holding, by: By, sought: str, records: list[Certificate]) -> Reply:
    """The answer in the name of what was imported."""
    outcome: Outcome = "found" if records else "not-found"
    return Reply(outcome, tuple(records), (Lookup(held.name, held.dated, by, sought, outcome, len(records)),))


def _holdings(imports: list[Any]) -> dict[str, Holding]:
    """The newest first: names of a type are told in that order."""
    held: dict[str, Holding] = {}
    for name, dated, types in imports:
        for kind in types:
            before = held.get(kind)
            if before is None:
                held[kind] = Holding(name, dated)
            elif name not in before.name.split(", "):
                held[kind] = Holding(f"{before.name}, {name}", before.dated)
    return held


def _reason(error: Exception) -> str:
    """The first line of what the driver says; it names no password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"the database does not answer: {said[0][:200] if said else type(error).__name__}"


_RECORDS: Final = select(CertificateRow.record)
_IMPORTS: Final = (
    select(ImportRow.name, ImportRow.dated, ImportRow.types)
    .where(ImportRow.finished_at.is_not(None))
    .order_by(ImportRow.dated.desc(), ImportRow.id.desc())
)
