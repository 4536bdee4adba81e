"""Examples: the proof that each part of a rule does what it says.

`monitor rules check` runs every example, then takes each matcher and each exception away in turn: a part without which no example
changes is unproven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec

from monitor.documents import CHINA, Certificate, Document, Listing, PriceObservation, decode_document
from monitor.errors import SteelyardError
from monitor.flags import Flag, Unknown
from monitor.nlp.layout import Layout, lay_out
from monitor.nlp.segment import Words
from monitor.registry import PriceHistory, Registry, Source
from monitor.rules.compiled import Compiled, CompiledRule, compile_rulebook
from monitor.rules.example import Example
from monitor.rules.judge import Excused, Judge, Verdict
from monitor.rules.match import Search
from monitor.rules.priced import Priced
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Rule

DAY: Final = date(2026, 11, 1)
"""The day an example without ``as_of`` is judged on."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not do what it says, or a part that no example proves."""

    rule: str
    code: str
    message: str
    where: str


@dataclass(frozen=True, slots=True)
class _Case:
    example: Example
    layout: Layout
    day: date
    registry: Source | None
    prices: PriceHistory | None


def check(
    rulebook: Rulebook, only: Iterable[str] = (), begun: Callable[[str], None] = lambda _: None
) -> Iterator[Failure]:
    """Every failure of the rules (of all, or of those named), rule by rule; ``begun`` hears the rule that is next.

    Parts shared by a pack (its ``unless``) must be proven by an example of at least one rule of that pack.
    """
    wanted = set(only)
    words = Words()
    proven: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for name, loaded in rulebook.loaded.items():
        if wanted and name not in wanted:
            continue
        begun(name)
        shared.setdefault(loaded.pack, set()).update(c.id for c in loaded.shared_unless if c.id)
        checker = _Checker(rulebook, loaded, words)
        yield from checker.failures()
        proven.setdefault(loaded.pack, set()).update(checker.excused_by)
    if not wanted:
        for pack, names in shared.items():
            for name in sorted(names - proven.get(pack, set())):
                yield Failure(
                    pack, "unproven", f"no `pass` example of this pack needs the shared exception {name!r}", "unless"
                )


class _Checker:
    def __init__(self, rulebook: Rulebook, loaded: Loaded, words: Words) -> None:
        self._rulebook = rulebook
        self._loaded = loaded
        self._rule = loaded.rule
        self._words = words
        self.excused_by: set[str] = set()

    def failures(self) -> Iterator[Failure]:
        flagging: list[tuple[str, _Case]] = []
        passing: list[tuple[str, _Case]] = []
        for group, examples, cases in (
            ("flag", self._rule.examples.flag, flagging),
            ("pass", self._rule.examples.pass_, passing),
        ):
            for index, example in enumerate(examples):
                where = f"examples.{group}[{index}]"
                try:
                    cases.append((where, _case(example, self._rule)))
                except (msgspec.ValidationError, SteelyardError) as error:
                    yield Failure(self._rule.id, "example", f"not a document: {error}", where)
        run = _Run.of(self._rulebook, self._loaded, self._words)
        for where, case in flagging:
            yield from self._must_flag(where, case, run)
        for where, case in passing:
            yield from self._must_pass(where, case, run)
        yield from self._unproven(flagging, passing, run)

    def _must_flag(self, where: str, case: _Case, run: _Run) -> Iterator[Failure]:
        verdicts = run(case)
        flags = [verdict for verdict in verdicts if isinstance(verdict, Flag)]
        name = self._rule.id
        if not flags:
            why = "; ".join(_why(verdict) for verdict in verdicts if not isinstance(verdict, Flag))
            yield Failure(name, "no-flag", f"is not flagged{': ' + why if why else ''}: {_short(case)}", where)
            return
        example = case.example
        words = "".join(evidence.text for flag in flags for evidence in flag.evidence)
        if example.at is not None and example.at not in words:
            yield Failure(name, "elsewhere", f"is flagged at {words!r}, not at {example.at!r}", where)
        if example.by is not None and example.by not in {flag.matcher for flag in flags}:
            found = ", ".join(sorted({flag.matcher for flag in flags}))
            yield Failure(name, "other-matcher", f"is flagged by {found}, not by {example.by}", where)
        if example.match is not None and example.match not in {e.match for flag in flags for e in flag.evidence}:
            yield Failure(name, "other-match", f"is not matched as {example.match}", where)

    def _must_pass(self, where: str, case: _Case, run: _Run) -> Iterator[Failure]:
        verdicts = run(case)
        flags = [verdict for verdict in verdicts if isinstance(verdict, Flag)]
        if flags:
            words = ", ".join(repr(evidence.text) for flag in flags for evidence in flag.evidence)
            yield Failure(self._rule.id, "false-flag", f"is flagged at {words}: {_short(case)}", where)
            return
        excuses = {verdict.condition for verdict in verdicts if isinstance(verdict, Excused)}
        self.excused_by |= excuses
        because = case.example.because
        if because is not None and because not in excuses:
            found = ", ".join(sorted(excuses)) or "nothing: no matcher finds anything"
            yield Failure(self._rule.id, "other-reason", f"passes because of {found}, not because of {because}", where)

    def _unproven(
        self, flagging: list[tuple[str, _Case]], passing: list[tuple[str, _Case]], run: _Run
    ) -> Iterator[Failure]:
        matchers = self._rule.match.any if self._rule.match else ()
        for matcher in matchers if len(matchers) > 1 else ():
            less = run.without_matcher(matcher.id)
            if all(_found(run(case), matcher.id) is False or _flagged(less(case)) for _, case in flagging):
                reason = f"no `flag` example needs matcher {matcher.id!r}"
                yield Failure(self._rule.id, "unproven", reason, f"match.{matcher.id}")
        for index, condition in enumerate(self._rule.unless):
            less = run.without_exception(condition)
            if not any(_flagged(less(case)) for _, case in passing):
                reason = f"no `pass` example needs exception {condition.id or condition.kind!r}"
                yield Failure(self._rule.id, "unproven", reason, f"unless[{index}]")


class _Run:
    """Runs one rule alone. What was compiled and found is shared with the runs of the same rule without a part of it."""

    def __init__(self, compiled: Compiled, rule: CompiledRule, words: Words, searches: dict[int, Search]) -> None:
        self._compiled = compiled
        self._rule = rule
        self._words = words
        self._searches = searches
        self._judge = Judge(compiled)

    @classmethod
    def of(cls, rulebook: Rulebook, loaded: Loaded, words: Words) -> _Run:
        """The whole rule, and nothing but it."""
        compiled = compile_rulebook(Rulebook(rulebook.name, {loaded.rule.id: _in_force(loaded)}, rulebook.brands))
        return cls(compiled, compiled.rules[0], words, {})

    def __call__(self, case: _Case) -> list[Verdict]:
        search = self._searches.get(id(case))
        if search is None:
            search = self._searches[id(case)] = Search.of(self._compiled, case.layout, self._words)
        return list(self._judge.judge(self._rule, search, case.day, case.registry, prices=case.prices))

    def without_matcher(self, name: str) -> _Run:
        """The rule without a matcher, and without the exceptions that are limited to it."""
        matchers = tuple(one for one in self._rule.matchers if one.matcher.id != name)
        unless = tuple(one for one in self._rule.unless if one.condition.matchers != (name,))
        return self._with(replace(self._rule, matchers=matchers, unless=unless))

    def without_exception(self, condition: Condition) -> _Run:
        """The rule without one of its exceptions."""
        return self._with(
            replace(self._rule, unless=tuple(one for one in self._rule.unless if one.condition is not condition))
        )

    def _with(self, rule: CompiledRule) -> _Run:
        return _Run(self._compiled, rule, self._words, self._searches)


def _in_force(loaded: Loaded) -> Loaded:
    rule = loaded.rule.model_copy(update={"status": "in-force"})
    return Loaded(rule, loaded.pack, loaded.path, loaded.vocabulary, loaded.shared_unless)


def _flagged(verdicts: list[Verdict]) -> bool:
    return any(isinstance(verdict, Flag) for verdict in verdicts)


def _found(verdicts: list[Verdict], matcher: str) -> bool:
    return any(isinstance(verdict, Flag) and verdict.matcher == matcher for verdict in verdicts)


def _why(verdict: Excused | Unknown) -> str:
    """Why a match was not flagged: what excused it, or what could not be told."""
    if isinstance(verdict, Unknown):
        return f"undecided, {verdict.reason}"
    return f"{verdict.text!r} excused by {verdict.condition}"


def _short(case: _Case) -> str:
    return repr(case.layout.text.replace("\ue001", " / ").replace("\ue000", " / ")[:60])


def _case(example: Example, rule: Rule) -> _Case:
    registry = None
    if example.registry:
        registry = Registry(msgspec.convert(list(example.registry), list[Certificate], strict=False))
    document = document_of(example, rule)
    prices = PriceHistory(prices_of(example, document)) if example.prices else None
    return _Case(example, lay_out(document), example.as_of or DAY, registry, prices)


def prices_of(example: Example, document: Document) -> Iterator[PriceObservation]:
    """The price history of an example, of the (first) listing of its document where it names no other.

    Raises:
        msgspec.ValidationError: a price breaks the contract of documents.
    """
    shown = [document] if isinstance(document, Listing) else [product.listing for product in document.products]
    first = shown[0] if shown else document.id
    listing = first.id if isinstance(first, Listing) else first
    for priced in example.prices:
        for at in _moments(priced):
            given = {"listing": priced.listing or listing, "at": at, "price": str(priced.price), "kind": priced.kind}
            given |= {"platform": priced.platform, "currency": priced.currency, "stock": priced.stock}
            yield msgspec.convert(given, PriceObservation)


def _moments(priced: Priced) -> list[datetime]:
    """When a price of an example was observed: a day alone is its midnight in China."""
    if priced.from_ is not None and priced.to is not None:
        days = [priced.from_ + timedelta(days=index) for index in range((priced.to - priced.from_).days + 1)]
        return [datetime.combine(day, time.min, CHINA) for day in days]
    at = priced.at or DAY
    moment = at if isinstance(at, datetime) else datetime.combine(at, time.min)
    return [moment if moment.tzinfo else moment.replace(tzinfo=CHINA)]


def document_of(example: Example, rule: Rule) -> Document:
    """The document an example means.

    ``said`` makes a transcript, one segment a line, five seconds apart, about the listing that the other fields describe; so
    does ``text`` for a rule that is about transcripts only. Everything else is a listing.

    Raises:
        msgspec.ValidationError: the example breaks the contract of documents.
    """
    if example.document is not None:
        return decode_document(msgspec.json.encode({"id": "example", **example.document}))
    spoken = example.said or ((example.text,) if example.text and rule.applies.kinds == ("transcript",) else ())
    listing: dict[str, Any] = {"kind": "listing", "id": "example"}
    for name in ("title", "category", "attributes", "price", "seller", "certificates"):
        value = getattr(example, name)
        if value:
            listing[name] = value
    if not spoken:
        listing["description"] = example.text or ""
        return decode_document(msgspec.json.encode(listing))
    segments = [{"text": line, "start": 5.0 * index, "end": 5.0 * index + 4} for index, line in enumerate(spoken)]
    document: dict[str, Any] = {"kind": "transcript", "id": "example", "segments": segments}
    if len(listing) > 2:  # noqa: PLR2004 (more than kind and id)
        listing.setdefault("title", "商品")
        document["products"] = [{"from": 0, "to": 5.0 * len(spoken), "listing": listing}]
    if example.seller:
        document["seller"] = example.seller
    return decode_document(msgspec.json.encode(document))
