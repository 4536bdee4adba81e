"""API keys: who may call, and what for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe
from typing import Final

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.cases.decide import NAME_LIMIT
from monitor.cases.typed import one_of, typed
from monitor.errors import NotFound, Refused
from monitor.store import record
from monitor.store.keys import KeyItem, all_keys, find_key, insert_key, live_key, revoke_key

CAPABILITIES: Final = ("check", "ingest", "read", "registry", "admin")

PREFIX: Final = "sy_"
"""How every key begins, so that one that leaks is recognised."""

_KEY_LIMIT: Final = 200


class Client(Struct, frozen=True):
    """Who calls. ``admin`` may do everything."""

    name: str
    capabilities: frozenset[str]

    def may(self, capability: str) -> bool:
        """Whether the client may do this."""
        return capability in self.capabilities or "admin" in self.capabilities


def new_key(session: Session, name: str, capabilities: Sequence[str], now: datetime) -> str:
    """Make a key; its text, which is shown once and kept nowhere.

    Raises:
        Refused: the name is missing, too long or has a live key; a capability is unknown, or there is none.
    """
    name = typed(name, "name", most=NAME_LIMIT)
    granted = [one_of(capability, CAPABILITIES, "capabilities") for capability in capabilities]
    if not granted:
        raise Refused(f"at least one of {', '.join(CAPABILITIES)}", field="capabilities")
    if live_key(session, name):
        raise Refused(f"{name} has a live key: revoke it first, or take another name", field="name")
    key = PREFIX + token_urlsafe(32)
    insert_key(session, name, key, sorted(set(granted), key=CAPABILITIES.index), now)
    record(session, "command line", "new key", f"key {name}", now, capabilities=" ".join(granted))
    return key


def authenticate(session: Session, key: str) -> Client | None:
    """Whose key this is; None: nobody's, or it was revoked."""
    if not key.startswith(PREFIX) or len(key) > _KEY_LIMIT:
        return None
    found = find_key(session, key)
    return None if found is None else Client(found.name, frozenset(found.capabilities))


def revoke(session: Session, name: str, now: datetime) -> None:
    """End a key at once.

    Raises:
        NotFound: the name has no live key.
    """
    if not revoke_key(session, name, now):
        raise NotFound(f"{name} has no live key")
    record(session, "command line", "revoke key", f"key {name}", now)


def list_keys(session: Session) -> tuple[KeyItem, ...]:
    """Every key, revoked ones too, in the order they were made."""
    return all_keys(session)
