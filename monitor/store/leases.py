"""Rows that are worked on under a lease: each is done once, whatever happens to those who do it.

::

    pending ──lease──► leased ──end──► done
       ▲                 │ │
       ├─ release_lapsed ┘ └──fail──► pending again after a while, dead after a number of attempts
       └──── revive ◄── dead

A lease has a token. Everything that ends a lease compares the token: who lost the lease writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.orm import Session

from monitor.store.arrays import update_arrays
from monitor.store.rows import chunks, table_of, update_rows

ALONE_AFTER: Final = 3
"""What lapsed this often is leased alone: if it kills its worker, it takes nothing else with it."""

DEAD_AFTER: Final = 10
"""What lapsed this often is dead until somebody revives it."""

LONGEST_BACKOFF: Final = 3600.0
"""Seconds."""

_ANY: Final = true()
_DOUBLINGS: Final = 30
_ERROR_LIMIT: Final = 4000
_FREE: Final = {"token": None, "owner": None, "lease_until": None}


class Lease(Struct, frozen=True):
    """Work held under ``token`` until ``until``. No ``ids``: nothing is due."""

    token: str
    ids: tuple[int, ...]
    until: datetime


class Failed(Struct, frozen=True):
    """``retried`` will be tried again, ``dead`` will not, of ``lapsed`` the lease was lost."""

    retried: tuple[int, ...]
    dead: tuple[int, ...]
    lapsed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases of one table.

    ``key`` is its primary key; ``ready`` is what must hold beside ``due_at`` for a row to be leased; ``thing`` is what people call a row.
    """

    row: type[Any]
    key: Any
    thing: str
    ready: ColumnElement[bool] = _ANY

    def lease(self, session: Session, size: int, seconds: float, now: datetime, *, owner: str = "") -> Lease:
        """Lease at most ``size`` rows that are due, the longest due first. ``owner``: who begins at once, if anybody."""
        ids = self.due(session, size, now)
        lease = Lease(uuid4().hex, tuple(ids), now + timedelta(seconds=seconds))
        taken = {"state": "leased", "token": lease.token, "owner": owner, "lease_until": lease.until}
        for chunk in chunks(ids):
            session.execute(update(self.row).where(self.key.in_(chunk)).values(taken))
        return lease

    def held(self, token: str, ids: Sequence[int]) -> ColumnElement[bool]:
        """Those of ``ids`` that are leased under ``token``."""
        return and_(self.key.in_(ids), self.row.state == "leased", self.row.token == token)

    def begin(self, session: Session, token: str, ids: Sequence[int], owner: str) -> tuple[int, ...]:
        """Say that ``owner`` (not empty) is at what it holds under ``token``; the ids that are held indeed."""
        begun: list[int] = []
        for chunk in chunks(ids):
            held = update(self.row).where(self.held(token, chunk)).values(owner=owner)
            begun += session.scalars(held.returning(self.key)).all()
        return tuple(sorted(begun))

    def end(self, session: Session, token: str, ids: Iterable[int], state: str) -> tuple[int, ...]:
        """The compare-and-set: those of ``ids`` that were held under ``token`` are so no longer."""
        ended: list[int] = []
        for chunk in chunks(sorted(ids)):
            statement = update(self.row).where(self.held(token, chunk)).values(state=state, **_FREE)
            ended += session.scalars(statement.returning(self.key)).all()
        return tuple(sorted(ended))

    def fail(
        self, session: Session, token: str, errors: Mapping[int, str], now: datetime, *, attempts: int, backoff: float
    ) -> Failed:
        """Give back what failed (id → reason). It is due again after ``backoff`` seconds, twice that the next time.

        After ``attempts`` failures it is dead and keeps its last reason.
        """
        held = self.end(session, token, errors, "pending")
        tried: dict[int, int] = {}
        for chunk in chunks(held):
            query = select(self.key, self.row.attempts).where(self.key.in_(chunk))
            tried |= {key: number + 1 for key, number in session.execute(query)}
        failures = [{self.key.key: key} | _failure(tried[key], errors[key], now, attempts, backoff) for key in held]
        update_rows(session, self.row, self.key.key, failures)
        return Failed(
            retried=tuple(key for key in held if tried[key] < attempts),
            dead=tuple(key for key in held if tried[key] >= attempts),
            lapsed=tuple(key for key in errors if key not in tried),
        )

    def release(self, session: Session, token: str, ids: Sequence[int], now: datetime) -> int:
        """Give back what was not begun; how many rows. They are due at once."""
        held = self.end(session, token, ids, "pending")
        for chunk in chunks(held):
            session.execute(update(self.row).where(self.key.in_(chunk)).values(due_at=now))
        return len(held)

    def release_lapsed(self, session: Session, now: datetime) -> int:
        """Take back every lease that ended before ``now``: the sweeper. How many rows are due again or dead.

        What nobody began was lost on its way: that does not count against it.
        """
        lapsed = select(self.key).where(self.row.state == "leased", self.row.lease_until < now)
        ids = session.scalars(lapsed.with_for_update(skip_locked=True)).all()
        reason = (
            f"the lease lapsed {DEAD_AFTER} times: this {self.thing} stops its worker, or takes longer than the lease"
        )
        for chunk in chunks(ids):
            these = update(self.row).where(self.key.in_(chunk), self.row.state == "leased")
            begun = these.where(self.row.owner != "").values(lapses=self.row.lapses + 1, **_FREE)
            last = self.row.lapses >= DEAD_AFTER - 1
            session.execute(begun.where(last).values(state="dead", error=reason, finished_at=now))
            session.execute(begun.values(state="pending", due_at=now))
            session.execute(these.values(state="pending", due_at=now, **_FREE))
        return len(ids)

    def held_tokens(self, session: Session, tokens: Sequence[str]) -> tuple[str, ...]:
        """Those of ``tokens`` under which something is still leased."""
        held: list[str] = []
        for chunk in chunks(tokens):
            found = session.scalars(select(self.row.token).where(self.row.token.in_(chunk)).distinct())
            held += [token for token in found if token is not None]
        return tuple(held)

    def revive(self, session: Session, now: datetime, which: ColumnElement[bool] = _ANY) -> int:
        """Make dead rows pending again, with their attempts forgotten; how many."""
        statement = update(self.row).where(self.row.state == "dead", which)
        statement = statement.values(state="pending", attempts=0, lapses=0, due_at=now, finished_at=None)
        return len(session.execute(statement.returning(self.key)).all())

    def end_each(self, session: Session, token: str, rows: Sequence[dict[str, Any]]) -> tuple[int, ...]:
        """:meth:`end`, and in the same breath the columns that each row names, its primary key among them; the keys that were held."""
        if not rows:
            return ()
        name, connection = self.key.key, session.connection()
        if connection.dialect.name == "postgresql":
            table = table_of(self.row)
            free = [row | _FREE for row in rows]
            held = "t.state = 'leased' AND t.token = %(held)s"
            return tuple(sorted(update_arrays(connection, table, free, name, where=held, held=token)))
        ended = self.end(session, token, [row[name] for row in rows], rows[0]["state"])
        update_rows(session, self.row, name, [row for row in rows if row[name] in set(ended)])
        return ended

    def due(self, session: Session, size: int, now: datetime) -> Sequence[int]:
        """The keys of what is due, locked. What often lapsed goes one by one, and after the rest."""
        lapses = self.row.lapses
        return self._due(session, lapses < ALONE_AFTER, size, now) or self._due(session, lapses >= ALONE_AFTER, 1, now)

    def _due(self, session: Session, which: ColumnElement[bool], size: int, now: datetime) -> Sequence[int]:
        """What is due, locked. On PostgreSQL what another dispatcher has in hand is passed over."""
        query = (
            select(self.key)
            .where(self.row.state == "pending", self.row.due_at <= now, which, self.ready)
            .order_by(self.row.due_at, self.key)
            .limit(size)
            .with_for_update(skip_locked=True)
        )
        return session.scalars(query).all()


def _failure(tried: int, reason: str, now: datetime, attempts: int, backoff: float) -> dict[str, Any]:
    seconds = min(backoff * 2.0 ** min(tried - 1, _DOUBLINGS), LONGEST_BACKOFF)
    dead = tried >= attempts
    return {
        "state": "dead" if dead else "pending",
        "attempts": tried,
        "error": reason[:_ERROR_LIMIT],
        "due_at": now + timedelta(seconds=seconds),
        "finished_at": now if dead else None,
    }
