"""Conditions about what goods are held to: the nutrition standard of the day, the permitted health functions, the duties of goods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from monitor.flags import Evidence
from monitor.goods.content import check
from monitor.goods.duties import Offer, duties, owes, shown
from monitor.goods.functions import Catalogue, Said, catalogue
from monitor.goods.nutrition import standard
from monitor.goods.table import Row
from monitor.registry import Lookup
from monitor.registry.seller import seller_type
from monitor.rules.compiled import CompiledCondition
from monitor.rules.facts import recorded
from monitor.rules.proof import MISHEARD
from monitor.rules.schema import in_category
from monitor.rules.situation import Answer, Situation

_REGISTERED: Final = ("attributes.保健功能", "attributes.保健功效", "attributes.功能", "attributes.功效")
_BESIDE: Final = 40
"""Code points around a claim in which a wording of the catalogue may begin or end that touches it."""


def ask_nutrition(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether the nutrition table bears out (or, with ``verdict: unmet``, contradicts) one of the claims that are named."""
    names = _claims(asked.condition.nutrition, situation)
    if not names:
        return Answer(None, {"zh": "没有对应的含量声称", "en": "the words are no content claim of the standard"})
    rows, goods = situation.facts.table, situation.facts.goods(situation.day_seen)
    wanted = asked.condition.verdict == "met"
    unknown = None
    last = Answer(False, asked.words)
    for name in names:
        finding = check(name, rows, goods, situation.day_seen)
        if finding.met is wanted:
            return Answer(True, finding.detail, tuple(_row_evidence(row) for row in finding.rows))
        last = Answer(False if finding.met is not None else None, finding.detail)
        unknown = last if finding.met is None else unknown
    return unknown or last


def _claims(names: Iterable[str], situation: Situation) -> list[str]:
    """The claims a condition names; ``@fact`` are those that the vocabulary entries of the claim's words tell."""
    found = [
        claim for name in names for claim in (situation.entry_facts(name[1:]) if name.startswith("@") else (name,))
    ]
    return [claim for claim in dict.fromkeys(found) if claim in standard().claims]


def _row_evidence(row: Row) -> Evidence:
    return Evidence(row.path, row.start, row.end, row.text, "conflict")


def ask_function(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether the claim's words are a present or an old wording of a permitted function, or (not) one that the goods are registered for."""
    answers = [_ASKED[fact](situation) for fact in asked.condition.function]
    unknown = next((answer for answer in answers if answer.holds is None), None)
    return next((answer for answer in answers if answer.holds), unknown or answers[0])


def _current(situation: Situation) -> Answer:
    return _worded(situation, "current", {"zh": "不是目录中的保健功能", "en": "no function of the catalogue"})


def _old(situation: Situation) -> Answer:
    return _worded(situation, "old", {"zh": "不是旧的功能表述", "en": "no old wording of a function"})


def _worded(situation: Situation, kind: str, otherwise: dict[str, str]) -> Answer:
    known, day = catalogue(), situation.day_seen
    said = next((said for said in _wordings(situation, known) if said.kind == kind), None)
    if said is None:
        return Answer(False, otherwise)
    if kind == "current":
        return Answer(True, {"zh": f"目录中的“{said.function}”", "en": f"“{said.function}” of the catalogue"})
    return Answer(True, _replaced(said, known, day))


def _replaced(said: Said, known: Catalogue, day: date) -> dict[str, str]:
    """What an old wording became, and how long it may still be used."""
    late = day > known.old_until
    return {
        "zh": f"“{said.wording}”现为“{said.function}”，旧表述可用至 {known.old_until}{'，已过' if late else ''}",
        "en": f"“{said.wording}” is now “{said.function}”; the old wording could be used until {known.old_until}"
        if late
        else f"“{said.wording}” is now “{said.function}”; the old wording may be used until {known.old_until}",
    }


def _registered(situation: Situation) -> Answer:
    """Whether the claim's words are nothing but a wording of a function that the goods are registered for."""
    known = catalogue()
    held, _, lookups = _held(situation, known)
    if not held:
        return Answer(None, _NOT_TOLD, lookups=lookups)
    start, end = situation.hit.span if situation.hit else (0, 0)
    said = [said for said in _wordings(situation, known) if said.start <= start and end <= said.end]
    return Answer(any(one.function in held for one in said), _told(held), lookups=lookups)


def _unregistered(situation: Situation) -> Answer:
    """Whether a claim is about a function, however it is worded, that the goods are not registered for."""
    known = catalogue()
    held, where, lookups = _held(situation, known)
    said = [said.function for said in _wordings(situation, known)] if held else []
    if held and not said and situation.hit is not None:
        said = list(known.about(situation.layout.words(situation.hit.span)))
    if not said:
        return Answer(None, _NO_FUNCTION if held else _NOT_TOLD, lookups=lookups)
    evidence = (where,) if where else ()
    return Answer(any(function not in held for function in said), _told(held), evidence, lookups=lookups)


_NOT_TOLD: Final = {"zh": "没有写明注册的保健功能", "en": "no registered function is told"}
_NO_FUNCTION: Final = {"zh": "说的不是目录中的保健功能", "en": "what is said is no function of the catalogue"}


def _told(held: frozenset[str]) -> dict[str, str]:
    names = "、".join(sorted(held))
    return {"zh": f"注册的功能：{names}", "en": f"registered for: {names}"}


def _wordings(situation: Situation, known: Catalogue) -> Sequence[Said]:
    if situation.hit is None:
        return ()
    start, end = situation.hit.span
    first, last = situation.layout.field(start)
    first, last = max(first, start - _BESIDE), max(end, min(last, end + _BESIDE))
    found = known.said_in(situation.layout.text[first:last], start - first, end - first)
    return [replace(said, start=said.start + first, end=said.end + first) for said in found]


def _held(situation: Situation, known: Catalogue) -> tuple[frozenset[str], Evidence | None, tuple[Lookup, ...]]:
    """The functions the goods are registered for, by the registry's record, else by the page; where the page says so; what was looked up.

    Where a registry does not answer, nothing is told: its record would come before the page.

    Only of a health food: by its category, or by a certificate that supports these goods of this seller.
    """
    facts = situation.facts
    is_health_food, lookups = _is_health_food(situation)
    if not is_health_food:
        return frozenset(), None, lookups
    if situation.registry is not None:
        values, more = recorded("registry.health-food.scope", facts.named_certificates, situation.registry)
        lookups = tuple(dict.fromkeys(lookups + more))
        held = known.registered_in(text for _, text in values)
        if held or any(lookup.outcome == "unknown" for lookup in more):
            return held, None, lookups
    for path in _REGISTERED:
        for place, text in facts.values(path):
            held = known.registered_in([text])
            if held:
                return held, Evidence(place, 0, len(text), text, "conflict"), lookups
    return frozenset(), None, lookups


def _is_health_food(situation: Situation) -> tuple[bool, tuple[Lookup, ...]]:
    """Whether these goods are one, and what was looked up to tell."""
    category = situation.facts.category
    if category is not None and in_category(category, ("food.health",)):
        return True, ()
    named = any(kind == "health-food" for kind, _ in situation.facts.named_certificates)
    assessment = situation.assess(("health-food",)) if named else None
    if assessment is None:
        return False, ()
    return assessment.outcome == "supported", assessment.lookups


_ASKED: Final = {
    "current": _current,
    "old": _old,
    "registered": _registered,
    "unregistered": _unregistered,
}  # one for each ``FunctionFact``


def _said_beside(situation: Situation) -> list[tuple[str, str]]:
    """The field or the segment of speech that a claim stands in."""
    if situation.hit is None:
        return []
    start, end = situation.layout.field(situation.hit.span[0])
    return [("said", situation.layout.text[start:end])]


def ask_duty(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether a duty of goods is met or not owed: by these goods, this seller, on this day."""
    duty = duties()[asked.condition.duty or ""]
    facts, seller = situation.facts, situation.facts.seller
    texts = [*facts.page, *_said_beside(situation)]
    numbers = [number for _, number in facts.named_certificates]
    offer = Offer(facts.product or "", facts.category, seller_type(seller), texts, numbers)
    types = duty.evidence.certificates
    assessment = situation.assess(types) if types else None
    if assessment is not None and assessment.outcome == "supported":
        return Answer(True, dict(assessment.detail), lookups=assessment.lookups)
    found = shown(duty, texts)
    if found is not None:
        return Answer(True, {"zh": f"已写：{found}", "en": f"shown: {found}"})
    owed = owes(duty, offer, situation.day_seen)
    if owed.owed and assessment is not None:
        holds = None if assessment.outcome == "unknown" else False
        return Answer(holds, dict(assessment.detail), lookups=assessment.lookups)
    if owed.owed and types:
        return Answer(None, MISHEARD)
    return Answer(None if owed.owed is None else not owed.owed, owed.detail)
