"""What comes out: flags with the words, the law in force that day and the reason.

Spans count code points of the field as given: ``field[start:end] == text``, half open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal, get_args

from msgspec import Struct

from monitor.trace import Step

Category = Literal[
    "absolute",
    "state-authority",
    "medical",
    "health-function",
    "certification",
    "licence",
    "origin",
    "composition",
    "data-source",
    "price",
    "urgency",
    "unfair-terms",
    "inducement",
    "diversion",
    "endorsement",
    "guarantee",
    "disparagement",
    "prohibited-goods",
    "hardship",
    "environment",
    "synthetic",
]
Severity = Literal["info", "low", "medium", "high", "critical"]
MatchKind = Literal["exact", "variant", "homophone", "fuzzy", "pattern", "absent", "conflict", "model"]
Status = Literal["in-force", "shadow", "waived"]
"""``shadow``: recorded, never alerted; ``waived``: somebody answers for it. Neither counts as a finding."""

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""From the least to the gravest."""


def at_least(severity: Severity, floor: Severity) -> bool:
    """Whether ``severity`` is ``floor`` or graver."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(floor)


class Basis(Struct, frozen=True, omit_defaults=True):
    """A law in force on the day of the document; ``article`` is absent where the number was not verified in the text."""

    law: str
    article: str | None = None


class Evidence(Struct, frozen=True, omit_defaults=True):
    """Words of the document. ``at`` is seconds from the start of the stream, for transcripts.

    ``box`` is where words read off a picture stand on it: x, y, width and height in pixels.
    """

    field: str
    start: int
    end: int
    text: str
    match: MatchKind
    at: float | None = None
    box: tuple[int, int, int, int] | None = None


class Flag(Struct, frozen=True, omit_defaults=True):
    """One finding: a possible violation, for a person to decide."""

    rule: str
    category: Category
    severity: Severity
    score: float
    message: str
    basis: tuple[Basis, ...]
    evidence: tuple[Evidence, ...]
    explanation: tuple[str, ...]
    remedy: str
    version: int = 1
    matcher: str = ""
    status: Status = "in-force"
    trace: tuple[Step, ...] = ()
    """The steps of the verdict as data, where they were asked for."""

    @property
    def key(self) -> str:
        """What makes it this flag within one revision of a document: rule, matcher and raw span (of the first evidence)."""
        first = self.evidence[0]
        return f"{self.rule}|{self.matcher}|{first.field}|{first.start}|{first.end}"


class Unknown(Struct, frozen=True, omit_defaults=True):
    """A rule that could not be decided: a registry did not answer, or a needed fact is absent."""

    rule: str
    category: Category
    reason: str
    evidence: tuple[Evidence, ...] = ()
    trace: tuple[Step, ...] = ()
    """What was asked, as data, where traces were asked for."""


class Unread(Struct, frozen=True, omit_defaults=True):
    """A picture whose words nobody read (``images[0]``), and why: what stands on it was not judged."""

    field: str
    reason: str


class Suspicion(Struct, frozen=True):
    """A code that nothing was flagged for, and the highest probability that the claim model gives a passage of it: no finding."""

    code: Category
    probability: float


class ScanResult(Struct, frozen=True, omit_defaults=True):
    """Everything found in one document, flags in order of their position."""

    document: str
    kind: Literal["listing", "transcript"]
    flags: tuple[Flag, ...]
    as_of: date
    rulebook: str = ""
    """Digest of the rulebook that judged."""
    unknown: tuple[Unknown, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Pictures that were not read."""
    degraded: tuple[str, ...] = ()
    """Registries that did not answer while this was judged, ``name: reason``: what they may hold is neither flagged nor passed."""
    suspicion: Suspicion | None = None
    """The likeliest code without a flag, where it is likely enough to sort by; never where no rule asks the claim model."""
    depends: tuple[str, ...] = ()
    """What the verdict stands on outside of the document, as keys: registries asked, days from which on it may be another
    (:mod:`monitor.registry.dependence`)."""


class Tally(Struct, frozen=True, omit_defaults=True):
    """Sums over the results of lines. They add up with ``+``.

    ``flagged`` documents have a flag in force, and ``categories`` and ``severities`` count those flags. ``rulebooks`` counts documents
    by the digest of the rulebook that judged, ``degraded`` those for which a registry did not answer, by what it said.
    """

    documents: int = 0
    unreadable: int = 0
    blank: int = 0
    flagged: int = 0
    categories: dict[str, int] = {}
    severities: dict[str, int] = {}
    undecided: int = 0
    unread: int = 0
    rulebooks: dict[str, int] = {}
    degraded: dict[str, int] = {}

    @property
    def flags(self) -> int:
        """Flags in force."""
        return sum(self.severities.values())

    @classmethod
    def of(cls, results: Iterable[ScanResult], unreadable: int = 0) -> Tally:
        """Of some documents, and of so many lines that are none."""
        categories, severities, rulebooks, degraded = (Counter[str]() for _ in range(4))
        documents = flagged = undecided = unread = 0
        for result in results:
            found = [flag for flag in result.flags if flag.status == "in-force"]
            categories.update(flag.category for flag in found)
            severities.update(flag.severity for flag in found)
            rulebooks[result.rulebook] += 1
            degraded.update(result.degraded)
            documents, flagged = documents + 1, flagged + bool(found)
            undecided, unread = undecided + len(result.unknown), unread + len(result.unread)
        return cls(
            documents=documents,
            unreadable=unreadable,
            flagged=flagged,
            categories=dict(categories),
            severities=dict(severities),
            undecided=undecided,
            unread=unread,
            rulebooks=dict(rulebooks),
            degraded=dict(degraded),
        )

    def __add__(self, other: Tally) -> Tally:
        sums: dict[str, Any] = {}
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            sums[name] = dict(Counter(mine) + Counter(theirs)) if isinstance(mine, dict) else mine + theirs
        return Tally(**sums)
