"""Whether a deployment is well: what the API's ``/health/ready`` and ``monitor status`` ask alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Final

from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from monitor.store.condition import Condition, OnAir, condition, on_air
from monitor.store.engine import Database
from monitor.store.schema import latest_version, schema_version

PATIENCE: Final = 120.0
"""Work moves if some was finished within twice the lease, or this many seconds where that is longer."""


class Check(Struct, frozen=True):
    """One thing asked. ``needed``: without it nothing can be taken in or checked; else documents wait, and are not lost."""

    name: str
    ok: bool
    detail: str
    needed: bool = True


class Health(Struct, frozen=True):
    """Every check, and how work and live streams stand where the database told that."""

    checks: tuple[Check, ...]
    work: Condition | None = None
    live: OnAir | None = None

    @property
    def ready(self) -> bool:
        """Whether documents can be taken in and checked."""
        return all(check.ok for check in self.checks if check.needed)

    @property
    def well(self) -> bool:
        """Whether everything asked is so."""
        return all(check.ok for check in self.checks)


def health(engine: Engine, rulebook: Callable[[], str], now: datetime, lease: float) -> Health:
    """Ask the database, its form, the rulebook (a call that gives its digest, or raises) and whether work and live streams move.

    Raises nothing.
    """
    checks, work, live = [], None, None
    try:
        checks += [Check("database", ok=True, detail=engine.dialect.name), schema := _schema(engine)]
        if schema.ok:
            with Database(engine).read() as session:
                work, live = condition(session, now), on_air(session, now)
            patience = max(PATIENCE, 2 * lease)
            checks += [_moving(work, now, patience), _judging(live, now, patience)]
    except (SQLAlchemyError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        checks = [Check("database", ok=False, detail=f"does not answer: {str(reason).splitlines()[0]}")]
    return Health((*checks, _rulebook(rulebook)), work, live)


def _schema(engine: Engine) -> Check:
    version, wanted = schema_version(engine), _wanted()
    if version == wanted:
        return Check("schema", ok=True, detail=wanted)
    said = f"tables of version {version or 'none'}, this program wants {wanted}: `monitor init` brings them up to date"
    return Check("schema", ok=False, detail=said)


@cache
def _wanted() -> str:
    return latest_version()


def _moving(work: Condition, now: datetime, patience: float) -> Check:
    waited = work.waited(now)
    if work.is_stuck(now, patience):
        said = (
            f"the oldest has waited for {waited:.0f} s and nothing was finished in {patience:.0f} s: does a worker run?"
        )
        return Check("work", ok=False, detail=said, needed=False)
    return Check("work", ok=True, detail="moves" if work.due or work.leased else "none waits", needed=False)


def _judging(live: OnAir, now: datetime, patience: float) -> Check:
    waited = live.waited(now)
    if waited >= patience:
        said = f"words have waited for {waited:.0f} s in a live stream that no process has: does a worker run?"
        return Check("streams", ok=False, detail=said, needed=False)
    return Check("streams", ok=True, detail=f"{live.streams} on air", needed=False)


def _rulebook(rulebook: Callable[[], str]) -> Check:
    try:
        return Check("rulebook", ok=True, detail=rulebook())
    except Exception as error:  # whatever keeps it from loading
        return Check("rulebook", ok=False, detail=str(error).splitlines()[0] if str(error) else type(error).__name__)
