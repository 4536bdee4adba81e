"""Conditions: whether a fact holds, does not hold, or cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from monitor.flags import Evidence
from monitor.nlp.context import see
from monitor.nlp.fold import fold_literal
from monitor.nlp.layout import Layout, Span
from monitor.nlp.numbers import find_quantities
from monitor.registry import Lookup
from monitor.rules.compiled import CompiledCondition, Patterns
from monitor.rules.facts import Value, number_in, recorded
from monitor.rules.held import ask_duty, ask_function, ask_nutrition
from monitor.rules.match import Found
from monitor.rules.moments import spans_of, stretch
from monitor.rules.pictured import ask_printed
from monitor.rules.prices import hold
from monitor.rules.proof import MISHEARD
from monitor.rules.provenance import ask_origin
from monitor.rules.schema import Condition, Moments, in_category
from monitor.rules.situation import Answer, Situation, evidence_of

_OVERLAP: Final = 80
"""Code points an exception that overlaps a claim may reach beyond it."""


def ask(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether a condition holds."""
    return _ASK[asked.kind](asked, situation)


def _same(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _text(asked: CompiledCondition, situation: Situation) -> Answer:
    if isinstance(asked.condition.scope, Moments):
        return _said_in_time(asked, asked.condition.scope, situation)
    found = _find_text(asked, situation)
    if found is not None:
        return Answer(
            True, _same(situation.layout.words(found.span)), evidence_of(situation.layout, found.span, "exact")
        )
    if asked.condition.scope == "document" or situation.hit is None:
        for path, text in situation.facts.listing_texts:
            inside = find_in(path, text, asked.text, situation)
            if inside is not None:
                return Answer(True, _same(f"{path}：{text[slice(*inside)]}"))
    return Answer(False, asked.words)


def _said_in_time(asked: CompiledCondition, scope: Moments, situation: Situation) -> Answer:
    """Whether it is said within seconds of the claim or the start; in a stream without times that cannot be told of what is said."""
    layout, hit = situation.layout, situation.hit
    window = stretch(layout, scope, hit.span if hit else None, situation.facts.shown_from)
    if window is None:
        said = situation.search.anywhere(asked.text) is not None
        return Answer(None if said else False, {"zh": "没有时间", "en": "no times"} if said else asked.words)
    found = situation.search.any(asked.text, inside=window)
    if found is None:
        return Answer(False, asked.words)
    return Answer(True, _same(layout.words(found.span)), evidence_of(layout, found.span, "exact"))


def _find_text(asked: CompiledCondition, situation: Situation) -> Found | None:
    if situation.hit is None or asked.condition.scope == "document":
        return situation.search.anywhere(asked.text)
    found = (_find_beside(asked, span, situation) for span in spans_of(situation.hit))
    return next((item for item in found if item is not None), None)


def _find_beside(asked: CompiledCondition, span: Span, situation: Situation) -> Found | None:
    """Where the text of a condition stands in its scope of one span of the claim."""
    layout, scope = situation.layout, asked.condition.scope
    if scope == "overlap":
        around = span[0] - _OVERLAP, span[1] + _OVERLAP
        candidates = situation.search.every(asked.text, within="sentence", boundaries="none", inside=around)
        return next((item for item in candidates if item.span[0] < span[1] and span[0] < item.span[1]), None)
    place = {"clause": layout.clause, "sentence": layout.sentence, "field": layout.field}[str(scope)]
    window = place(span[0])[0], place(span[1] - 1)[1]
    return situation.search.any(asked.text, inside=window)


def find_in(path: str, text: str, patterns: Patterns, situation: Situation) -> Span | None:
    """Where one of the patterns stands in the text of a field: of the document that is searched anyway, or of the product shown."""
    part = situation.layout.named(path)
    if part is None or part.text != text:
        found = situation.search.inside(text).any(patterns, within="field")
        return found.span if found else None
    found = situation.search.any(patterns, inside=(part.start, part.end), within="field")
    return (found.span[0] - part.start, found.span[1] - part.start) if found else None


def _context(asked: CompiledCondition, situation: Situation) -> Answer:
    condition = asked.condition
    hit = situation.hit
    names = [name for name in condition.context if situation.search.may_stand(name)]
    if hit is None or not names:
        return Answer(False, asked.title)
    folded = situation.layout.folded
    parts = [] if hit.others else [folded.span(piece.start, piece.end) for piece in hit.pieces]
    for name in names:
        for span in (hit.core, *spans_of(hit)) if hit.core else spans_of(hit):
            seen = see(name, situation.layout, span, parts)
            if seen is not None:
                return Answer(True, _same(f"「{seen.cue}」"))
    return Answer(False, asked.title)


def _field(asked: CompiledCondition, situation: Situation) -> Answer:
    condition = asked.condition
    found = [_values(path, situation) for path in condition.field]
    lookups = tuple(lookup for _, asked in found for lookup in asked)
    answer = _of_values(asked, [value for values, _ in found for value in values], situation)
    silent = next((lookup for lookup in lookups if lookup.outcome == "unknown"), None)
    if silent is not None and answer.holds is not True:
        said = f"{silent.registry}没有答复：{silent.reason}", f"{silent.registry} did not answer: {silent.reason}"
        return Answer(None, {"zh": said[0], "en": said[1]}, lookups=lookups)
    return replace(answer, lookups=lookups) if lookups else answer


def _of_values(asked: CompiledCondition, values: Sequence[Value], situation: Situation) -> Answer:
    """Whether one of the values is as asked."""
    condition = asked.condition
    if not values:
        needed = situation.hit is not None and bool(
            condition.has or condition.lacks or condition.over is not None or condition.under is not None
        )
        paths = "、".join(condition.field)  # a duty without a trigger is not met by a field that is not there
        return Answer(None if needed else False, {"zh": f"没有 {paths}", "en": f"no {paths}"})
    for value in values:
        if _value_holds(asked, value, situation):
            return _with_value(True, value)
    return _with_value(False, values[0])


def _values(path: str, situation: Situation) -> tuple[list[Value], tuple[Lookup, ...]]:
    """The values under a path of the document, or of the registry's records of the numbers it names (``registry.gi.region``)."""
    if not path.startswith("registry."):
        return situation.facts.values(path), ()
    if situation.registry is None:
        return [], ()
    return recorded(path, situation.facts.named_certificates, situation.registry)


def _with_value(holds: bool, value: Value) -> Answer:
    path, text = value
    return Answer(holds, _same(f"{path} = {text}"), (Evidence(path, 0, len(text), text, "conflict"),))


def _value_holds(asked: CompiledCondition, value: Value, situation: Situation) -> bool:
    condition, text = asked.condition, value[1]
    if condition.equals:
        return text in condition.equals
    if condition.named:
        return situation.hit is not None and is_named(text, situation.layout, situation.hit)
    if condition.has:
        return _has(value, condition.has, asked.has, situation)
    if condition.lacks:
        asks = bool(asked.lacks) or any(
            situation.entry_facts(fact[1:]) for fact in condition.lacks if fact.startswith("@")
        )
        return asks and not _has(value, condition.lacks, asked.lacks, situation)
    if condition.over is not None or condition.under is not None:
        return _compares(condition, text, situation)
    return True


def _has(value: Value, wanted: Sequence[str], patterns: Patterns, situation: Situation) -> bool:
    path, text = value
    for fact in wanted:
        if fact.startswith("@") and any(
            fold_literal(known) in fold_literal(text) for known in situation.entry_facts(fact[1:])
        ):
            return True
    return bool(patterns) and find_in(path, text, patterns, situation) is not None


def is_named(name: str, layout: Layout, found: Found) -> bool:
    """Whether words of a claim are part of a name that stands there: 最美乡愁 is the brand, not praise."""
    return len(name) > 1 and any(_is_part(span, name, layout) for span in spans_of(found))


def _is_part(span: Span, name: str, layout: Layout) -> bool:
    first, last = layout.field(span[0])
    start = layout.text.find(name, first, last)
    while start >= 0:
        if start <= span[0] and span[1] <= start + len(name):
            return True
        start = layout.text.find(name, start + 1, last)
    return False


def _compares(condition: Condition, text: str, situation: Situation) -> bool:
    value = _measure(text, condition.unit)
    if value is None:
        return False
    given = condition.over if condition.over is not None else condition.under
    bound = _said(situation, condition.unit) if given == "said" else given
    if not isinstance(bound, Decimal):
        return False
    return value > bound if condition.over is not None else value < bound


def _measure(text: str, unit: str | None) -> Decimal | None:
    if unit is None:
        return number_in(text)
    return next((amount.value for amount in find_quantities(text) if amount.unit == unit), None)


def _said(situation: Situation, unit: str | None) -> Decimal | None:
    """The first amount in the claim's own words; one without a unit (原价九百九十九) counts for any that is asked."""
    if situation.hit is None:
        return None
    amounts = [piece.amount for piece in situation.hit.pieces if piece.amount is not None]
    return next((amount.value for amount in amounts if unit is None or amount.unit in {unit, "number"}), None)


def _certificate(asked: CompiledCondition, situation: Situation) -> Answer:
    assessment = situation.assess(asked.condition.certificate)
    if assessment is None:
        return Answer(None, MISHEARD)
    holds = {"supported": True, "unsupported": False, "unknown": None}[assessment.outcome]
    return Answer(holds, dict(assessment.detail), lookups=assessment.lookups)


def _nutrient(asked: CompiledCondition, situation: Situation) -> Answer:
    condition = asked.condition
    if condition.nutrient is None:
        return Answer(None, _same(""))
    found = situation.facts.nutrient(condition.nutrient.name)
    if found is None:
        names = "、".join(condition.nutrient.name)
        return Answer(None, {"zh": f"营养成分表没有 {names}", "en": f"no {names} in a nutrition table"})
    (path, row), value = found
    over = isinstance(condition.over, Decimal) and value > condition.over
    under = isinstance(condition.under, Decimal) and value < condition.under
    return Answer(over or under, _same(f"{path}：{row}"), _row_evidence(path, row, situation))


def _row_evidence(path: str, row: str, situation: Situation) -> tuple[Evidence, ...]:
    texts = dict(situation.facts.listing_texts) or {part.field: part.text for part in situation.layout.parts}
    start = texts[path].find(row)
    return (Evidence(path, start, start + len(row), row, "conflict"),)


def _price(asked: CompiledCondition, situation: Situation) -> Answer:
    found = hold(asked.condition, situation)
    return Answer(found.holds, found.detail, found.evidence, found.steps)


def _category(asked: CompiledCondition, situation: Situation) -> Answer:
    facts = situation.facts
    if facts.category is None:
        return Answer(None, {"zh": "商品类别未知", "en": "the category is unknown"})
    return Answer(in_category(facts.category, asked.condition.category), _same(facts.category))


def _speaker(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether one of them says it, or a part of it."""
    spans = spans_of(situation.hit) if situation.hit else ()
    segments = (situation.layout.part_at(span[0]).segment for span in spans)
    speakers = [segment.speaker for segment in segments if segment is not None and segment.speaker]
    known = next((speaker for speaker in speakers if speaker in asked.condition.speaker), None)
    return Answer(known is not None, _same(known or "、".join(dict.fromkeys(speakers))))


def _date(asked: CompiledCondition, situation: Situation) -> Answer:
    day, dates = situation.day_seen, asked.condition.date
    return Answer(dates is not None and dates.hold(day), _same(str(day)))


_ASK: Final[Mapping[str, Callable[[CompiledCondition, Situation], Answer]]] = {
    "text": _text,
    "context": _context,
    "field": _field,
    "certificate": _certificate,
    "printed": ask_printed,
    "nutrient": _nutrient,
    "nutrition": ask_nutrition,
    "function": ask_function,
    "duty": ask_duty,
    "price": _price,
    "category": _category,
    "speaker": _speaker,
    "date": _date,
    "origin": ask_origin,
}
