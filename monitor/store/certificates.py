"""The registry in the database: certificates that were imported, looked up by number and by holder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from time import monotonic
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, inspect

from monitor.documents import Certificate, CertificateType
from monitor.errors import RegistryError
from monitor.registry import Reply, normalise
from monitor.registry.dependence import SURE
from monitor.registry.holder import LONG, key_of_code, same_party
from monitor.registry.party import party
from monitor.registry.source import By, Lookup, Number, Outcome, holder_sought
from monitor.store.asking import Asking
from monitor.store.columns import storable
from monitor.store.engine import Database
from monitor.store.rows import chunks
from monitor.store.tables import CertificateRow

NAME: Final = "database"
"""What this registry is called where no import tells a name."""

FRESH: Final = 5.0
"""Seconds for which it is believed what was imported: a worker asks anew by itself, without a restart."""

PAUSE: Final = 5.0
"""Seconds for which a database that did not answer is not asked again."""

Clock = Callable[[], float]


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
        self._asking = Asking(opened)
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
        rows = self._ask(_BY_NUMBER, (kind, storable(normalise(kind, number))))
        return self._told_of(kind, number, [_read(record) for (record,) in rows])

    def by_numbers(self, numbers: Sequence[Number]) -> dict[Number, Reply]:
        """The records of many numbers at once; those of types that are kept.

        Raises:
            RegistryError: the database does not answer.
        """
        asked: dict[CertificateType, dict[str, list[str]]] = {}
        for kind, number in numbers:
            if kind in self.holdings():
                asked.setdefault(kind, {}).setdefault(storable(normalise(kind, number)), []).append(number)
        replies: dict[Number, Reply] = {}
        for kind, keys in asked.items():
            found: dict[str, list[Certificate]] = {key: [] for key in keys}
            for some in chunks(list(keys)):
                marks = ", ".join("?" * len(some))
                for key, record in self._ask(_BY_NUMBERS.format(marks=marks), (kind, *some)):
                    found[key].append(_read(record))
            for key, shown in keys.items():
                replies |= {(kind, number): self._told_of(kind, number, found[key]) for number in shown}
        return replies

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """The records of a holder, by code and by name; two different codes are two holders.

        Raises:
            RegistryError: the database does not answer.
        """
        code, found = key_of_code(uscc), list[Any]()
        if code is not None:
            found += self._ask(_BY_CODE, (code,))
        if name:
            found += self._named(name)
        records = dict.fromkeys(_read(record) for (record,) in found)
        theirs = [one for one in records if same_party(name, uscc, one.holder, one.holder_uscc) is not False]
        names = ", ".join(dict.fromkeys(holding.name for holding in self.holdings().values()))
        return _reply(Holding(names or self.name, self.dated), "holder", holder_sought(name, uscc), theirs)

    def holdings(self) -> dict[str, Holding]:
        """By type, from which registries certificates were imported and the day of the newest.

        Raises:
            RegistryError: the database does not answer.
        """
        if self._clock() >= self._until:
            self._held = _holdings(self._ask(_IMPORTS, ()))
            self._until = self._clock() + FRESH
        return self._held

    def close(self) -> None:
        """Close the connection of this thread."""
        self._asking.close()

    def _named(self, name: str) -> list[Any]:
        """The records of holders whose names may be this one: first the keys alone, then the few records that are worth reading."""
        asked = party(name)
        proper = storable(asked.proper or asked.spellings[-1])
        begins = proper[::-1][: SURE if len(proper) >= LONG else None]
        if not begins:
            return []
        keys = self._ask(_ALIKE, (begins, begins + _LAST))
        alike = [number for number, key in keys if _may_be(key, proper, asked.region)]
        return [
            row for some in chunks(alike) for row in self._ask(_BY_ID.format(marks=", ".join("?" * len(some))), some)
        ]

    def _told_of(self, kind: CertificateType, number: str, records: list[Certificate]) -> Reply:
        held = self.holdings().get(kind) or Holding(self.name, self.dated)
        return _reply(held, "number", number, records)

    def _ask(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a statement; errors as they are documented, and after one the database has a pause."""
        if self._silent is not None and self._clock() < self._silent[0]:
            raise RegistryError(self._silent[1])
        try:
            rows = self._asking.rows(statement, values)
        except Exception as error:  # two drivers and SQLAlchemy, each with errors of its own
            reason = _reason(error)
            self._silent = self._clock() + PAUSE, reason
            raise RegistryError(reason) from error
        self._silent = None
        return rows


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


def _may_be(key: str, proper: str, region: Sequence[str]) -> bool:
    """Whether a key may be that of a party with this name proper and region; :func:`monitor.registry.holder.same_name` asks more.

    The same name proper, and in front of it nothing, or one of the places. Long names may be one slip apart.
    """
    name = key[::-1]
    if not name.endswith(proper):
        return len(proper) >= LONG
    before = name[: len(name) - len(proper)]
    return not before or not region or any(place in before for place in region)


def _read(record: str) -> Certificate:
    try:
        return _RECORD.decode(record)
    except msgspec.MsgspecError as error:
        raise RegistryError(f"a record that this version cannot read: {error}") from error


def _holdings(imports: list[Any]) -> dict[str, Holding]:
    """The newest first: names of a type are told in that order."""
    held: dict[str, Holding] = {}
    for name, dated, types in imports:
        for kind in msgspec.json.decode(types):
            before = held.get(kind)
            if before is None:
                held[kind] = Holding(name, dated if isinstance(dated, date) else date.fromisoformat(dated))
            elif name not in before.name.split(", "):
                held[kind] = Holding(f"{before.name}, {name}", before.dated)
    return held


def _reason(error: Exception) -> str:
    """The first line of what the driver says; it names no password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"the database does not answer: {said[0][:200] if said else type(error).__name__}"


_RECORD: Final[msgspec.json.Decoder[Certificate]] = msgspec.json.Decoder(Certificate)
_BY_NUMBER: Final = "SELECT record FROM certificates WHERE type = ? AND number = ?"
_BY_NUMBERS: Final = "SELECT number, record FROM certificates WHERE type = ? AND number IN ({marks})"
_BY_CODE: Final = "SELECT record FROM certificates WHERE holder_code = ?"
_ALIKE: Final = "SELECT id, name_key FROM certificates WHERE name_key >= ? AND name_key < ?"
_BY_ID: Final = "SELECT record FROM certificates WHERE id IN ({marks})"
_LAST: Final = "\U0010ffff"
"""Behind everything that begins alike."""
_IMPORTS: Final = (
    "SELECT name, dated, types FROM certificate_imports WHERE finished_at IS NOT NULL ORDER BY dated DESC, id DESC"
)
