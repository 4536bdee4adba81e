"""Each rule by itself on one document: what is found, what excuses it, what is owed.

Contexts (``see``), certificates (``assess``, ``failures`` of what is printed), facts of the document, goods introduced in speech
(``introduced``), certificate numbers and what goods are held to (``monitor.goods``) are asked of the engine's own modules: they are
decisions, and no search. Whatever looks for words of a rule is in this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from rules.oracle.moments import stretch, within_seconds
from rules.oracle.search import Hit, Pattern, Phrases, Search, apart
from rules.oracle.text import Span, Text, read

from monitor.claims import Passage, passages, shipped_model
from monitor.documents import Document, Listing, Seller, picture_at
from monitor.flags import ScanResult
from monitor.goods.content import check
from monitor.goods.duties import Offer, duties, owes, shown
from monitor.goods.functions import catalogue
from monitor.goods.nutrition import standard
from monitor.nlp.boxes import confidence_of
from monitor.nlp.context import see
from monitor.nlp.numbers import find_quantities
from monitor.nlp.segment import Words
from monitor.registry import Registry, assess
from monitor.registry import find as find_numbers
from monitor.registry.origin import is_of_product, origins, statement
from monitor.registry.places import places_in, relation
from monitor.registry.printed import Shown, failures, printed_in
from monitor.registry.seller import seller_type
from monitor.rules.facts import facts_at, number_in, recorded
from monitor.rules.introduced import introduced
from monitor.rules.pattern import parse
from monitor.rules.pictured import SURE, declared_in, slips_in
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Matcher, Moments, Rule, Window

REACH = 80
"""Characters an exception that overlaps a claim may reach beyond it."""

MOST_FLAGS = 1000
"""Flags of one matcher that are kept."""

Holds = bool | None
Place = tuple[str, int, int]
"""Field, and half-open span of code points in it."""


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
    more: tuple[Place, ...] = ()
    """What is shown besides, where a fact does not contradict it."""


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
        active = [loaded for loaded in rulebook.loaded.values() if loaded.rule.status in {"in-force", "shadow"}]
        self._phrases = Phrases(pattern for loaded in active for pattern in self._all(loaded))

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
        flags = list(_distinct(one for one in found if not one.unknown))
        said = [one for one in flags if one.match != "model" or not self._is_said_by_rule(one, flags, search.text)]
        return sorted([*said, *(one for one in found if one.unknown)])

    def _is_said_by_rule(self, told: Finding, flags: Sequence[Finding], text: Text) -> bool:
        """Whether a rule of the same code has words in the same field, or in the segment before or after."""
        fields = [part.field for part in text.parts]
        place, beside = fields.index(told.field), int(text.parts[0].segment is not None)
        near = fields[max(0, place - beside) : place + beside + 1]
        rules = self._rulebook.rules
        return any(
            field in near
            for one in flags
            if one.match != "model" and rules[one.rule].status == "in-force"
            if rules[one.rule].category == rules[told.rule].category
            for field in (one.field, *(place[0] for place in one.more))
        )

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
        return Search(Text(document, [("", text, None)]), self._words, self._phrases)


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
        matchers = rule.match.any if rule.match else ()
        if rule.missing is not None:
            yield from _first(self._missing())
        elif rule.repeat is not None:
            claims = [claim for matcher in matchers for claim in self._claims(matcher)]
            yield from _first(
                self._finding(group[0].matcher, group)
                for group in _often(_said_once(claims), self.text, rule.repeat.times, rule.repeat.within)
            )
        else:
            for matcher in matchers:
                yield from _first(found for claim in self._claims(matcher) for found in self._owed(claim))

    def _facts(self, place: int) -> Any:
        return facts_at(self.text, place, lambda: introduced(self.text))  # type: ignore[arg-type]

    def _missing(self) -> Iterator[Finding]:
        """Goods of a category owe each for itself, where they are first shown; else the document does."""
        rule, owed = self.loaded.rule, self.loaded.rule.missing
        shown: dict[str, int] = {}
        for part in self.text.parts if rule.applies.categories else ():
            facts = self._facts(part.start)
            if facts.listing is not None:
                shown.setdefault(facts.prefix, part.start)
        for place in shown.values() or [0]:
            facts = self._facts(place)
            if owed is None or not self._applies(facts, None):
                continue
            holds = self._both(owed.any, owed.all, facts, None)
            part = self.text.part_at(place)
            if holds is False:
                yield Finding(rule.id, "missing", part.field, 0, len(part.text), "absent")
            elif holds is None:
                yield Finding(rule.id, "", "", 0, 0, "", unknown=True)

    def _owed(self, claim: Claim) -> Iterator[Finding]:
        rule = self.loaded.rule
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
                yield self._finding("", [claim], unknown=True)
                return
            if holds is (rule.conflict is None):
                return
        found = self._finding(claim.matcher, [claim])
        yield found if rule.conflict is None else replace(found, match="conflict", more=())

    def _both(self, some: Sequence[Condition], every: Sequence[Condition], facts: Any, hit: Hit | None) -> Holds:
        if every:
            return self._all(every, facts, hit)
        answers = [self._ask(condition, facts, hit) for condition in some]
        return True if True in answers else None if None in answers else False

    def _all(self, every: Sequence[Condition], facts: Any, hit: Hit | None) -> Holds:
        answers = [self._ask(condition, facts, hit) for condition in every]
        return False if False in answers else None if None in answers else True

    def _finding(self, matcher: str, claims: Sequence[Claim], *, unknown: bool = False) -> Finding:
        """The first field that the first claim touches is where it is flagged."""
        places = [
            (part.field, max(part.start, span[0]) - part.start, min(part.end, span[1]) - part.start)
            for claim in claims
            for span in claim.hit.spans
            for part in self.text.parts
            if max(part.start, span[0]) < min(part.end, span[1])
        ]
        rule, match = self.loaded.rule.id, claims[0].hit.match
        return Finding(rule, matcher, *places[0], match, unknown, tuple(places[1:]))

    def _claims(self, matcher: Matcher) -> Iterator[Claim]:
        for hit in self._hits(matcher):
            facts = self._facts(hit.span[0])
            if self._in_fields(matcher, hit) and self._applies(facts, hit) and not self._excused(matcher, facts, hit):
                yield Claim(matcher.id, hit, facts)

    def _hits(self, matcher: Matcher) -> list[Hit]:
        if matcher.identifier is not None:
            wanted = matcher.identifier
            numbers = find_numbers(self.text.text)
            return [
                Hit((number.start, number.end), (), "pattern")
                for number in numbers
                if number.type in wanted.type and number.verdict in wanted.verdict
            ]
        if matcher.model is not None and matcher.over is not None:
            return [Hit(span, (), "model", core=core) for span, core in self._modelled(matcher.model, matcher.over)]
        as_written, within = matcher.variants == "none", matcher.within
        if matcher.all:
            parts = [self.oracle.patterns(part, self.loaded, part=True) for part in matcher.all]
            if isinstance(within, Window):
                said = [
                    apart(self.search.find(part, within="clause", boundaries=matcher.boundaries, as_written=as_written))
                    for part in parts
                ]
                return within_seconds(self.text, said, within.seconds)
            return apart(
                self.search.together(parts, within=within, boundaries=matcher.boundaries, as_written=as_written)
            )
        assert isinstance(within, str)
        patterns = self.oracle.patterns(matcher.text, self.loaded)
        return apart(self.search.find(patterns, within=within, boundaries=matcher.boundaries, as_written=as_written))

    def _modelled(self, label: str, over: float) -> Iterator[tuple[Span, Span]]:
        """The sentences that the model, asked one by one, gives the label, and what in each weighed most."""
        model = shipped_model()
        for start, end, place in passages(self.text):  # type: ignore[arg-type]
            alone = model.judged([Passage(0, end - start, place)], self.text.text[start:end])
            if alone[0, model.column[label]] > over:
                first, last = model.core(self.text.text[start:end], place, label)
                yield (start, end), (start + first, start + last)

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
        if any(_is_in_name(brand, self.text, span) for brand in self.brands for span in hit.spans):
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

    def _ask_text(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        patterns = self.oracle.patterns(condition.text, self.loaded, part=True)
        if isinstance(condition.scope, Moments):
            return self._is_said_in_time(patterns, condition.scope, facts, hit)
        if hit is None or condition.scope == "document":
            if self.search.find(patterns, within="sentence", boundaries="none"):
                return True
            return any(self._stands_in(text, patterns) for _, text in facts.listing_texts)
        return any(self._stands_at(patterns, condition.scope, span) for span in hit.spans)

    def _stands_at(self, patterns: list[Pattern], scope: str, span: Span) -> bool:
        if scope == "overlap":
            window = span[0] - REACH, span[1] + REACH
            found = self.search.find(patterns, within="sentence", boundaries="none", inside=window)
            return any(one.span[0] < span[1] and span[0] < one.span[1] for one in found)
        place = getattr(self.text, scope)
        window = place(span[0])[0], place(span[1] - 1)[1]
        return bool(self.search.find(patterns, within="sentence", boundaries="none", inside=window))

    def _is_said_in_time(self, patterns: list[Pattern], scope: Moments, facts: Any, hit: Hit | None) -> Holds:
        """Where there are no times, what is said nowhere is not said in time, and of the rest that cannot be told."""
        window = stretch(self.text, scope, hit.span if hit else None, facts.shown_from)
        said = bool(self.search.find(patterns, within="sentence", boundaries="none", inside=window))
        return None if window is None and said else said

    def _stands_in(self, text: str, patterns: list[Pattern]) -> bool:
        search = self.oracle.search(text, self.text.document)
        return bool(search.find(patterns, within="field", boundaries="none"))

    def _ask_context(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        if hit is None:
            return False
        parts = [] if hit.others else [self.text.span(piece.start, piece.end) for piece in hit.pieces]
        spans = (hit.core, *hit.spans) if hit.core else hit.spans
        seen = [see(name, self.text, span, parts) for name in condition.context for span in spans]  # type: ignore[arg-type]
        return any(seen)

    def _ask_field(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        values = [text for path in condition.field for text in self._values(path, facts)]
        compared = condition.has or condition.lacks or condition.over is not None or condition.under is not None
        if not values:
            return None if hit is not None and compared else False
        return any(self._value(condition, text, hit) for text in values)

    def _values(self, path: str, facts: Any) -> list[str]:
        if not path.startswith("registry."):
            return [text for _, text in facts.values(path)]
        known = recorded(path, facts.named_certificates, self.registry)[0] if self.registry else []
        return [text for _, text in known]

    def _value(self, condition: Condition, text: str, hit: Hit | None) -> bool:
        if condition.equals:
            return text in condition.equals
        if condition.named:
            return hit is not None and any(_is_in_name(text, self.text, span) for span in hit.spans)
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
        assessment = assess(
            types=condition.certificate,
            named=facts.named_certificates,
            seller=facts.seller or Seller(),
            product=facts.product,
            category=facts.category,
            as_of=self._day_seen(facts),
            registry=self.registry,
        )
        return {"supported": True, "unsupported": False}.get(assessment.outcome)

    def _ask_printed(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        if hit is None:
            return False
        part = self.text.part_at(hit.span[0])
        image = picture_at(self.text.document, part.field)
        shown = Shown(facts.seller, facts.product, facts.category, self._day_seen(facts), declared_in(facts.listing))
        return any(
            failure.kind in condition.printed
            for printed in printed_in(part.text)
            if image is not None and printed.number.start == hit.span[0] - part.start
            for failure in failures(printed, shown, slips=slips_in(image))
            if confidence_of(image, printed.number.start, printed.number.end) >= SURE
            and confidence_of(image, failure.start, failure.end) >= SURE
        )

    def _ask_date(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        day, dates = self._day_seen(facts), condition.date
        return bool(dates and (dates.from_ or day) <= day <= (dates.to or day))

    def _day_seen(self, facts: Any) -> date:
        """The day the document was seen or began."""
        seen = (facts.listing.observed_at if facts.listing else None) or getattr(self.text.document, "started_at", None)
        return seen.date() if seen else self.day

    def _ask_origin(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        """What each statement says, one against the area deciding over all others; reading a place is a decision."""
        written = _entry_facts(hit, "place")
        named = [found.codes for place in written for found in places_in(place)]
        codes = [*filter(str.isdigit, written), *(code for found in named for code in found)]
        goods, title = _entry_facts(hit, "product"), facts.product
        if not codes or (goods and title and all(is_of_product(title, one) is False for one in goods)):
            return None
        told = []
        if facts.listing is not None:
            own = [(part.field, part.text) for part in self.text.parts] if facts.listing is facts.document else []
            told = [one.places for one in origins(facts.listing, own or facts.listing_texts)]
        for span in hit.spans if hit and goods else ():
            first, last = self.text.sentence(span[0])[0], self.text.sentence(span[1] - 1)[1]
            said = statement(self.text.text[first:last])
            behind = said is not None and first + said[0] >= span[1]
            if said and (behind or self.text.clause(first + said[0]) == self.text.clause(span[0])):
                told.append(said[2])
        answers = {relation(places, codes) for places in told}
        answer = next((one for one in ("outside", "inside") if one in answers), None)
        return None if answer is None else answer == condition.origin

    def _ask_nutrient(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        found = facts.nutrient(condition.nutrient.name if condition.nutrient else ())
        if found is None:
            return None
        over = isinstance(condition.over, Decimal) and found[1] > condition.over
        return over or (isinstance(condition.under, Decimal) and found[1] < condition.under)

    def _ask_nutrition(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        names = [n for name in condition.nutrition for n in (_entry_facts(hit, name[1:]) if name[0] == "@" else [name])]
        names = [name for name in names if name in standard().claims]
        day = self._day_seen(facts)
        met = [check(name, facts.table, facts.goods(day), day).met for name in names]
        if not met or ((condition.verdict == "met") not in met and None in met):
            return None
        return (condition.verdict == "met") in met

    def _ask_function(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        known, said, about, whole = catalogue(), (), (), set()
        if hit is not None:
            first, last = self.text.field(hit.span[0])
            first, last = max(first, hit.span[0] - 40), max(hit.span[1], min(last, hit.span[1] + 40))
            said = known.said_in(self.text.text[first:last], hit.span[0] - first, hit.span[1] - first)
            about = known.about(self.text.text[slice(*hit.span)])
            whole = {s.function for s in said if s.start <= hit.span[0] - first and hit.span[1] - first <= s.end}
        functions = {one.function for one in said} or set(about)
        held = self._registered_functions(known, facts)
        answers = {
            "current": any(one.kind == "current" for one in said),
            "old": any(one.kind == "old" for one in said),
            "registered": bool(whole & held) if held else None,
            "unregistered": bool(functions - held) if functions and held else None,
        }
        asked = [answers[fact] for fact in condition.function]
        return True if True in asked else None if None in asked else False

    def _registered_functions(self, known: Any, facts: Any) -> frozenset[str]:
        numbers = [number for kind, number in facts.named_certificates if kind == "health-food"]
        health = facts.category is not None and _under(facts.category, ("food.health",))
        if not health and not (numbers and self._ask_certificate(Condition(certificate="health-food"), facts, None)):
            return frozenset()
        replies = [self.registry.by_number("health-food", number) for number in numbers] if self.registry else []
        records = [record for reply in replies for record in reply.records]
        held = known.registered_in(item for record in records for item in record.scope)
        for name in ("保健功能", "保健功效", "功能", "功效"):
            for _, value in facts.values(f"attributes.{name}"):
                held = held or known.registered_in([value])
        return held

    def _ask_duty(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        duty = duties()[condition.duty or ""]
        numbers = [number for _, number in facts.named_certificates]
        beside = [("said", self.text.text[slice(*self.text.field(hit.span[0]))])] if hit else []
        page = [*facts.page, *beside]
        offer = Offer(facts.product or "", facts.category, seller_type(facts.seller), page, numbers)
        shows = [shown(duty, page) is not None]
        if duty.evidence.certificates:
            certified = Condition(certificate=duty.evidence.certificates)
            shows.append(self._ask_certificate(certified, facts, hit))
        owed = owes(duty, offer, self._day_seen(facts)).owed
        if True in shows or owed is False:
            return True
        return None if None in shows or owed is None else False

    def _ask_price(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        """The oracle has no price history: only that no price is compared can be told."""
        price = facts.listing.price if facts.listing else None
        amounts = [piece.amount for piece in hit.pieces if piece.amount is not None] if hit else []
        said = any(amount.unit in {"yuan", "number", "dollar"} for amount in amounts)
        there = said if condition.price == "said" else getattr(price, condition.price or "", None) is not None
        if there or condition.price == "current" or facts.listing is None:
            return None
        return condition.at_most is not None or condition.at_least is not None

    def _ask_category(self, condition: Condition, facts: Any, hit: Hit | None) -> Holds:
        return None if facts.category is None else _under(facts.category, condition.category)

    def _ask_speaker(self, condition: Condition, facts: Any, hit: Hit | None) -> bool:
        said = [self.text.part_at(span[0]).segment for span in hit.spans] if hit else []
        return any(segment and segment.speaker and segment.speaker in condition.speaker for segment in said)


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


def _first(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings up to the last flag that is kept."""
    flags = 0
    for found in findings:
        yield found
        flags += not found.unknown
        if flags == MOST_FLAGS:
            return


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
        first, *others = flag.evidence
        more = () if first.match == "conflict" else tuple((one.field, one.start, one.end) for one in others)
        made.append(Finding(flag.rule, flag.matcher, first.field, first.start, first.end, first.match, more=more))
    for item in result.unknown:
        if item.evidence:
            first, *others = item.evidence
            more = tuple((one.field, one.start, one.end) for one in others)
            made.append(Finding(item.rule, "", first.field, first.start, first.end, first.match, True, more))
        else:
            made.append(Finding(item.rule, "", "", 0, 0, "", unknown=True))
    return sorted(made)
