"""Deciding about a flag: with everything in view, and never over somebody else's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.cases.passage import Passage, passage
from monitor.cases.queue import QueueItem, queue_item, reason
from monitor.cases.typed import one_of, typed
from monitor.documents import Document
from monitor.errors import NotFound, Refused, Stale
from monitor.flags import Basis
from monitor.store import record
from monitor.store.contents import get_content
from monitor.store.decisions import Decision, decisions_of, insert_decision
from monitor.store.flags import StoredFlag, flags_of, get_flag

OUTCOMES: Final = ("upheld", "not-a-violation", "corrected", "insufficient-evidence", "duplicate")

REASON_LIMIT: Final = 2000
"""Characters of a reason."""

NAME_LIMIT: Final = 100
"""Characters of a person's name."""

BASIS_LIMIT: Final = 20
"""Laws one decision may name."""

LAW_LIMIT: Final = 200
"""Characters of the name of a law, and of an article."""


class FlagDetail(Struct, frozen=True):
    """A flag with all one needs to decide. ``decisions``: the oldest first; ``neighbours``: other flags of the same revision."""

    stored: StoredFlag
    document: Document
    content_sha256: str
    source: str
    received_at: datetime
    passages: tuple[Passage, ...]
    decisions: tuple[Decision, ...]
    reason: str
    neighbours: tuple[QueueItem, ...]

    @property
    def last_decision(self) -> int | None:
        """What :func:`decide` must be told as ``seen``: the id of the decision in force, None if there is none."""
        return self.decisions[-1].id if self.decisions else None


def flag_detail(session: Session, flag_id: int) -> FlagDetail:
    """Everything about one flag.

    Raises:
        NotFound: there is none.
    """
    stored = get_flag(session, flag_id)
    content = get_content(session, stored.document, stored.revision)
    others = flags_of(session, stored.document, stored.revision)
    return FlagDetail(
        stored=stored,
        document=content.document,
        content_sha256=content.sha256,
        source=content.source,
        received_at=content.received_at,
        passages=tuple(passage(content.document, evidence) for evidence in stored.flag.evidence),
        decisions=decisions_of(session, flag_id),
        reason=reason(stored),
        neighbours=tuple(queue_item(other) for other in others if other.id != flag_id),
    )


def decide(
    session: Session,
    flag_id: int,
    outcome: str,
    reason: str,
    by: str,
    seen: int | None,
    now: datetime,
    *,
    basis: tuple[Basis, ...] | None = None,
) -> Decision:
    """Write a decision, and an audit row, in the caller's transaction.

    ``seen`` is the id of the last decision the person saw (:attr:`FlagDetail.last_decision`); ``basis`` None: the flag's own.

    Raises:
        Stale: somebody decided since; the message says who, when and what.
        NotFound: there is no such flag.
        Refused: outcome, reason, name or basis is missing, unknown or too long; ``field`` says which.
    """
    one_of(outcome, OUTCOMES, "outcome")
    reason = typed(reason, "reason", most=REASON_LIMIT, lines=True)
    by = typed(by, "by", most=NAME_LIMIT)
    flag = get_flag(session, flag_id).flag
    grounds = flag.basis if basis is None else _basis(basis)
    before = decisions_of(session, flag_id)
    previous = before[-1] if before else None
    if seen not in {None, *(decision.id for decision in before)}:
        raise NotFound(f"there is no decision {seen} about flag {flag_id}")
    if seen != (previous.id if previous else None):
        raise _stale(flag_id, previous)
    key = insert_decision(session, flag_id, previous, outcome=outcome, reason=reason, basis=grounds, by=by, now=now)
    if key is None:
        # another transaction was first; a later one sees its decision
        raise _stale(flag_id, None)
    record(session, by, "decide", f"flag {flag_id}", now, outcome=outcome, decision=key)
    return decisions_of(session, flag_id)[-1]


def _stale(flag_id: int, decision: Decision | None) -> Stale:
    if decision is None:
        return Stale(f"somebody decided about flag {flag_id} at the same moment: read it again")
    return Stale(
        f"{decision.decided_by} decided about flag {flag_id} at {decision.decided_at:%Y-%m-%d %H:%M} UTC: "
        f"{decision.outcome} ({decision.reason}). Read it again, and decide again if you must"
    )


def _basis(basis: tuple[Basis, ...]) -> tuple[Basis, ...]:
    if len(basis) > BASIS_LIMIT:
        raise Refused(f"at most {BASIS_LIMIT} laws", field="basis")
    return tuple(
        Basis(
            typed(item.law, "basis", most=LAW_LIMIT),
            None if item.article is None else typed(item.article, "basis", most=LAW_LIMIT),
        )
        for item in basis
    )
