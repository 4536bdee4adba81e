"""The whole engine as one pure call: no clock, no database, no network, no environment.

The same document, rulebook, registry and day give the same flags, byte for byte, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Final

from monitor.documents import Document, Envelope, Listing, pictures_of
from monitor.flags import Evidence, Flag, ScanResult, Unknown, Unread
from monitor.nlp.layout import Layout, lay_out
from monitor.nlp.segment import Words
from monitor.registry import Noted, PriceHistory, Prices, Registry, Reply, Source
from monitor.registry.dependence import keys_of_printed
from monitor.registry.source import Number, ask_ahead
from monitor.rules.compiled import Compiled, compile_rulebook
from monitor.rules.introduced import Introduced
from monitor.rules.judge import Judge, Verdict
from monitor.rules.marks import Mark, marks_of
from monitor.rules.match import Search
from monitor.rules.reach import Reach, reach_of
from monitor.rules.rulebook import Rulebook, kind_of
from monitor.rules.screen import Screen
from monitor.rules.subject import Subjects
from monitor.rules.timed import Spent, TimedJudge


class _ScannersOwn:
    """Stands for “the registry, the price history the scanner was made with”."""


_OWN: Final = _ScannersOwn()

ENVELOPE: Final = "envelope"
"""How traces call the registry that a document brings with it."""

BATCH: Final = 128
"""Documents looked at together."""


class Scanner:
    """A rulebook compiled once, a registry to look certificates up in, and a price history; explanations and messages in
    ``language`` (``zh`` or ``en``).

    ``trace``: flags carry the steps of their verdict as data.
    """

    def __init__(
        self,
        rulebook: Rulebook | Compiled,
        registry: Source | None = None,
        *,
        prices: Prices | None = None,
        language: str = "zh",
        trace: bool = False,
    ) -> None:
        self.compiled = rulebook if isinstance(rulebook, Compiled) else compile_rulebook(rulebook)
        self.rulebook = self.compiled.rulebook
        self.digest = self.compiled.digest
        self.registry = registry
        self.prices = prices
        self.judge = Judge(self.compiled, language, traced=trace)
        self.subjects = Subjects(self.compiled)
        self.words = Words()
        self._language = language

    def traced(self) -> Scanner:
        """This scanner, with traces; what was compiled is shared."""
        other = copy(self)
        other.judge = Judge(self.compiled, self._language, traced=True)
        return other

    def timed(self, clock: Callable[[], float]) -> tuple[Scanner, Mapping[str, Spent]]:
        """This scanner, and what each rule takes in it by ``clock`` as it goes; what was compiled is shared."""
        other, judge = copy(self), TimedJudge(self.compiled, clock, self._language)
        other.judge = judge
        return other, judge.spent

    @cached_property
    def reach(self) -> Reach:
        """How far the rules read in a stream."""
        return reach_of(self.compiled)

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The rules in force or in shadow, by id, as far as another rulebook may judge otherwise."""
        return marks_of(self.rulebook)

    def scan(
        self,
        document: Document,
        as_of: date,
        *,
        registry: Source | _ScannersOwn | None = _OWN,
        prices: Prices | _ScannersOwn | None = _OWN,
    ) -> ScanResult:
        """Every flag in one document under the law of ``as_of``, in order of position.

        ``registry`` and ``prices`` take the place of the scanner's own; None: none is loaded.
        """
        return self.batch([document]).scan(0, as_of, registry=registry, prices=prices)

    def screen(self, layouts: Sequence[Layout]) -> Screen:
        """Some texts, searched together."""
        return Screen(self.compiled, layouts, self.words)

    def wanted(self, screen: Screen, number: int, as_of: date) -> dict[int, set[int] | None]:
        """The rules that can say anything of one of the texts of a screen, each with the matchers that can; None: all of them."""
        numbered = screen.may_have_numbers(number)
        return self.subjects.wanted(screen.layout(number), as_of, screen.wanted(number), numbered=numbered)

    def search(self, screen: Screen, number: int, said: Introduced | None = None) -> Search:
        """The hits of one of the texts of a screen, ready to be joined.

        ``said``: the goods introduced, also before a text that is a window of a stream; None: as the text itself says.
        """
        return Search(self.compiled, screen, number, self.words, said=said)

    def judged(
        self,
        search: Search,
        wanted: Mapping[int, set[int] | None],
        as_of: date,
        registry: Source | None,
        prices: Prices | None = None,
    ) -> Iterator[Verdict]:
        """What the wanted rules say of a text: flags, open questions, and what was found but excused."""
        for index, matchers in sorted(wanted.items()):
            yield from self.judge.judge(self.compiled.rules[index], search, as_of, registry, matchers, prices)

    def batch(self, documents: Sequence[Document]) -> Batch:
        """Some documents looked at together, which costs far less than one by one; 64 to 256 are best."""
        return Batch(self, documents)

    def scan_envelopes(
        self, envelopes: Iterable[Envelope], as_of: date, *, prices: Prices | _ScannersOwn | None = _OWN
    ) -> Iterator[ScanResult]:
        """Scan in order; an envelope's own day, registry and prices come before ``as_of``, the scanner's registry and ``prices``."""
        waiting = iter(envelopes)
        while some := list(islice(waiting, BATCH)):
            batch = self.batch([envelope.document for envelope in some])
            for number, envelope in enumerate(some):
                yield batch.scan_envelope(number, envelope, as_of, prices=prices)


class Batch:
    """Some documents, screened together and then judged one by one.

    A document on which the screen fails does not take the others with it: each is then screened by itself, when it is scanned.
    """

    def __init__(self, scanner: Scanner, documents: Sequence[Document]) -> None:
        self._scanner = scanner
        self._layouts = [lay_out(document) for document in documents]
        self._screen: Screen | None = None
        self._alone: dict[int, Screen] = {}
        with suppress(Exception):
            self._screen = scanner.screen(self._layouts)

    def scan_envelope(
        self, number: int, envelope: Envelope, as_of: date, *, prices: Prices | _ScannersOwn | None = _OWN
    ) -> ScanResult:
        """Scan one of the documents as its envelope says; ``prices``: the history where the envelope has none."""
        registry: Source | _ScannersOwn | None = _OWN
        if envelope.registry is not None:
            registry = Registry(envelope.registry, name=ENVELOPE) if envelope.registry else None
        if envelope.prices is not None:
            prices = PriceHistory(envelope.prices)
        return self.scan(number, envelope.day or as_of, registry=registry, prices=prices)

    def scan(
        self,
        number: int,
        as_of: date,
        *,
        registry: Source | _ScannersOwn | None = _OWN,
        prices: Prices | _ScannersOwn | None = _OWN,
    ) -> ScanResult:
        """Every flag in one of the documents; see :meth:`Scanner.scan`."""
        flags: list[Flag] = []
        unknown: list[Unknown] = []
        history = self._scanner.prices if isinstance(prices, _ScannersOwn) else prices
        source = self._scanner.registry if isinstance(registry, _ScannersOwn) else registry
        noted = None
        if source is not None:
            own = isinstance(registry, _ScannersOwn)
            noted = Noted(source, lambda: self._ahead) if own else Noted(source)
        for verdict in self.verdicts(number, as_of, noted, history):
            if isinstance(verdict, Flag):
                flags.append(verdict)
            elif isinstance(verdict, Unknown):
                unknown.append(verdict)
        layout = self._layouts[number]
        flags = in_order(unrepeated(distinct(flags), layout), layout) if flags else []
        screen, place = self._screened(number)
        if unknown:
            order = {part.field: index for index, part in enumerate(layout.parts)}
            unknown.sort(key=lambda item: (*_position(item.evidence, order), item.rule))
        return ScanResult(
            document=layout.document.id,
            kind=kind_of(layout.document),
            flags=tuple(flags),
            as_of=as_of,
            rulebook=self._scanner.digest,
            unknown=tuple(unknown),
            unread=unread(layout.document),
            degraded=noted.silent if noted else (),
            depends=tuple(dict.fromkeys([*(noted.depends if noted else ()), *_printed(layout.document)])),
            suspicion=screen.modelled.suspicion(place, {flag.category for flag in flags}),
        )

    def concerns(self, number: int, as_of: date, rules: Container[str]) -> bool:
        """Whether any of the rules (by id) can say anything of one of the documents on a day; far cheaper than judging it."""
        screen, number = self._screened(number)
        known = self._scanner.compiled.rules
        return any(known[index].loaded.rule.id in rules for index in self._scanner.wanted(screen, number, as_of))

    def _screened(self, number: int) -> tuple[Screen, int]:
        """The screen that one of the documents is on, and its number there."""
        if self._screen is not None:
            return self._screen, number
        if number not in self._alone:
            self._alone = {number: self._scanner.screen([self._layouts[number]])}
        return self._alone[number], 0

    @cached_property
    def _ahead(self) -> Mapping[Number, Reply]:
        """The scanner's registry asked at once for every number that the listings of the batch declare."""
        source = self._scanner.registry
        numbers = dict.fromkeys(number for layout in self._layouts for number in _declared(layout.document))
        return {} if source is None else ask_ahead(source, list(numbers))

    def verdicts(
        self, number: int, as_of: date, registry: Source | None, prices: Prices | None = None
    ) -> Iterator[Verdict]:
        """Everything the rules say of one document: flags, open questions, and what was found but excused."""
        scanner, (screen, number) = self._scanner, self._screened(number)
        wanted = scanner.wanted(screen, number, as_of)
        if wanted:
            yield from scanner.judged(scanner.search(screen, number), wanted, as_of, registry, prices)


def unread(document: Document) -> tuple[Unread, ...]:
    """The pictures whose words are not in the document: nothing that stands on them was judged."""
    return tuple(
        Unread(path, image.unread or "not read") for path, image in pictures_of(document) if image.text is None
    )


def _printed(document: Document) -> Iterator[str]:
    """The days printed on the pictures of a document, as keys."""
    return keys_of_printed(image.text for _, image in pictures_of(document) if image.text)


def _declared(document: Document) -> Iterator[Number]:
    """The certificates that the listing, or the listings of a stream, name in their fields."""
    products = [document] if isinstance(document, Listing) else [product.listing for product in document.products]
    for listing in products:
        if isinstance(listing, Listing):
            yield from ((claim.type, claim.number) for claim in listing.certificates)


def distinct(flags: Sequence[Flag]) -> list[Flag]:
    """One flag a rule for words that several of its matchers found: of those that overlap, the one with the longest words."""
    kept: dict[tuple[str, str], list[Flag]] = {}
    for flag in sorted(flags, key=lambda flag: (flag.evidence[0].start - flag.evidence[0].end, flag.evidence[0].start)):
        first = flag.evidence[0]
        same = kept.setdefault((flag.rule, first.field), [])
        if all(first.end <= other.evidence[0].start or other.evidence[0].end <= first.start for other in same):
            same.append(flag)
    return [flag for group in kept.values() for flag in group]


def unrepeated(flags: Sequence[Flag], layout: Layout) -> list[Flag]:
    """Without what the claim model says where a rule says it: of the same code, in the same field, or in a segment beside it."""
    if all(flag.evidence[0].match != "model" for flag in flags):
        return list(flags)
    place = {part.field: index for index, part in enumerate(layout.parts)}
    beside = 1 if layout.parts[0].segment is not None else 0
    ruled = {
        (flag.category, place[evidence.field] + step)
        for flag in flags
        for evidence in flag.evidence
        for step in range(-beside, beside + 1)
        if flag.evidence[0].match != "model" and flag.status != "shadow" and evidence.field in place
    }
    return [
        flag
        for flag in flags
        if flag.evidence[0].match != "model" or (flag.category, place[flag.evidence[0].field]) not in ruled
    ]


def in_order(flags: Iterable[Flag], layout: Layout) -> list[Flag]:
    """Flags in order of their position, those of one place by rule."""
    order = {part.field: index for index, part in enumerate(layout.parts)}
    return sorted(flags, key=lambda flag: (*_position(flag.evidence, order), flag.rule))


def _position(evidence: tuple[Evidence, ...], order: dict[str, int]) -> tuple[int, int]:
    first = evidence[0] if evidence else None
    return (order.get(first.field, len(order)), first.start) if first else (len(order), 0)
