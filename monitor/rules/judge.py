"""Judging: from what was found to a flag, an excuse, or an open question, with the trace of how."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from monitor.documents import Transcript
from monitor.flags import SEVERITIES, Basis, Evidence, Flag, MatchKind, Severity, Unknown
from monitor.nlp.context import see
from monitor.registry import Prices, Source
from monitor.registry.identifier import CERTAIN
from monitor.rules.claims import Claim, said_once, windows
from monitor.rules.compiled import Compiled, CompiledCondition, CompiledMatcher, CompiledRule
from monitor.rules.conditions import ask, is_named
from monitor.rules.details import detailed, law_step, lookup_steps, owed_steps
from monitor.rules.facts import Facts, subjects
from monitor.rules.match import Found, Search
from monitor.rules.moments import spans_of, within_seconds, words_of
from monitor.rules.pictured import is_doubtful, with_boxes
from monitor.rules.provenance import area_words
from monitor.rules.rulebook import kind_of
from monitor.rules.schema import Rule, Window
from monitor.rules.screen import is_in
from monitor.rules.situation import Answer, Situation, evidence_of, whole_part
from monitor.rules.wording import LegalBasis
from monitor.trace import Fact, Step, explanation, render

_QUALITY: Final = {"variant": 0.95, "homophone": 0.85}
"""How much less sure a match is that is not as written."""
_BRACES: Final = re.compile(r"\{(?:match|other|area)\}")
MOST_FLAGS: Final = 1000
"""Flags one matcher of a rule may raise in one document, the first ones; more would say nothing new."""


@dataclass(frozen=True, slots=True)
class Excused:
    """A match that an exception excused: kept for `rules check` and for the question why nothing was flagged."""

    rule: str
    matcher: str
    condition: str
    text: str
    trace: tuple[Step, ...] = ()
    """The evidence that was owed and there, with what was looked up for it, where traces were asked for."""


Verdict = Flag | Unknown | Excused


class Judge:
    """Runs the rules of a compiled rulebook on one document at a time."""

    def __init__(self, compiled: Compiled, language: str = "zh", *, traced: bool = False) -> None:
        self._compiled = compiled
        self._language = language
        self._traced = traced

    def judge(
        self,
        rule: CompiledRule,
        search: Search,
        as_of: date,
        registry: Source | None,
        matchers: Collection[int] | None = None,
        prices: Prices | None = None,
    ) -> Iterator[Verdict]:
        """What one rule says of one document on one day; ``matchers`` (by index) are those that can find anything, None: all."""
        basis = tuple(item for item in rule.loaded.rule.basis if item.in_force.hold(as_of))
        if not basis or kind_of(search.layout.document) not in rule.loaded.rule.applies.kinds:
            return
        case = _Case(self._compiled, rule, basis, search, as_of=as_of, registry=registry, language=self._language)
        case.traced, case.prices = self._traced, prices
        tried = rule.matchers if matchers is None else tuple(m for i, m in enumerate(rule.matchers) if i in matchers)
        counted_together = rule.loaded.rule.shape in {"missing", "repeat"}
        for case.matchers in [tried] if counted_together else [(matcher,) for matcher in tried]:
            yield from _first(case.verdicts(), MOST_FLAGS)


def _first(verdicts: Iterable[Verdict], most: int) -> Iterator[Verdict]:
    """Verdicts up to the flag that is one too many: what a text begins with does not depend on how it goes on."""
    count = 0
    for verdict in verdicts:
        yield verdict
        count += isinstance(verdict, Flag)
        if count >= most:
            return


class _Case:
    """One rule and one document."""

    def __init__(
        self,
        compiled: Compiled,
        rule: CompiledRule,
        basis: tuple[LegalBasis, ...],
        search: Search,
        *,
        as_of: date,
        registry: Source | None,
        language: str,
    ) -> None:
        self.matchers = rule.matchers
        self.traced = False
        self.prices: Prices | None = None
        self._compiled = compiled
        self._compiled_rule = rule
        self._rule: Rule = rule.loaded.rule
        self._basis = basis
        self._search = search
        self._layout = search.layout
        self._as_of = as_of
        self._registry = registry
        self._language = language

    def verdicts(self) -> Iterator[Verdict]:
        if self._rule.shape == "missing":
            yield from self._missing()
        elif self._rule.shape == "repeat":
            yield from self._repeat()
        else:
            for item in self._claims():
                yield item if isinstance(item, Excused | Unknown) else self._owed(item)

    def _situation(self, facts: Facts, hit: Found | None) -> Situation:
        return Situation(
            self._compiled, self._search, self._search.words, facts, self._as_of, self._registry, hit, self.prices
        )

    def _missing(self) -> Iterator[Verdict]:
        for place in subjects(self._layout) if self._rule.applies.categories else [0]:
            facts = self._search.facts_at(place)
            situation = self._situation(facts, None)
            applies = self._applies(situation)
            if isinstance(applies, Unknown):
                yield applies
            if applies is not True:
                continue
            answers = [(item, ask(item, situation)) for item in self._compiled_rule.evidence]
            owed = self._rule.missing
            holds = _any([a.holds for _, a in answers]) if owed and owed.any else _all([a.holds for _, a in answers])
            steps = [self._category_step(facts), *owed_steps(answers)]
            if holds is False:
                prices = tuple(e for item, answer in answers if item.kind == "price" for e in answer.evidence)
                yield self._flag(steps, (whole_part(self._layout, place), *prices), "missing", 1.0)
            elif holds is None:
                yield self._unknown(answers, ())

    def _repeat(self) -> Iterator[Verdict]:
        repeat = self._rule.repeat
        claims = []
        for item in self._claims():
            if isinstance(item, Claim):
                claims.append(item)
            else:
                yield item
        for group in windows(said_once(claims), repeat.times, repeat.within) if repeat else ():
            first = group[0]
            step = Step("count", {"within": repeat.within if repeat else 0.0, "times": len(group)})
            evidence = tuple(e for claim in group for e in self._evidence(claim.found))
            yield self._flag([*first.steps, step], evidence, first.matcher, self._quality(first))

    def _claims(self) -> Iterator[Claim | Excused | Unknown]:
        for matcher in self.matchers:
            for found, info_only in self._find(matcher):
                if not is_in(self._layout.part_at(found.span[0]), matcher.matcher.fields):
                    continue
                situation = self._situation(self._search.facts_at(found.span[0]), found)
                applies = self._applies(situation)
                if isinstance(applies, Unknown):
                    yield applies
                elif applies:
                    yield self._excuse(matcher, found, situation, info_only)

    def _find(self, matcher: CompiledMatcher) -> Iterator[tuple[Found, bool]]:
        asked = matcher.matcher
        if asked.identifier is not None:
            spoken = isinstance(self._layout.document, Transcript)
            for number in self._search.numbers:
                if number.type in asked.identifier.type and number.verdict in asked.identifier.verdict:
                    span = number.start, number.end
                    hearsay = number.certainty < CERTAIN and number.verdict != "well-formed"
                    yield Found(span, (), "pattern"), spoken or hearsay or is_doubtful(self._layout, span)
            return
        if asked.model is not None and asked.over is not None:
            for span in self._search.modelled.sentences(self._search.number, asked.model, asked.over):
                core = self._search.modelled.core(self._search.number, asked.model, span)
                yield Found(span, (), "model", core=core), False
            return
        within, boundaries, as_written = asked.within, asked.boundaries, asked.variants == "none"
        if isinstance(within, Window):
            found = within_seconds(self._search, matcher.parts, within.seconds, boundaries, as_written=as_written)
        elif matcher.parts:
            found = self._search.together(matcher.parts, within=within, boundaries=boundaries, as_written=as_written)
        else:
            found = self._search.find(matcher.patterns, within=within, boundaries=boundaries, as_written=as_written)
        yield from ((item, False) for item in found)

    def _applies(self, situation: Situation) -> bool | Unknown:
        """Whether the rule is for this; unknown where a registry that would tell did not answer."""
        if not self._rule.applies.fit(situation.facts.category):
            return False
        silent = []
        for condition in self._compiled_rule.when:
            answer = ask(condition, situation)
            if answer.unanswered:
                silent.append((condition, answer))
            elif answer.holds is not True:
                return False
        evidence = self._evidence(situation.hit) if situation.hit else ()
        return self._unknown(silent, evidence) if silent else True

    def _excuse(
        self, matcher: CompiledMatcher, found: Found, situation: Situation, info_only: bool
    ) -> Claim | Excused | Unknown:
        """A claim, unless an exception excuses it; unknown where a registry that might excuse it did not answer."""
        silent = []
        name = matcher.matcher.id
        said = words_of(self._layout, found)
        steps = self._said_steps(matcher, found)
        steps.append(self._category_step(situation.facts))
        for brand in self._compiled.rulebook.brands:
            if is_named(brand, self._layout, found):
                return Excused(self._rule.id, name, "brands", said)
        for asked in _limited(self._compiled_rule.unless, name):
            condition = asked.condition
            if condition.basis is not None and not condition.basis.in_force.hold(self._as_of):
                steps.append(Step("expired-exception", {"condition": asked.title, "day": str(self._as_of)}))
                continue
            answer = ask(asked, situation)
            if answer.holds:
                return Excused(self._rule.id, name, condition.id or condition.kind, said)
            steps += lookup_steps([answer])
            steps.append(asked.refused)
            if answer.unanswered:
                silent.append((asked, answer))
        if silent:
            return self._unknown(silent, self._evidence(found))
        if info_only:
            steps.append(Step("capped"))
        return Claim(situation, name, found, tuple(steps), info_only)

    def _said_steps(self, matcher: CompiledMatcher, found: Found) -> list[Step]:
        """What was said, and how it was found."""
        asked, field = matcher.matcher, self._layout.part_at(found.span[0]).field
        said: dict[str, Fact] = {
            "field": field,
            "text": words_of(self._layout, found),
            "matcher": asked.id,
            "how": found.match,
        }
        steps = [Step("said", said)]
        if self.traced:
            steps = detailed(steps[0], self._layout, found)
        if asked.model is not None:
            steps.append(self._search.modelled.step(self._search.number, asked.model, found.span))
        return steps

    def _owed(self, claim: Claim) -> Verdict:
        """The flag of a claim, or its evidence: owed and there, contradicted, or not to be told."""
        evidence = self._evidence(claim.found)
        steps = list(claim.steps)
        said = words_of(self._layout, claim.found)
        owed = self._rule.requires or self._rule.conflict
        if owed is not None:
            answers = [
                (item, ask(item, claim.situation)) for item in _limited(self._compiled_rule.evidence, claim.matcher)
            ]
            holds = [answer.holds for _, answer in answers]
            decided = _any(holds) if owed.any else _all(holds)
            conflict = self._rule.conflict is not None
            if decided is None:
                return self._unknown(answers, evidence)
            if decided is not conflict:
                name = next((a[0].condition.id or a[0].condition.kind for a in answers if a[1].holds), "evidence")
                found = tuple(owed_steps(answers, conflict=conflict)) if self.traced else ()
                return Excused(self._rule.id, claim.matcher, name, said, found)
            steps += owed_steps(answers, conflict=conflict)
            if conflict:
                against = tuple(e for _, answer in answers if answer.holds for e in answer.evidence)
                evidence = tuple(_as(e, "conflict") for e in evidence) + against
        return self._flag(steps, evidence, claim.matcher, self._quality(claim), claim)

    def _evidence(self, found: Found) -> tuple[Evidence, ...]:
        return tuple(e for span in spans_of(found) for e in evidence_of(self._layout, span, found.match))

    def _quality(self, claim: Claim) -> float:
        factor = _QUALITY.get(claim.found.match, 1.0)
        segment = self._layout.part_at(claim.found.span[0]).segment
        if segment is not None and segment.confidence is not None:
            factor *= 0.5 + 0.5 * segment.confidence
        return factor

    def _flag(
        self,
        steps: Sequence[Step],
        evidence: tuple[Evidence, ...],
        matcher: str,
        quality: float,
        claim: Claim | None = None,
    ) -> Flag:
        rule, language = self._rule, self._language
        said = words_of(self._layout, claim.found) if claim else evidence[0].text
        severity, more = self._severity(claim)
        steps = [*steps, *more, *(law_step(basis, self._as_of) for basis in self._basis)]
        words = {"{match}": said, "{other}": evidence[-1].text if len(evidence) > 1 else ""}
        words["{area}"] = area_words(claim.situation) if claim and "{area}" in rule.message.say(language) else ""
        flag = Flag(
            rule=rule.id,
            category=rule.category,
            severity=severity,
            score=round(rule.score * quality, 3),
            message=_filled(rule.message.say(language), words),
            basis=tuple(Basis(basis.law, basis.article) for basis in self._basis),
            evidence=with_boxes(evidence, self._layout.document),
            explanation=(),
            remedy=rule.remedy.say(language),
            version=rule.version,
            matcher=matcher,
            status="shadow" if rule.status == "shadow" else "in-force",
        )
        waiver = self._compiled.rulebook.waiver(rule.id, self._layout.document, self._as_of)
        if waiver is not None:
            steps.append(Step("waived", {"reason": waiver.reason, "owner": waiver.owner, "until": str(waiver.until)}))
        lines = explanation(steps, language)
        return _explained(flag, lines, tuple(steps) if self.traced else (), waived=waiver is not None)

    def _severity(self, claim: Claim | None) -> tuple[Severity, list[Step]]:
        severity = self._rule.severity
        if claim is None:
            return severity, []
        if claim.info_only:
            return "info", []
        seen = see("corrected", self._layout, claim.found.span) if self._search.may_stand("corrected") else None
        if seen is None:
            return severity, []
        return SEVERITIES[max(0, SEVERITIES.index(severity) - 1)], [Step("corrected", {"cue": seen.cue})]

    def _unknown(self, answers: Sequence[tuple[CompiledCondition, Answer]], evidence: tuple[Evidence, ...]) -> Unknown:
        steps = [
            Step("unknown", {"condition": item.title, "detail": answer.detail})
            for item, answer in answers
            if answer.holds is None
        ]
        reason = "; ".join(render(steps, self._language))
        asked = lookup_steps([answer for _, answer in answers]) if self.traced else []
        return Unknown(self._rule.id, self._rule.category, reason, evidence, tuple([*asked, *steps] if asked else ()))

    def _category_step(self, facts: Facts) -> Step:
        return Step("category", {"category": facts.category or "?", "how": facts.category_from})


def _filled(message: str, words: Mapping[str, str]) -> str:
    """A message with the words for its braces; what is filled in is not read again."""
    return _BRACES.sub(lambda found: words[found[0]], message)


def _explained(flag: Flag, lines: tuple[str, ...], trace: tuple[Step, ...], *, waived: bool) -> Flag:
    return msgspec.structs.replace(flag, explanation=lines, trace=trace, status="waived" if waived else flag.status)


def _as(evidence: Evidence, match: MatchKind) -> Evidence:
    return Evidence(evidence.field, evidence.start, evidence.end, evidence.text, match, evidence.at)


def _limited(conditions: Sequence[CompiledCondition], matcher: str) -> list[CompiledCondition]:
    """The conditions that are asked of a matcher: some are limited to others."""
    return [item for item in conditions if not item.condition.matchers or matcher in item.condition.matchers]


def _any(holds: Sequence[bool | None]) -> bool | None:
    return True if True in holds else None if None in holds else False


def _all(holds: Sequence[bool | None]) -> bool | None:
    return False if False in holds else None if None in holds else True
