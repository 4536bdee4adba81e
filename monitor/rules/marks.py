"""What of a rule decides whether it finds something: so two rulebooks are compared rule by rule, and the days that matter are known.

Wording counts for nothing here (title, message, remedy, examples, and what only ranks a finding: severity, score, category): a flag is
written once, with the words of its day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import msgspec

from monitor.goods.duties import duties
from monitor.goods.functions import catalogue
from monitor.goods.nutrition import standard
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Entry

BRANDS: Final = "(brands)"
"""In place of a rule: the brands, of which a rule never speaks as claims. It has no finding of its own."""

_WORDING: Final = frozenset(
    {"title", "message", "remedy", "examples", "severity", "score", "category", "version", "status"}
)
_ACTIVE: Final = frozenset({"in-force", "shadow"})
_NAME: Final = re.compile(r"\$([a-z][a-z0-9-]*)")
_BY_STANDARD: Final = frozenset({"nutrient", "nutrition", "function", "duty"})
"""Conditions whose answer depends on the day by data of the program."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``digest`` is over what decides whether a rule finds something, ``waivers`` over its waivers; ``status`` is in force or shadow.

    ``days``: from each of these on it may judge otherwise than the day before.
    """

    digest: str
    status: str
    kinds: tuple[str, ...]
    waivers: str
    days: tuple[date, ...]


def marks_of(rulebook: Rulebook) -> dict[str, Mark]:
    """A mark for each rule in force or in shadow, and one for the brands."""
    entries = _Entries()
    marks = {
        name: _mark(loaded, rulebook, entries)
        for name, loaded in rulebook.loaded.items()
        if loaded.rule.status in _ACTIVE
    }
    marks[BRANDS] = Mark(_digest(sorted(rulebook.brands)), "in-force", ("listing", "transcript"), "", ())
    return marks


def _mark(loaded: Loaded, rulebook: Rulebook, entries: _Entries) -> Mark:
    rule = loaded.rule
    judged = rule.model_dump(mode="json", exclude=set(_WORDING))
    shared = [condition.model_dump(mode="json") for condition in loaded.shared_unless]
    words = entries.used(loaded, [judged, shared])
    waivers = [waiver for waiver in rulebook.waivers if waiver.rule == rule.id]
    days = set(_days([rule.model_dump(exclude=set(_WORDING)), *(one.model_dump() for one in loaded.shared_unless)]))
    days |= {waiver.until + timedelta(days=1) for waiver in waivers}
    if any(key in _BY_STANDARD and value for key, value in _pairs([judged, shared])):
        days |= _standard_days()
    return Mark(
        digest=_digest([judged, shared, words]),
        status=rule.status,
        kinds=tuple(rule.applies.kinds),
        waivers=_digest([waiver.model_dump(mode="json") for waiver in waivers]) if waivers else "",
        days=tuple(sorted(days)),
    )


@cache
def _standard_days() -> frozenset[date]:
    """The days of the standards, duties and catalogues of the program."""
    return frozenset(_days([standard(), duties(), catalogue().published, catalogue().old_until]))


class _Entries:
    """The vocabularies of packs, each entry dumped once."""

    def __init__(self) -> None:
        self._dumped: dict[tuple[int, str], list[Any]] = {}

    def used(self, loaded: Loaded, written: object) -> dict[str, list[Any]]:
        """Every vocabulary that a rule names, those that its entries name among them."""
        names, found = list(_names(written)), dict[str, list[Any]]()
        while names:
            name = names.pop()
            if name not in found and name in loaded.vocabulary:
                found[name] = self._entries(loaded, name)
                names += _names([entry.text for entry in loaded.vocabulary[name]])
        return dict(sorted(found.items()))

    def _entries(self, loaded: Loaded, name: str) -> list[Any]:
        key = id(loaded.vocabulary), name
        if key not in self._dumped:
            self._dumped[key] = [_plain(entry) for entry in loaded.vocabulary[name]]
        return self._dumped[key]


def _plain(entry: Entry) -> object:
    return entry.model_dump(mode="json", exclude={"note"}, exclude_none=True)


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:32]


def _names(value: object) -> Iterator[str]:
    for text in _leaves(value):
        if isinstance(text, str) and "$" in text:
            yield from _NAME.findall(text)


def _days(value: object) -> Iterator[date]:
    """Every day that stands anywhere, and the one after: it may be the last of something."""
    for leaf in _leaves(value):
        if isinstance(leaf, date):
            yield leaf
            if leaf < date.max:
                yield leaf + timedelta(days=1)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif is_dataclass(value):
        yield from _leaves([getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, msgspec.Struct):
        yield from _leaves([getattr(value, name) for name in value.__struct_fields__])
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
            yield from _pairs(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _pairs(inner)
