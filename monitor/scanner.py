"""The whole engine as one pure call: no clock, no database, no network, no environment.

The same document, rulebook, registry and day give the same flags, byte for byte, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Final

from monitor.documents import Document, Envelope
from monitor.flags import Evidence, Flag, ScanResult, Unknown
from monitor.nlp.layout import Layout, lay_out
from monitor.nlp.segment import Words
from monitor.registry import Registry
from monitor.rules.automaton import AhoCorasick
from monitor.rules.compiled import compile_rulebook
from monitor.rules.judge import Judge, Verdict, may_concern
from monitor.rules.match import Search
from monitor.rules.reach import Reach, reach_of
from monitor.rules.rulebook import Rulebook, kind_of


class _ScannersOwn:
    """Stands for “the registry the scanner was made with”."""


_OWN: Final = _ScannersOwn()


class Scanner:
    """A rulebook compiled once, and a registry; explanations and messages in ``language`` (``zh`` or ``en``)."""

    def __init__(self, rulebook: Rulebook, registry: Registry | None = None, *, language: str = "zh") -> None:
        self.rulebook = rulebook
        self._digest = rulebook.digest
        self._registry = registry
        self._compiled = compile_rulebook(rulebook, AhoCorasick)
        self._judge = Judge(self._compiled, language)
        self._words = Words()

    @cached_property
    def reach(self) -> Reach:
        """How far the rules read in a stream."""
        return reach_of(self._compiled)

    @property
    def registry(self) -> Registry | None:
        """The registry certificates are looked up in."""
        return self._registry

    def scan(self, document: Document, as_of: date, *, registry: Registry | _ScannersOwn | None = _OWN) -> ScanResult:
        """Every flag in one document under the law of ``as_of``, in order of position.

        ``registry`` takes the place of the scanner's own; None: no registry is loaded.
        """
        layout = lay_out(document)
        flags: list[Flag] = []
        unknown: list[Unknown] = []
        for verdict in self.verdicts(layout, as_of, self._registry if isinstance(registry, _ScannersOwn) else registry):
            if isinstance(verdict, Flag):
                flags.append(verdict)
            elif isinstance(verdict, Unknown):
                unknown.append(verdict)
        order = {part.field: index for index, part in enumerate(layout.parts)}
        unknown.sort(key=lambda item: (*_position(item.evidence, order), item.rule))
        return ScanResult(
            document=document.id,
            kind=kind_of(document),
            flags=tuple(in_order(distinct(flags), layout)),
            as_of=as_of,
            rulebook=self._digest,
            unknown=tuple(unknown),
        )

    def scan_envelopes(self, envelopes: Iterable[Envelope], as_of: date) -> Iterator[ScanResult]:
        """Scan in order; an envelope's own day and registry come before ``as_of`` and the scanner's registry."""
        for envelope in envelopes:
            registry: Registry | _ScannersOwn | None = _OWN
            if envelope.registry is not None:
                registry = Registry(envelope.registry) if envelope.registry else None
            yield self.scan(envelope.document, envelope.day or as_of, registry=registry)

    def verdicts(self, layout: Layout, as_of: date, registry: Registry | None) -> Iterator[Verdict]:
        """Everything the rules say: flags, open questions, and what was found but excused."""
        yield from self.judged(self.search(layout), as_of, registry)

    def search(self, layout: Layout) -> Search:
        """The hits of one text, to be judged."""
        return Search(self._compiled, layout, self._words)

    def judged(self, search: Search, as_of: date, registry: Registry | None) -> Iterator[Verdict]:
        """Everything the rules say of what a search found."""
        for index, matchers in sorted(self._candidates(search).items()):
            yield from self._judge.judge(self._compiled.rules[index], search, as_of, registry, matchers)

    def _candidates(self, search: Search) -> dict[int, set[int] | None]:
        """The rules that can say anything, each with the matchers that can; None: all of them."""
        wanted: dict[int, set[int] | None] = {}
        present = search.sets
        for number in present:
            for rule, matcher, needs in self._compiled.wanting.get(number, ()):
                if present >= needs:
                    wanted.setdefault(rule, set()).add(matcher)  # type: ignore[union-attr]  # None comes only below
        kind = kind_of(search.layout.document)
        for rule in self._compiled.always:
            if may_concern(self._compiled.rules[rule], search, kind):
                wanted[rule] = None
        return wanted


def distinct(flags: Sequence[Flag]) -> list[Flag]:
    """One flag a rule for words that several of its matchers found: of those that overlap, the one with the longest words."""
    kept: dict[tuple[str, str], list[Flag]] = {}
    for flag in sorted(flags, key=lambda flag: (flag.evidence[0].start - flag.evidence[0].end, flag.evidence[0].start)):
        first = flag.evidence[0]
        same = kept.setdefault((flag.rule, first.field), [])
        if all(first.end <= other.evidence[0].start or other.evidence[0].end <= first.start for other in same):
            same.append(flag)
    return [flag for group in kept.values() for flag in group]


def in_order(flags: Iterable[Flag], layout: Layout) -> list[Flag]:
    """Flags in order of their position, those of one place by rule."""
    order = {part.field: index for index, part in enumerate(layout.parts)}
    return sorted(flags, key=lambda flag: (*_position(flag.evidence, order), flag.rule))


def _position(evidence: tuple[Evidence, ...], order: dict[str, int]) -> tuple[int, int]:
    first = evidence[0] if evidence else None
    return (order.get(first.field, len(order)), first.start) if first else (len(order), 0)
