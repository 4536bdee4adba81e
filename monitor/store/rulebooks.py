"""The rulebooks that judged here, and up to where was looked for what a change touches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.store.rescan_tables import KnownRule, RulebookRow, WatermarkRow
from monitor.store.rows import insert_missing
from monitor.store.tables import WorkRow


def take_rulebook(session: Session, digest: str, name: str, marks: Mapping[str, KnownRule], now: datetime) -> None:
    """Remember a rulebook, and that a worker took it now."""
    row = {"digest": digest, "name": name, "marks": dict(marks), "taken_at": now}
    if not insert_missing(session, RulebookRow, ("digest",), [row]):
        session.execute(update(RulebookRow).where(RulebookRow.digest == digest).values(taken_at=now, marks=dict(marks)))


def newest_rulebook(session: Session) -> str | None:
    """The digest of the rulebook that a worker took last."""
    return session.scalars(select(RulebookRow.digest).order_by(RulebookRow.taken_at.desc()).limit(1)).first()


def marks_known(session: Session, digest: str) -> dict[str, KnownRule] | None:
    """The marks of a rulebook; None: its rules are not remembered."""
    row = session.get(RulebookRow, digest)
    return None if row is None else row.marks


def other_digests(session: Session, digest: str) -> tuple[str, ...]:
    """Every other rulebook with which the last scan of something was made; one look-up a rulebook, however much was scanned."""
    found: list[str] = []
    last = ""
    while True:
        query = select(WorkRow.rulebook).where(WorkRow.rulebook > last).order_by(WorkRow.rulebook).limit(1)
        following = session.scalars(query).first()
        if following is None:
            return tuple(found)
        last = following
        if last != digest:
            found.append(last)


def looked(session: Session, name: str) -> tuple[str, datetime] | None:
    """Up to where something was looked at, and when; None: never."""
    row = session.get(WatermarkRow, name)
    return None if row is None else (row.value, row.at)


def keep_looked(session: Session, name: str, value: str, now: datetime) -> None:
    """Remember up to where something was looked at."""
    row = {"name": name, "value": value, "at": now}
    if not insert_missing(session, WatermarkRow, ("name",), [row]):
        session.execute(update(WatermarkRow).where(WatermarkRow.name == name).values(value=value, at=now))
