"""Looking for what a change touches: another rulebook, another registry, another day, a registry that answers again.

A look finds what is to be scanned again and says up to where it looked; :func:`follow` marks it and remembers. A look that is broken off
is made again, and marks what it had not. ``settle`` is how long a batch may be under way: what began before a change may be
written so long after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from monitor.documents import CHINA
from monitor.scanner import Scanner
from monitor.store import Database
from monitor.store import touched as which
from monitor.store.compared import Difference, compared
from monitor.store.rescan_tables import KnownRule
from monitor.store.rescans import Cause, Touched, plan, rescans
from monitor.store.rulebooks import keep_looked, looked, marks_known, other_digests, take_rulebook

MARGIN: Final = timedelta(minutes=2)
"""By so much may the clocks of machines differ."""

PROBE: Final = 64
"""So many documents are tried first, where a registry did not answer."""

REST: Final = timedelta(minutes=5)
"""A registry that did not answer is not asked about a document again before."""

KINDS: Final = ("listing", "transcript")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found. ``name`` and ``value``: up to where was looked, to be remembered; no name: not to be."""

    touched: tuple[Touched, ...] = ()
    name: str = ""
    value: str = ""


def take(database: Database, scanner: Scanner, now: datetime) -> None:
    """Remember the rulebook of a scanner, as a worker does that takes it."""
    with database.write() as session:
        take_rulebook(session, scanner.digest, scanner.rulebook.name, known_rules(scanner), now)


def known_rules(scanner: Scanner) -> dict[str, KnownRule]:
    """The rules of a scanner as the database remembers them."""
    return {
        name: KnownRule(mark.digest, mark.status, mark.kinds, mark.waivers, mark.days)
        for name, mark in scanner.marks.items()
    }


def follow(database: Database, found: Found, clock: Callable[[], datetime], at: datetime) -> tuple[int, ...]:
    """Mark what a look found, and remember up to where was looked ``at`` a moment; the numbers of the runs."""
    runs = [run for touched in found.touched if (run := plan(database, touched, clock)) is not None]
    if found.name:
        with database.write() as session:
            keep_looked(session, found.name, found.value, at)
    return tuple(runs)


def look_at_rulebook(session: Session, scanner: Scanner) -> list[Found]:
    """What was scanned with another rulebook, and is touched by what is different between the two."""
    marks = known_rules(scanner)
    found = []
    for digest in other_digests(session, scanner.digest):
        name = f"rulebook {digest} {scanner.digest}"
        before = looked(session, name)
        since = before[1] - MARGIN if before else None
        if since is not None and not which.any_of(session, which.scanned_with(digest, since)):
            continue
        change = compared(marks_known(session, digest), marks)
        touched = _touched_by(change, digest, scanner.digest, since)
        found.append(Found((touched,) if touched else (), name, change.words))
    return found


def _touched_by(change: Difference, old: str, new: str, since: datetime | None) -> Touched | None:
    if change.nothing:
        return None
    if change.everything:
        scope = or_(which.latest(KINDS), which.any_flag())
    else:
        scope = or_(which.latest(change.kinds), which.flagged(change.rules))
    cause = Cause("rulebook", change.words, old, new)
    return Touched(cause, (and_(which.scanned_with(old, since), scope),))


def look_at_imports(session: Session, now: datetime, settle: timedelta, *, at_once: bool = False) -> Found:
    """What stands on certificates that imports changed. Imports that are not settled wait, unless it shall be ``at_once``."""
    before = looked(session, "imports")
    number, moment = (int(before[0]), before[1] - settle - MARGIN) if before else (0, EPOCH)
    imports = which.imports_since(session, number, moment, now)
    settled = [one for one in imports if one.finished_at <= now - settle]
    taken = list(imports) if at_once else settled
    if not taken:
        return Found()
    parts: list[ColumnElement[bool]] = []
    for one in taken:
        before_it = which.scanned_before(one.finished_at + settle + MARGIN)
        if which.any_of(session, before_it):
            parts += (and_(part, before_it) for part in which.among(which.asked_of_import(session, one.id)))
    words = f"imports {', '.join(str(one.id) for one in taken[:10])}{'…' if len(taken) > 10 else ''}"  # noqa: PLR2004 (shown)
    touched = Touched(Cause("registry", words), tuple(parts))
    if not settled:
        return Found((touched,))
    return Found((touched,), "imports", str(max(number, *(one.id for one in settled))))


def look_at_files(session: Session, digest: str, now: datetime) -> Found:
    """What asked registries, if those that are files changed. ``digest`` is of their content; empty: there is none."""
    before = looked(session, "registry-files")
    if before is not None and before[0] == digest:
        return Found()
    if before is None:
        return Found((), "registry-files", digest)
    cause = Cause("registry", f"files {digest[:12] or 'none'}")
    scope = and_(which.asked_anything(), which.scanned_before(now))
    return Found((Touched(cause, (scope,)),), "registry-files", digest)


def look_at_days(
    session: Session, marks: Mapping[str, KnownRule], now: datetime, settle: timedelta, on_sale: timedelta
) -> Found:
    """Listings on sale that a day touches which has come since the last look: a rule's, a certificate's, one printed on a picture."""
    today = (now - settle).astimezone(CHINA).date()
    before = looked(session, "days")
    last = date.fromisoformat(before[0]) if before else date.min
    if last >= today:
        return Found()
    rules = _coming(marks, last, today)
    by_rule = which.judged_before(max((day for _, day in rules), default=date.min))
    words = "certificates and printed days" + "".join(f"; {name} from {day}" for name, day in rules[:5])
    words += f"; {len(rules) - 5} more rules" if len(rules) > 5 else ""  # noqa: PLR2004 (shown)
    cause = Cause("dates", words, day=today)
    sold = which.on_sale(now - on_sale)
    unknown = which.unknown_questions()
    parts = [
        and_(which.due_between(last, today), ~unknown, ~by_rule, sold),
        and_(unknown, which.judged_before(today), ~by_rule, sold),
        *([and_(by_rule, sold)] if rules else []),
    ]
    return Found((Touched(cause, tuple(parts)),), "days", today.isoformat())


def _coming(marks: Mapping[str, KnownRule], after: date, until: date) -> Sequence[tuple[str, date]]:
    """The rules for listings that may judge otherwise from a day on after one day and up to another, each with the last such day."""
    return [
        (name, max(days))
        for name, mark in sorted(marks.items())
        if "listing" in mark.kinds and (days := [day for day in mark.days if after < day <= until])
    ]


def look_at_degraded(session: Session, now: datetime) -> Found:
    """What a registry did not answer for: a few first, and all of it once those were answered."""
    last = next((run for run in rescans(session, 200) if run.reason == "degraded"), None)
    if last is not None and last.waiting:
        return Found()
    answered = last is not None and not which.still_degraded(session, last.begun_at)
    scope = which.degraded(now - REST)
    return Found((Touched(Cause("degraded"), (scope,), None if answered else PROBE),))


def asked_for(marks: Mapping[str, KnownRule], rules: Sequence[str], since: datetime | None, digest: str) -> Found:
    """What a person asks for: all that some rules can concern, or (no rules) everything that is the latest or has a flag."""
    kinds = {kind for name in rules for kind in (marks[name].kinds if name in marks else ())}
    scope = or_(which.latest(kinds), which.flagged(rules)) if rules else or_(which.latest(KINDS), which.any_flag())
    if since is not None:
        scope = and_(scope, which.received_since(since))
    words = ", ".join(rules) or "everything"
    return Found((Touched(Cause("asked", words, to_digest=digest), (scope,)),))
