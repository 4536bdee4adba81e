"""A cheap look at a document before anything is judged: which rules it can concern at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.documents import Document, Listing
from monitor.nlp.layout import Layout
from monitor.rules.compiled import Compiled, CompiledRule
from monitor.rules.facts import facts_at, subjects
from monitor.rules.introduced import introduced
from monitor.rules.rulebook import kind_of
from monitor.rules.schema import Kind


@dataclass(frozen=True, slots=True)
class Due:
    """The rules in force on one day for one kind of document: those with words, and of those without, the ones that look for
    certificate numbers, the duties of certain goods, and the duties of whoever fills certain fields."""

    claims: frozenset[int]
    numbers: tuple[int, ...]
    goods: tuple[int, ...]
    fields: tuple[int, ...]
    names: frozenset[str]
    """The names of the fields that any of them asks for."""


class Subjects:
    """Tells for each document which rules are worth trying."""

    def __init__(self, compiled: Compiled) -> None:
        self._rules = compiled.rules
        self._always = frozenset(compiled.always)
        self._asked = tuple(map(_asked, compiled.rules))
        applies = [rule.loaded.rule.applies for rule in compiled.rules]
        self._choosy = frozenset(i for i, one in enumerate(applies) if one.categories or one.except_categories)
        self._due = lru_cache(maxsize=64)(self._made)
        self._meant = lru_cache(maxsize=4096)(self._fit)

    def wanted(
        self, layout: Layout, as_of: date, found: dict[int, set[int]], *, numbered: bool
    ) -> dict[int, set[int] | None]:
        """The rules that can say anything of a document, each with the matchers that can; None: all of them.

        ``found`` are the matchers whose words were found; ``numbered``: certificate numbers may stand in the text.
        """
        document = layout.document
        due = self._due(kind_of(document), as_of)
        listing = isinstance(document, Listing)
        filled = {name for name in due.names if _is_filled(document, name)}
        fits = self._fits_of(layout, filled) if listing else _always
        wanted: dict[int, set[int] | None] = {
            index: matchers for index, matchers in found.items() if index in due.claims and fits(index)
        }
        if numbered:
            wanted |= dict.fromkeys(due.numbers)
        if due.goods:
            for category in _categories(layout):
                meant = self._meant(category)
                wanted |= {index: None for index in due.goods if index in meant}
        if filled or not listing:
            wanted |= {index: None for index in due.fields if fits(index)}
        return wanted

    def _fits_of(self, layout: Layout, filled: set[str]) -> Callable[[int], bool]:
        """Whether a listing has the fields that a rule asks for, and goods of its kind.

        ``filled`` are the fields it has. Its category is asked for once, and only if it matters.
        """
        known: list[frozenset[int]] = []

        def fits(index: int) -> bool:
            if not all(group & filled for group in self._asked[index]):
                return False
            if index not in self._choosy:
                return True
            if not known:
                known.append(self._meant(facts_at(layout, 0).category))
            return index in known[0]

        return fits

    def _made(self, kind: Kind, as_of: date) -> Due:
        """What is due for a kind of document on a day."""
        due = {index for index, rule in enumerate(self._rules) if _is_due(rule, kind, as_of)}
        duties = [index for index in sorted(due & self._always) if self._rules[index].loaded.rule.shape == "missing"]
        return Due(
            claims=frozenset(due),
            numbers=tuple(sorted((due & self._always) - set(duties))),
            goods=tuple(index for index in duties if not self._asked[index]),
            fields=tuple(index for index in duties if self._asked[index]),
            names=frozenset(name for index in due for group in self._asked[index] for name in group),
        )

    def _fit(self, category: str | None) -> frozenset[int]:
        """The rules that goods of a category are meant by."""
        return frozenset(i for i, rule in enumerate(self._rules) if rule.loaded.rule.applies.fit(category))


def _is_due(rule: CompiledRule, kind: Kind, as_of: date) -> bool:
    return kind in rule.loaded.rule.applies.kinds and any(
        basis.in_force.hold(as_of) for basis in rule.loaded.rule.basis
    )


def _asked(rule: CompiledRule) -> tuple[frozenset[str], ...]:
    """The fields of a listing of which one in each group must be there, or ``when`` does not hold; what a registry records is no field."""
    return tuple(
        frozenset(_field_of(path) for path in asked.condition.field)
        for asked in rule.when
        if asked.condition.field and not any(path.startswith("registry.") for path in asked.condition.field)
    )


def _field_of(path: str) -> str:
    """The field that a path leads to: of a price or a seller the part, of attributes all of them."""
    return path if path.startswith(("price.", "seller.")) and path != "seller.type" else path.partition(".")[0]


def _is_filled(document: Document, path: str) -> bool:
    """Whether a document may have something under a path."""
    head, _, rest = path.partition(".")
    found = getattr(document, head, None)
    return bool(found) and (not rest or getattr(found, rest, None) is not None)


def _always(_: int) -> bool:
    return True


def _categories(layout: Layout) -> set[str | None]:
    """The categories of all that a document sells, and of what it begins with: there it owes as a whole."""
    return {facts_at(layout, place, lambda: introduced(layout)).category for place in {0, *subjects(layout)}}
