"""What scanning again found otherwise: flips, and whether a flag still stands. Flags themselves are never touched.

A *finding* is a flag in force. It appears when a run finds it and no standing flag said so; it disappears when a standing flag is not
found again, or only in shadow or under a waiver. The same rule about the same words by another matcher is the same finding: the old
flag gives way to the new one and nothing is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.flags import Evidence, Flag, ScanResult
from monitor.store.identity import flag_identity
from monitor.store.rescan_tables import FlipRow, QuestionRow, RescanRow, StandingRow
from monitor.store.rows import chunks, table_of
from monitor.store.tables import DocumentRow, FlagRow, RevisionRow, WorkRow

FOUND: Final = "in-force"
GONE: Final = "gone"

STATUS: Final = func.coalesce(StandingRow.status, FlagRow.status)
"""The status of a flag now; needs ``outerjoin(StandingRow, StandingRow.flag_id == FlagRow.id)``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A flag as it stood before a run looked again."""

    id: int
    identity: str
    rule: str
    words: str
    place: tuple[str, int, int]
    status: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Before:
    """A revision that a run looks at again: the run, whether it asks of another day, and the flags there were."""

    rescan: int
    dated: bool
    flags: tuple[Seen, ...]


class Flip(Struct, frozen=True):
    """A finding that appeared or disappeared, with its document; ``what`` is ``appeared`` or ``disappeared``."""

    id: int
    rescan: int
    what: str
    flag: int
    rule: str
    severity: str
    words: str
    document: int
    platform: str
    external_id: str
    revision: int
    label: str
    rulebook: str
    at: datetime


def seen_before(session: Session, keys: Sequence[int]) -> dict[int, Before]:
    """Those of the revisions that a run looks at again, with their flags as they stand. To be asked before the flags are written."""
    runs: dict[int, tuple[int, bool]] = {}
    for chunk in chunks(keys):
        query = select(WorkRow.revision_id, RescanRow.id, RescanRow.day.is_not(None))
        query = query.join(RescanRow, RescanRow.id == WorkRow.rescan_id).where(WorkRow.revision_id.in_(chunk))
        runs |= {key: (run, bool(dated)) for key, run, dated in session.execute(query)}
    flags = _flags_of(session, list(runs)) if runs else {}
    return {key: Before(run, dated, flags.get(key, ())) for key, (run, dated) in runs.items()}


def keep_questions(session: Session, results: Mapping[int, ScanResult], again: Collection[int]) -> None:
    """Keep what the verdicts stand on; of revisions scanned ``again`` in the place of what they stood on before."""
    for chunk in chunks(list(again)):
        session.execute(delete(QuestionRow).where(QuestionRow.revision_id.in_(chunk)))
    rows = [{"revision_id": key, "key": asked} for key, result in results.items() for asked in result.depends]
    if rows:
        session.connection().execute(insert(table_of(QuestionRow)), rows)


def note_flips(
    session: Session, results: Mapping[int, ScanResult], before: Mapping[int, Before], now: datetime
) -> None:
    """List what runs found otherwise, keep what still stands, and count it. The flags are written already."""
    after = _flags_of(session, list(before)) if before else {}
    flips: list[dict[str, Any]] = []
    standings: list[dict[str, Any]] = []
    counts: dict[int, list[int]] = {}
    for key, was in sorted(before.items()):
        compared = _Compared(was, results[key], after.get(key, ()))
        same = {"rescan_id": was.rescan, "revision_id": key, "at": now}
        mine = [
            {"what": what, "flag_id": seen.id, "rule": seen.rule, "words": seen.words} | same
            for what, seen in compared.flips()
        ]
        flips += mine
        told = {"rulebook": results[key].rulebook, "as_of": results[key].as_of, "since": now, "rescan_id": was.rescan}
        standings += [
            {"flag_id": flag, "status": status, "ended": ended} | told for flag, status, ended in compared.standings()
        ]
        count = counts.setdefault(was.rescan, [0, 0, 0])
        count[0] += 1
        count[1] += sum(flip["what"] == "appeared" for flip in mine)
        count[2] += sum(flip["what"] == "disappeared" for flip in mine)
    if flips:
        session.connection().execute(insert(table_of(FlipRow)), flips)
    _upsert(session, standings)
    for run, (done, appeared, disappeared) in sorted(counts.items()):
        session.execute(
            update(RescanRow)
            .where(RescanRow.id == run)
            .values(
                done=RescanRow.done + done,
                appeared=RescanRow.appeared + appeared,
                disappeared=RescanRow.disappeared + disappeared,
            )
        )


def count_spared(session: Session, keys: Sequence[int]) -> None:
    """Count revisions as done in their runs, in which nothing can be otherwise."""
    counts: Counter[int] = Counter()
    for chunk in chunks(keys):
        runs = session.scalars(select(WorkRow.rescan_id).where(WorkRow.revision_id.in_(chunk)))
        counts.update(run for run in runs if run is not None)
    for run, count in sorted(counts.items()):
        session.execute(update(RescanRow).where(RescanRow.id == run).values(done=RescanRow.done + count))


def rules_found(session: Session, keys: Sequence[int]) -> dict[int, set[str]]:
    """Revision → the rules that have a flag in it or left a question open in its last scan."""
    found: dict[int, set[str]] = {key: set() for key in keys}
    for chunk in chunks(keys):
        query = select(FlagRow.revision_id, FlagRow.rule).where(FlagRow.revision_id.in_(chunk)).distinct()
        for key, rule in session.execute(query):
            found[key].add(rule)
        asked = select(WorkRow.revision_id, WorkRow.unknown).where(WorkRow.revision_id.in_(chunk))
        for key, unknown in session.execute(asked):
            found[key].update(item.rule for item in unknown or ())
    return found


def flips(session: Session, *, run: int | None = None, limit: int = 100) -> tuple[Flip, ...]:
    """What flipped, the latest first; of one run, or of all."""
    query: Select[*tuple[Any, ...]] = (
        select(
            FlipRow.id, FlipRow.rescan_id, FlipRow.what, FlipRow.flag_id, FlipRow.rule, FlagRow.severity, FlipRow.words,
            DocumentRow.id, DocumentRow.platform, DocumentRow.external_id, RevisionRow.number, RevisionRow.label,
            func.coalesce(RescanRow.to_digest, FlagRow.rulebook), FlipRow.at,
        )
        .join(FlagRow, FlagRow.id == FlipRow.flag_id)
        .join(RevisionRow, RevisionRow.id == FlipRow.revision_id)
        .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
        .join(RescanRow, RescanRow.id == FlipRow.rescan_id)
    )  # fmt: skip
    if run is not None:
        query = query.where(FlipRow.rescan_id == run)
    return tuple(Flip(*row) for row in session.execute(query.order_by(FlipRow.id.desc()).limit(limit)))


class _Compared:
    """The flags of one revision before and after it was scanned again."""

    def __init__(self, was: Before, result: ScanResult, after: Sequence[Seen]) -> None:
        self._was = was
        self._found = {flag_identity(flag): flag for flag in result.flags}
        self._rows = {seen.identity: seen for seen in after}
        self._findings = {_finding(flag) for flag in result.flags if flag.status == FOUND}
        self._stood = {(seen.rule, seen.place) for seen in was.flags if seen.status == FOUND and not seen.ended}

    def flips(self) -> Iterator[tuple[str, Seen]]:
        for identity, flag in self._found.items():
            if flag.status == FOUND and _finding(flag) not in self._stood:
                yield "appeared", self._rows[identity]
        for seen in self._was.flags:
            if seen.status == FOUND and not seen.ended and (seen.rule, seen.place) not in self._findings:
                yield "disappeared", seen

    def standings(self) -> Iterator[tuple[int, str, bool]]:
        """Flag, status now, and whether it is of another day; only of those whose standing is another than before."""
        for seen in self._was.flags:
            found = self._found.get(seen.identity)
            if found is not None:
                if found.status != seen.status or seen.ended:
                    yield seen.id, found.status, False
            elif self._was.dated:
                if not seen.ended and seen.status != GONE:
                    yield seen.id, seen.status, True
            elif seen.status != GONE and not seen.ended:
                yield seen.id, GONE, False


def _finding(flag: Flag) -> tuple[str, tuple[str, int, int]]:
    return flag.rule, _place(flag.evidence[0])


def _place(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.field, evidence.start, evidence.end


def _flags_of(session: Session, keys: Sequence[int]) -> dict[int, tuple[Seen, ...]]:
    found: dict[int, list[Seen]] = {}
    for chunk in chunks(keys):
        query = (
            select(
                FlagRow.revision_id, FlagRow.id, FlagRow.identity, FlagRow.rule, FlagRow.words, FlagRow.evidence, STATUS,
                func.coalesce(StandingRow.ended, False),
            )
            .outerjoin(StandingRow, StandingRow.flag_id == FlagRow.id)
            .where(FlagRow.revision_id.in_(chunk))
            .order_by(FlagRow.id)
        )  # fmt: skip
        for key, flag, identity, rule, words, evidence, status, ended in session.execute(query):
            seen = Seen(flag, identity, rule, words, _place(evidence[0]), status, bool(ended))
            found.setdefault(key, []).append(seen)
    return {key: tuple(seen) for key, seen in found.items()}


def _upsert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: Any = make(table_of(StandingRow))
    changed = {
        name: statement.excluded[name] for name in ("status", "ended", "rulebook", "as_of", "since", "rescan_id")
    }
    session.connection().execute(statement.on_conflict_do_update(index_elements=["flag_id"], set_=changed), list(rows))
