"""API keys, of which the database knows only the SHA-256: a key is random and long, so no slow hash is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.store.tables import KeyRow


class KeyItem(Struct, frozen=True):
    """A key as it may be listed."""

    name: str
    capabilities: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def insert_key(session: Session, name: str, key: str, capabilities: Sequence[str], now: datetime) -> None:
    """Keep a key under a name that has no live one."""
    row = KeyRow(name=name, sha256=_digest(key), capabilities=tuple(capabilities), created_at=now)
    session.add(row)
    session.flush()


def live_key(session: Session, name: str) -> KeyItem | None:
    """The live key of a name."""
    row = session.scalars(select(KeyRow).where(KeyRow.name == name, KeyRow.revoked_at.is_(None))).one_or_none()
    return None if row is None else _item(row)


def find_key(session: Session, key: str) -> KeyItem | None:
    """The live key that ``key`` is."""
    query = select(KeyRow).where(KeyRow.sha256 == _digest(key), KeyRow.revoked_at.is_(None))
    row = session.scalars(query).one_or_none()
    return None if row is None else _item(row)


def revoke_key(session: Session, name: str, now: datetime) -> bool:
    """End the live key of a name; whether there was one."""
    statement = update(KeyRow).where(KeyRow.name == name, KeyRow.revoked_at.is_(None)).values(revoked_at=now)
    return bool(session.execute(statement.returning(KeyRow.id)).all())


def all_keys(session: Session) -> tuple[KeyItem, ...]:
    """Every key, revoked ones too, in the order they were made."""
    return tuple(_item(row) for row in session.scalars(select(KeyRow).order_by(KeyRow.id)))


def _item(row: KeyRow) -> KeyItem:
    return KeyItem(row.name, row.capabilities, row.created_at, row.revoked_at)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
