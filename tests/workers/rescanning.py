"""A deployment of one rule that changes, for tests of scanning again: real batches, no broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from rules.writing import rule_of, write_rulebook
from workers.deployment import NOW, Arrived, arrived

from monitor.cases import flips, queue
from monitor.documents import Listing, decode_document
from monitor.registry import Source
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store import Database, lease_batch
from monitor.store.rescans import close_rescans, rescans
from monitor.workers.batch import Bench, Outcome, scan_batch
from monitor.workers.looks import Found, follow, look_at_rulebook, take

BEST = "match: {text: 最好, boundaries: none}"
LEASE = timedelta(seconds=60)


def listing(number: int, title: str, **more: Any) -> Arrived:
    """A listing that arrives."""
    return arrived(Listing(id=f"L-{number}", platform="douyin", title=title, **more))


def told(document: dict[str, Any]) -> Arrived:
    """A document as JSON that arrives."""
    return arrived(decode_document(msgspec.json.encode(document)))


def scanner_of(folder: Path, body: str, registry: Source | None = None) -> Scanner:
    """A scanner of one rule, whose file is written over."""
    return Scanner(load_rulebook(write_rulebook(folder, rule_of(body))), registry)


@dataclass(frozen=True)
class House:
    """A database and the scanner of the day, at a moment."""

    database: Database
    scanner: Scanner
    now: datetime = NOW

    def later(self, **passed: float) -> House:
        """The same after a while."""
        return replace(self, now=self.now + timedelta(**passed))

    def taking(self, scanner: Scanner) -> House:
        """A minute later, with another scanner, as a worker takes it."""
        house = replace(self, scanner=scanner).later(minutes=1)
        take(self.database, scanner, house.now)
        return house

    @property
    def bench(self) -> Bench:
        return Bench(self.database, self.scanner, lambda: self.now, patience=60, owner="test")

    def lease(self, size: int = 64) -> tuple[str, tuple[int, ...]]:
        """Lease a batch."""
        with self.database.write() as session:
            held = lease_batch(session, size, LEASE.total_seconds(), self.now)
        return held.token, held.ids

    def work(self) -> Outcome:
        """Scan all that waits."""
        total = Outcome()
        while (batch := self.lease())[1]:
            total += scan_batch(self.bench, *batch)
        with self.database.write() as session:
            close_rescans(session, self.now)
        return total

    def look(self) -> tuple[int, ...]:
        """Look at the rulebook, and mark what it touches."""
        with self.database.read() as session:
            found = look_at_rulebook(session, self.scanner)
        return self.follow(found)

    def follow(self, found: Sequence[Found]) -> tuple[int, ...]:
        """Mark what looks found."""
        return tuple(run for one in found for run in follow(self.database, one, lambda: self.now, self.now))

    def flips(self) -> list[tuple[str, str, str]]:
        """What flipped, in the order it did: what, document, words."""
        with self.database.read() as session:
            return [(flip.what, flip.external_id, flip.words) for flip in reversed(flips(session))]

    def queued(self) -> list[tuple[str, str]]:
        """What waits for people: document and words, by document."""
        with self.database.read() as session:
            return sorted((item.external_id, item.words) for item in queue(session).items)

    def runs(self) -> list[tuple[str, int, int, int]]:
        """The runs in their order: reason, touched, done, waiting."""
        with self.database.read() as session:
            return [(run.reason, run.touched, run.done, run.waiting) for run in reversed(rescans(session))]
