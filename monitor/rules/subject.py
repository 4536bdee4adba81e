"""A cheap look at a document before anything is judged: which rules it can concern at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.documents import Listing
from monitor.nlp.layout import Layout
from monitor.rules.compiled import Compiled, CompiledRule
from monitor.rules.facts import facts_at, subjects
from monitor.rules.introduced import introduced
from monitor.rules.rulebook import kind_of
from monitor.rules.schema import Kind


@dataclass(frozen=True, slots=True)
class Due:
    """The rules in force on one day for one kind of document: those with words, and of those without, the ones that look for
    certificate numbers, the duties of certain goods, and the duties of whoever fills certain fields (any of each group)."""

    claims: frozenset[int]
    numbers: tuple[int, ...]
    goods: tuple[int, ...]
    fields: tuple[tuple[int, tuple[frozenset[str], ...]], ...]
    names: frozenset[str]
    """The names of those fields."""


class Subjects:
    """Tells for each document which rules are worth trying."""

    def __init__(self, compiled: Compiled) -> None:
        self._rules = compiled.rules
        self._always = frozenset(compiled.always)
        self._due = lru_cache(maxsize=64)(self._made)
        self._fitting = lru_cache(maxsize=4096)(self._fit)

    def wanted(
        self, layout: Layout, as_of: date, found: dict[int, set[int]], *, numbered: bool
    ) -> dict[int, set[int] | None]:
        """The rules that can say anything of a document, each with the matchers that can; None: all of them.

        ``found`` are the matchers whose words were found; ``numbered``: certificate numbers may stand in the text.
        """
        document = layout.document
        due = self._due(kind_of(document), as_of)
        listing = isinstance(document, Listing)
        fits = self._fits_of(layout) if listing else _always
        wanted: dict[int, set[int] | None] = {
            index: matchers for index, matchers in found.items() if index in due.claims and fits(index)
        }
        if numbered:
            wanted |= dict.fromkeys(due.numbers)
        if due.goods:
            for category in _categories(layout):
                wanted |= dict.fromkeys(self._fitting(due.goods, category))
        filled = {name for name in due.names if getattr(document, name, None)}
        if filled or not listing:
            for index, groups in due.fields:
                if (not listing or all(group & filled for group in groups)) and fits(index):
                    wanted[index] = None
        return wanted

    def _fits_of(self, layout: Layout) -> Callable[[int], bool]:
        """Whether the goods of a listing are those of a rule; their category is asked for once, and only if it matters."""
        known: list[str | None] = []

        def fits(index: int) -> bool:
            applies = self._rules[index].loaded.rule.applies
            if not (applies.categories or applies.except_categories):
                return True
            if not known:
                known.append(facts_at(layout, 0).category)
            return applies.fit(known[0])

        return fits

    def _made(self, kind: Kind, as_of: date) -> Due:
        """What is due for a kind of document on a day."""
        due = {index for index, rule in enumerate(self._rules) if _is_due(rule, kind, as_of)}
        duties = [index for index in sorted(due & self._always) if self._rules[index].loaded.rule.shape == "missing"]
        fields = {index: _asked(self._rules[index]) for index in duties}
        return Due(
            claims=frozenset(due),
            numbers=tuple(sorted((due & self._always) - set(duties))),
            goods=tuple(index for index in duties if not fields[index]),
            fields=tuple((index, groups) for index, groups in fields.items() if groups),
            names=frozenset(name for groups in fields.values() for group in groups for name in group),
        )

    def _fit(self, duties: Sequence[int], category: str | None) -> tuple[int, ...]:
        return tuple(index for index in duties if self._rules[index].loaded.rule.applies.fit(category))


def _is_due(rule: CompiledRule, kind: Kind, as_of: date) -> bool:
    return kind in rule.loaded.rule.applies.kinds and any(
        basis.in_force.hold(as_of) for basis in rule.loaded.rule.basis
    )


def _asked(rule: CompiledRule) -> tuple[frozenset[str], ...]:
    """The fields of a listing of which one in each group must be there, or ``when`` does not hold; what a registry records is no field."""
    return tuple(
        frozenset(path.partition(".")[0] for path in asked.condition.field)
        for asked in rule.when
        if asked.condition.field and not any(path.startswith("registry.") for path in asked.condition.field)
    )


def _always(_: int) -> bool:
    return True


def _categories(layout: Layout) -> set[str | None]:
    """The categories of all that a document sells, and of what it begins with: there it owes as a whole."""
    return {facts_at(layout, place, lambda: introduced(layout)).category for place in {0, *subjects(layout)}}
