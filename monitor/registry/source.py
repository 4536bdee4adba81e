"""Registries as sources that may be asked: what they answer, and that one of them may not answer at all.

There are three answers: ``found``, ``not-found`` and ``unknown``. Unknown is what is said of a registry that did not answer; it is
never taken for one of the others. A source is anything with the five names of :class:`Source`: a file in memory, the database, an
official service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from monitor.documents import Certificate, CertificateType
from monitor.errors import RegistryError
from monitor.registry.dependence import keys_of_days, keys_of_holder, keys_of_number, type_key

Outcome = Literal["found", "not-found", "unknown"]
By = Literal["number", "holder"]
Number = tuple[CertificateType, str]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question to one registry, and what came back.

    ``registry`` is its name, ``dated`` the day its data are of (None: not told); ``sought`` the number as shown, or the holder;
    ``count`` how many records were found; ``reason`` why nothing is known, where ``outcome`` is ``unknown``.
    """

    registry: str
    dated: date | None
    by: By
    sought: str
    outcome: Outcome
    count: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a source answers: records, and each registry that was asked for them.

    ``found`` has records, the others have none; but a search by holder in several registries of which one did not answer is
    ``unknown`` with the records that the others have.
    """

    outcome: Outcome
    records: tuple[Certificate, ...]
    lookups: tuple[Lookup, ...]


class Source(Protocol):
    """A registry that can be asked. ``name`` is how traces call it; ``dated`` the day its data are of, None: it does not tell.

    The look-ups may raise :class:`~monitor.errors.RegistryError` (it cannot be asked), which counts as an answer ``unknown``; nothing
    else. Numbers are compared as :func:`monitor.registry.normalise` writes them.
    """

    @property
    def name(self) -> str:
        """How traces call it."""

    @property
    def dated(self) -> date | None:
        """The day its data are of."""

    def keeps(self, kind: CertificateType) -> bool:
        """Whether this registry records certificates of a type at all; that one is missing tells nothing where it does not."""

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """The records of a number."""

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """The records of a holder, known by name, by credit code, or by both."""


class Ahead(Protocol):
    """What a source may have besides: many numbers in one question, which costs a database or a service far less."""

    def by_numbers(self, numbers: Sequence[Number]) -> Mapping[Number, Reply]:
        """The replies for some of the numbers; what is left out is asked one by one. May raise RegistryError."""


def ask_ahead(source: object, numbers: Sequence[Number]) -> Mapping[Number, Reply]:
    """What a source answers to many numbers at once; nothing, if it cannot."""
    many = getattr(source, "by_numbers", None)
    if many is None or not numbers:
        return {}
    try:
        replies: Mapping[Number, Reply] = many(numbers)
    except RegistryError:
        return {}  # each by itself will say so
    return replies


def replied(source: Source, by: By, sought: str, records: Iterable[Certificate], dated: date | None = None) -> Reply:
    """The reply of one source that has looked: found, or not found. ``dated``: of just these records, where it is known."""
    found = tuple(records)
    outcome: Outcome = "found" if found else "not-found"
    return Reply(outcome, found, (Lookup(source.name, dated or source.dated, by, sought, outcome, len(found)),))


def unanswered(name: str, by: By, sought: str, reason: str, dated: date | None = None) -> Reply:
    """The reply of a registry that did not answer, and why."""
    return Reply("unknown", (), (Lookup(name, dated, by, sought, "unknown", reason=reason),))


def ask_number(source: Source, kind: CertificateType, number: str) -> Reply:
    """Ask a source by number; its error is a reply."""
    try:
        return source.by_number(kind, number)
    except RegistryError as error:
        return unanswered(source.name, "number", number, str(error))


def ask_holder(source: Source, name: str | None, uscc: str | None) -> Reply:
    """Ask a source by holder; its error is a reply."""
    try:
        return source.by_holder(name, uscc)
    except RegistryError as error:
        return unanswered(source.name, "holder", holder_sought(name, uscc), str(error))


def holder_sought(name: str | None, uscc: str | None) -> str:
    """A holder as a trace names it."""
    return " ".join(part for part in (name, uscc) if part) or "—"


class Chain:
    """Several registries asked one after the other, those first that are named first."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = tuple(sources)

    def by_numbers(self, numbers: Sequence[Number]) -> Mapping[Number, Reply]:
        """What the first one finds: the others are asked for what it does not."""
        first = self.sources[0]
        kept = [number for number in numbers if first.keeps(number[0])]
        return {number: reply for number, reply in ask_ahead(first, kept).items() if reply.outcome == "found"}

    @property
    def name(self) -> str:
        """The names of all."""
        return ", ".join(source.name for source in self.sources)

    @property
    def dated(self) -> date | None:
        """Each registry has a day of its own: a :class:`Lookup` tells it."""
        return None

    def keeps(self, kind: CertificateType) -> bool:
        """Whether one of them does."""
        return any(source.keeps(kind) for source in self.sources)

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """The first that finds it ends the search. Not found is what all said; where one did not answer, nothing is known."""
        lookups: tuple[Lookup, ...] = ()
        for source in self.sources:
            if source.keeps(kind):
                reply = ask_number(source, kind, number)
                lookups += reply.lookups
                if reply.outcome == "found":
                    return Reply("found", reply.records, lookups)
        return Reply(_together(lookups), (), lookups)

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """The records of all of them, each once."""
        replies = [ask_holder(source, name, uscc) for source in self.sources]
        lookups = tuple(lookup for reply in replies for lookup in reply.lookups)
        records = tuple(dict.fromkeys(record for reply in replies for record in reply.records))
        outcome = _together(lookups)
        return Reply("found" if records and outcome != "unknown" else outcome, records, lookups)


class Noted:
    """A source for one document: asks each question once, and remembers which registries did not answer.

    ``ahead`` gives replies for some numbers, and is called when the first is wanted.
    """

    def __init__(self, source: Source, ahead: Callable[[], Mapping[Number, Reply]] = dict) -> None:
        self._source = source
        self._ahead = ahead
        self._numbers: dict[Number, Reply] = {}
        self._holders: dict[tuple[str | None, str | None], Reply] = {}
        self._kinds: dict[CertificateType, None] = {}

    @property
    def name(self) -> str:
        """That of the source."""
        return self._source.name

    @property
    def dated(self) -> date | None:
        """That of the source."""
        return self._source.dated

    def keeps(self, kind: CertificateType) -> bool:
        """As the source says."""
        self._kinds[kind] = None
        return self._source.keeps(kind)

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        """As the source answers."""
        key = kind, number
        if key not in self._numbers:
            self._numbers[key] = self._ahead().get(key) or ask_number(self._source, kind, number)
        return self._numbers[key]

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        """As the source answers."""
        key = name, uscc
        if key not in self._holders:
            self._holders[key] = ask_holder(self._source, name, uscc)
        return self._holders[key]

    @property
    def depends(self) -> tuple[str, ...]:
        """What the answers stand on, as keys (:mod:`monitor.registry.dependence`)."""
        keys = [type_key(kind) for kind in self._kinds]
        keys += (key for number in self._numbers for key in keys_of_number(*number))
        keys += (key for holder in self._holders for key in keys_of_holder(*holder))
        replies = (*self._numbers.values(), *self._holders.values())
        keys += (key for reply in replies for key in keys_of_days(reply.records))
        return tuple(dict.fromkeys(keys))

    @property
    def silent(self) -> tuple[str, ...]:
        """The registries that did not answer, each once, with the reason: ``name: reason``."""
        replies = (*self._numbers.values(), *self._holders.values())
        lookups = (one for reply in replies for one in reply.lookups if one.outcome == "unknown")
        return tuple(dict.fromkeys(f"{one.registry}: {one.reason}" if one.reason else one.registry for one in lookups))


def _together(lookups: Iterable[Lookup]) -> Outcome:
    return "unknown" if any(one.outcome == "unknown" for one in lookups) else "not-found"
