"""Column types that are the same on SQLite and PostgreSQL, and the declarative root."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import BigInteger, DateTime, Integer, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names, so that a later migration can speak of them."""


def storable(text: str) -> str:
    """``text`` as :class:`Words` keeps it."""
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


class Row(DeclarativeBase):
    """The root of all tables. Whole numbers have 64 bits (SQLite's always have)."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger().with_variant(Integer(), "sqlite")}


class Moment(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware datetimes in UTC out, to the microsecond.

    SQLite keeps no time zone, so UTC is what stands there.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a datetime without a zone: nobody can say which moment it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Both databases give UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside. What a database cannot keep in text (U+0000, half a surrogate pair) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See the class."""
        del dialect
        return None if value is None else storable(value)

    @property
    def python_type(self) -> type[str]:
        """Text."""
        return str


class Json(TypeDecorator[Any]):
    """A value of the type given, as JSON text; structs come back as structs.

    Text rather than ``jsonb``: what is proof stays as it was written, and U+0000 may stand in it (escaped).
    """

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """None is SQL NULL."""
        del dialect
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decoded and checked against the type."""
        del dialect
        return None if value is None else msgspec.json.decode(value, type=self.shape)


class Leased:
    """The columns of what is worked on under a lease (:mod:`monitor.store.leases`). ``token`` names it, and is NULL when there is none."""

    state: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(Words)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Words)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
