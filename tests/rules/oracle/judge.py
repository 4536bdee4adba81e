"""Each rule by itself on one document: what is found, what excuses it, what is owed.

Contexts (``see``), certificates (``assess``), facts of the document and certificate numbers are asked of the engine's own modules: they
are decisions, and no search. Whatever looks for words of a rule is in this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rules.oracle.search import Hit, Pattern, Phrases, Search, apart
from rules.oracle.text import Span, Text, read

from monitor.documents import Document, Listing, Seller
from monitor.flags import ScanResult
from monitor.nlp.context import see
from monitor.nlp.numbers import find_quantities
from monitor.nlp.segment import Words
from monitor.registry import Registry, assess
from monitor.registry import find as find_numbers
from monitor.rules.facts import facts_at, number_in
from monitor.rules.pattern import parse
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Matcher, Rule

REACH = 80
"""Characters an exception that overlaps a claim may reach beyond it."""

Holds = bool | None


@dataclass(frozen=True, order=True)
class Finding:
    """A flag, or an open question (``unknown``), by its first evidence."""

    rule: str
    matcher: str
    field: str
    start: int
    end: int
    match: str
    unknown: bool = False


@dataclass(frozen=True)
class Claim:
    """Something said that no exception excuses."""

    matcher: str
    hit: Hit
    facts: Any


class Oracle:
    """A rulebook, as loaded, tried rule by rule."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._words = Words()
        self._parsed: dict[tuple[int, str, bool], Pattern] = {}
        self._phrases = Phrases(pattern for loaded in rulebook.loaded.values() for pattern in self._all(loaded))

    def _all(self, loaded: Loaded) -> Iterator[Pattern]:
        rule = loaded.rule
        for matcher in rule.match.any if rule.match else ():
            yield from self.patterns(matcher.text, loaded)
            for part in matcher.all:
                yield from self.patterns(part, loaded, part=True)
        for condition in (*loaded.unless, *_conditions(rule)):
            for text in (*condition.text, *condition.has, *condition.lacks):
                if not text.startswith("@"):
                    yield from self.patterns([text], loaded, part=True)

    def findings(self, document: Document, day: date, registry: Registry | None) -> list[Finding]:
        """Everything every rule says, of overlapping flags of one rule the longest."""
        search = Search(read(document), self._words, self._phrases)
        found: list[Finding] = []
        for loaded in self._rulebook.loaded.values():
            rule = loaded.rule
            kind = "listing" if isinstance(document, Listing) else "transcript"
            if rule.status not in {"in-force", "shadow"} or kind not in rule.applies.kinds:
                continue
            if any(basis.in_force.hold(day) for basis in rule.basis):
                found += _Case(self, loaded, search, day, registry, self._rulebook.brands).findings()
        return sorted([*_distinct(one for one in found if not one.unknown), *(one for one in found if one.unknown)])

    def patterns(self, texts: Iterable[str], loaded: Loaded, *, part: bool = False) -> list[Pattern]:
        """What pattern texts mean, read once for each vocabulary."""
        made = []
        for text in texts:
            key = id(loaded.vocabulary), text, part
            if key not in self._parsed:
                self._parsed[key] = parse(text, loaded.vocabulary, part=part)
            made.append(self._parsed[key])
        return made

    def search(self, text: str, document: Document) -> Search:
        """The search of a text that is a field of the goods shown."""
        return Search(Text(document, [("", text, None)]), self._words)


@dataclass(frozen=True)
class _Case:
    """One rule, one document."""

    oracle: Oracle
    loaded: Loaded
    search: Search
    day: date
    registry: Registry | None
    brands: tuple[str, ...]

    @property
    def text(self) -> Text:
        return self.search.text

    def findings(self) -> Iterator[Finding]:
        rule = self.loaded.rule
        if rule.missing is not None:
            yield from self._missing()
        elif rule.repeat is not None:
            claims = self._claims()
            for group in _often(_said_once(claims), self.text, rule.repeat.times, rule.repeat.within):
                yield self._finding(group[0].matcher, group[0].hit.span, group[0].hit.match)
        else:
            for claim in self._claims():
                yield from self._owed(claim)

    def _missing(self) -> Iterator[Finding]:
        facts, owed = facts_at(self.text, 0), self.loaded.rule.missing  # type: ignore[arg-type]
        if owed is None or not self._applies(facts, None):
            return
        holds = self._both(owed.any, owed.all, facts, None)
        first = self.text.parts[0]
        if holds is False:
            yield Finding(self.loaded.rule.id, "missing", first.field, 0, len(first.text), "absent")
        elif holds is None:
            yield Finding(self.loaded.rule.id, "", "", 0, 0, "", unknown=True)

    def _owed(self, claim: Claim) -> Iterator[Finding]:
        rule, match = self.loaded.rule, claim.hit.match
        owed = rule.requires or rule.conflict
        if owed is not None:
            asked = [
                tuple(one for one in group if not one.matchers or claim.matcher in one.matchers)
                for group in (owed.any, owed.all)
            ]
            holds = (
                self._both(*asked, claim.facts, claim.hit) if owed.any else self._all(asked[1], claim.facts, claim.hit)
            )
            if holds is None:
                yield self._finding("", claim.hit.span, match, unknown=True)
                return
            if holds is (rule.conflict is None):
                return
            match = match if rule.conflict is None else "conflict"
        yield self._finding(claim.matcher, claim.hit.span, match)

    def _both(self, some: Sequence[Condition], every: Sequence[Condition], facts: Any, hit: Hit | None) -> Holds:
        if every:
            return self._all(every, facts, hit)
        answers = [self._ask(condition, facts, hit) for condition in some]
        return True if True in answers else None if None in answers else False

    def _all(self, every: Sequence[Condition], facts: Any, hit: Hit | None) -> Holds:
        answers = [self._ask(condition, facts, hit) for condition in every]
        return False if False in answers else None if None in answers else True

    def _finding(self, matcher: str, span: Span, match: str, *, unknown: bool = False) -> Finding:
        """The first field that a span touches is where it is flagged."""
        part = next(part for part in self.text.parts if max(part.start, span[0]) < min(part.end, span[1]))
        first, last = max(part.start, span[0]) - part.start, min(part.end, span[1]) - part.start
        return Finding(self.loaded.rule.id, matcher, part.field, first, last, match, unknown)

    def _claims(self) -> list[Claim]:
        claims = []
        for matcher in self.loaded.rule.match.any if self.loaded.rule.match else ():
            for hit in self._hits(matcher):
                facts = facts_at(self.text, hit.span[0])  # type: ignore[arg-type]
                if (
                    self._in_fields(matcher, hit)
                    and self._applies(facts, hit)
                    and not self._excused(matcher, facts, hit)
                ):
                    claims.append(Claim(matcher.id, hit, facts))
        return claims

    def _hits(self, matcher: Matcher) -> list[Hit]:
        if matcher.identifier is not None:
            wanted = matcher.identifier
            numbers = find_numbers(self.text.text)
            return [
                Hit((number.start, number.end), (), "pattern")
                for number in numbers
                if number.type in wanted.type and number.verdict in wanted.verdict
            ]
        as_written, within = matcher.variants == "none", matcher.within
        if matcher.all:
            parts = [self.oracle.patterns(part, self.loaded, part=True) for part in matcher.all]
            return apart(
                self.search.together(parts, within=within, boundaries=matcher.boundaries, as_written=as_written)
            )
        patterns = self.oracle.patterns(matcher.text, self.loaded)
        return apart(self.search.find(patterns, within=within, boundaries=matcher.boundaries, as_written=as_written))

    def _in_fields(self, matcher: Matcher, hit: Hit) -> bool:
        if not matcher.fields:
            return True
        part = self.text.part_at(hit.span[0])
        name = "speech" if part.segment is not None else part.field
        return any(name == field or name.startswith((f"{field}.", f"{field}[")) for field in matcher.fields)

    def _applies(self, facts: Any, hit: Hit | None) -> bool:
        applies = self.loaded.rule.applies
        if facts.category is None:
            if not applies.unknown and (applies.categories or applies.except_categories):
                return False
        elif _under(facts.category, applies.except_categories) or (
            applies.categories and not _under(facts.category, applies.categories)
        ):
            return False
        return all(self._ask(condition, facts, hit) is True for condition in applies.when)

    def _excused(self, matcher: Matcher, facts: Any, hit: Hit) -> bool:
        if any(_is_in_name(brand, self.text, hit.span) for brand in self.brands):
            return True
        for condition in self.loaded.unless:
            concerned = not condition.matchers or matcher.id in condition.matchers
            in_force = condition.basis is None or condition.basis.in_force.hold(self.day)
            if concerned and in_force and self._ask(condition, facts, hit):
                return True
        return False

    def _ask(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        answer: Holds = getattr(self, f"_ask_{condition.kind}")(condition, facts, hit)
        return answer

    def _ask_text(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        patterns = self.oracle.patterns(condition.text, self.loaded, part=True)
        if hit is None or condition.scope == "document":
            if self.search.find(patterns, within="sentence", boundaries="none"):
                return True
            return any(self._stands_in(text, patterns) for _, text in facts.listing_texts)
        if condition.scope == "overlap":
            window = hit.span[0] - REACH, hit.span[1] + REACH
            found = self.search.find(patterns, within="sentence", boundaries="none", inside=window)
            return any(one.span[0] < hit.span[1] and hit.span[0] < one.span[1] for one in found)
        place = getattr(self.text, condition.scope)
        window = place(hit.span[0])[0], place(hit.span[1] - 1)[1]
        return bool(self.search.find(patterns, within="sentence", boundaries="none", inside=window))

    def _stands_in(self, text: str, patterns: list[Pattern]) -> bool:
        search = self.oracle.search(text, self.text.document)
        return bool(search.find(patterns, within="field", boundaries="none"))

    def _ask_context(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        if hit is None:
            return False
        parts = [self.text.span(piece.start, piece.end) for piece in hit.pieces]
        return any(see(name, self.text, hit.span, parts) for name in condition.context)  # type: ignore[arg-type]

    def _ask_field(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        values = [text for path in condition.field for _, text in facts.values(path)]
        compared = condition.has or condition.lacks or condition.over is not None or condition.under is not None
        if not values:
            return None if hit is not None and compared else False
        return any(self._value(condition, text, hit) for text in values)

    def _value(self, condition: Condition, text: str, hit: Hit | None) -> bool:
        if condition.equals is not None:
            return text == condition.equals
        if condition.named:
            return hit is not None and _is_in_name(text, self.text, hit.span)
        if condition.has:
            return self._says(text, condition.has, hit)
        if condition.lacks:
            known = any(not one.startswith("@") or _entry_facts(hit, one[1:]) for one in condition.lacks)
            return known and not self._says(text, condition.lacks, hit)
        for bound, sign in ((condition.over, 1), (condition.under, -1)):
            if bound is not None:
                value, limit = _measure(text, condition.unit), _said(hit, condition.unit) if bound == "said" else bound
                return value is not None and limit is not None and sign * value > sign * limit
        return True

    def _says(self, text: str, wanted: Sequence[str], hit: Hit | None) -> bool:
        bare = Text(self.text.document, [("", text, None)]).bare
        for one in wanted:
            if one.startswith("@"):
                facts = _entry_facts(hit, one[1:])
                if any(Text(self.text.document, [("", fact, None)]).bare in bare for fact in facts):
                    return True
            elif self._stands_in(text, self.oracle.patterns([one], self.loaded, part=True)):
                return True
        return False

    def _ask_certificate(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        seen = (facts.listing.observed_at if facts.listing else None) or getattr(self.text.document, "started_at", None)
        assessment = assess(
            types=condition.certificate,
            named=facts.named_certificates,
            seller=facts.seller or Seller(),
            product=facts.product,
            category=facts.category,
            as_of=seen.date() if seen else self.day,
            registry=self.registry,
        )
        return {"supported": True, "unsupported": False}.get(assessment.outcome)

    def _ask_nutrient(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        found = facts.nutrient(condition.nutrient.name if condition.nutrient else ())
        if found is None:
            return None
        over = isinstance(condition.over, Decimal) and found[1] > condition.over
        return over or (isinstance(condition.under, Decimal) and found[1] < condition.under)

    def _ask_category(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        return None if facts.category is None else _under(facts.category, condition.category)

    def _ask_speaker(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        segment = self.text.part_at(hit.span[0]).segment if hit else None
        return bool(segment and segment.speaker and segment.speaker in condition.speaker)


def _conditions(rule: Rule) -> Iterator[Condition]:
    yield from rule.applies.when
    for owed in (rule.requires, rule.conflict, rule.missing):
        yield from (*owed.any, *owed.all) if owed else ()


def _under(category: str, prefixes: Sequence[str]) -> bool:
    return any(f"{category}.".startswith(f"{prefix}.") for prefix in prefixes)


def _entry_facts(hit: Hit | None, name: str) -> list[str]:
    return [fact for piece in hit.pieces if piece.entry is not None for fact in piece.entry.fact(name)] if hit else []


def _is_in_name(name: str, text: Text, span: Span) -> bool:
    """Whether the span lies in a place where a name of two characters or more is written, character for character."""
    first, last = text.field(span[0])
    starts = range(max(first, span[1] - len(name)), min(span[0], last - len(name)) + 1)
    return len(name) > 1 and any(text.text[start : start + len(name)] == name for start in starts)


def _measure(text: str, unit: str | None) -> Decimal | None:
    if unit is None:
        return number_in(text)
    return next((one.value for one in find_quantities(text) if one.unit == unit), None)


def _said(hit: Hit | None, unit: str | None) -> Decimal | None:
    amounts = [piece.amount for piece in hit.pieces if piece.amount is not None] if hit else []
    return next((one.value for one in amounts if unit is None or one.unit in {unit, "number"}), None)


def _said_once(claims: Iterable[Claim]) -> list[Claim]:
    """Words that several matchers find are said once: of claims that overlap the longest, in order."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (one.hit.span[0] - one.hit.span[1], one.hit.span[0])):
        first, last = claim.hit.span
        if all(last <= other.hit.span[0] or other.hit.span[1] <= first for other in kept):
            kept.append(claim)
    return sorted(kept, key=lambda claim: claim.hit.span)


def _often(claims: list[Claim], text: Text, times: int, within: float) -> Iterator[list[Claim]]:
    """From each claim on, those said within so many seconds; where they are enough they are one group, and the next begins behind."""
    at: list[float] = []
    for claim in claims:
        segment = text.part_at(claim.hit.span[0]).segment
        known = segment.start if segment is not None else None
        before = at[-1] if at else 0.0
        at.append(before if known is None else max(known, before))
    start = 0
    while start < len(claims):
        end = start
        while end < len(claims) and at[end] - at[start] <= within:
            end += 1
        if end - start >= times:
            yield claims[start:end]
            start = end
        else:
            start += 1


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda one: (one.start - one.end, one.start)):
        same = [other for other in kept if (other.rule, other.field) == (one.rule, one.field)]
        if all(one.end <= other.start or other.end <= one.start for other in same):
            kept.append(one)
    return kept


def told(result: ScanResult) -> list[Finding]:
    """What the engine found, as the oracle says it."""
    made = []
    for flag in result.flags:
        first = flag.evidence[0]
        made.append(Finding(flag.rule, flag.matcher, first.field, first.start, first.end, first.match))
    for item in result.unknown:
        if item.evidence:
            first = item.evidence[0]
            made.append(Finding(item.rule, "", first.field, first.start, first.end, first.match, unknown=True))
        else:
            made.append(Finding(item.rule, "", "", 0, 0, "", unknown=True))
    return sorted(made)
