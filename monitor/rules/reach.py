"""Reach: how much of a stream the rules must have heard before they can judge a claim in it.

Most rules judge a claim by what stands around it. What they read is bounded by the rulebook itself: its longest literal, its
longest gap, the contexts it asks for. The others ask something of the whole stream, and can be judged at its end only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from monitor.nlp.context import Reading, readings
from monitor.rules.compiled import Compiled, CompiledCondition, CompiledMatcher, CompiledRule, Patterns, spread
from monitor.rules.match import AMOUNT
from monitor.rules.pattern import Quantity
from monitor.rules.schema import Condition, Moments, Window


@dataclass(frozen=True)
class Reach:
    """How far the rules about transcripts read.

    ``far`` are the rules that ask something of the whole stream. All else is about the others: ``before`` and ``after`` a claim the
    contexts read so far; ``used`` are the phrase sets of their patterns, none of which has a phrase longer than ``longest`` bare
    characters; after a piece of one phrase set (or an amount) ``follows`` tells which may come next, and after how many bare characters;
    ``together`` are the first pieces of the parts that may lie in different segments, a tuple a matcher.
    """

    far: frozenset[str]
    before: Reading
    after: Reading
    used: frozenset[int]
    longest: int
    follows: Mapping[int, Mapping[int, int]]
    together: tuple[tuple[frozenset[int], ...], ...]


def reach_of(compiled: Compiled) -> Reach:
    """How far the rules of a rulebook read in a stream."""
    spoken = [rule for rule in compiled.rules if "transcript" in rule.loaded.rule.applies.kinds]
    near = [rule for rule in spoken if not _asks_all(rule)]
    contexts = {name for rule in spoken for item in _conditions(rule) for name in item.condition.context}
    before, after = readings(contexts | {"corrected"})  # which every claim is asked for
    follows: dict[int, dict[int, int]] = {}
    used: set[int] = set()
    for patterns, nearby in _patterns(near):
        used.update(number for pattern in patterns for number in pattern.sets)
        _follow(patterns, follows, nearby=nearby)
    index, sets = spread(compiled.sets_of, np.arange(len(compiled.literals)))
    lengths = compiled.lengths[index[np.isin(sets, sorted(used))]]
    return Reach(
        far=frozenset(rule.loaded.rule.id for rule in spoken if _asks_all(rule)),
        before=before,
        after=after,
        used=frozenset(used),
        longest=int(lengths.max(initial=0)),
        follows=follows,
        together=tuple(_firsts(matcher.parts) for rule in near for matcher in rule.matchers if _is_scattered(matcher)),
    )


def _asks_all(rule: CompiledRule) -> bool:
    """Whether a rule asks something of the whole stream: a count, an absence, a certificate number wherever it is said."""
    if rule.loaded.rule.shape in {"missing", "repeat"}:
        return True
    if any(matcher.matcher.model for matcher in rule.matchers):
        return True  # it is silent where any rule of its code speaks nearby, also one that asks all
    if any(matcher.matcher.identifier or isinstance(matcher.matcher.within, Window) for matcher in rule.matchers):
        return True
    return any(_asks_far(item.condition) for item in _conditions(rule))


def _asks_far(condition: Condition) -> bool:
    """Whether a condition looks beyond the sentences around a claim: a certificate, a duty, a stretch of time, the document."""
    far = condition.scope == "document" or isinstance(condition.scope, Moments)
    return bool(
        condition.certificate
        or condition.function
        or condition.duty
        or (condition.text and far)
        or any(path.startswith("registry.") for path in condition.field)
    )


def _conditions(rule: CompiledRule) -> tuple[CompiledCondition, ...]:
    return rule.unless + rule.evidence + rule.when


def _patterns(rules: Iterable[CompiledRule]) -> Iterable[tuple[Patterns, bool]]:
    """All patterns that are searched for in what is said, and whether their gaps may cross segments."""
    for rule in rules:
        for matcher in rule.matchers:
            for patterns in (matcher.patterns, *matcher.parts):
                yield patterns, matcher.matcher.within == "nearby"
        for item in _conditions(rule):
            yield item.text, False


def _follow(patterns: Patterns, follows: dict[int, dict[int, int]], *, nearby: bool) -> None:
    """Note what may follow what across a border: without a gap always (a word is spelled out), else only where gaps may cross."""
    for pattern in patterns:
        for left, right in zip(pattern.steps, pattern.steps[1:], strict=False):
            if nearby or right.gap == 0:
                after = follows.setdefault(_key(left.what), {})
                after[_key(right.what)] = max(after.get(_key(right.what), 0), right.gap)


def _firsts(parts: Iterable[Patterns]) -> tuple[frozenset[int], ...]:
    return tuple(frozenset(_key(pattern.steps[0].what) for pattern in part) for part in parts)


def _is_scattered(matcher: CompiledMatcher) -> bool:
    return bool(matcher.parts) and matcher.matcher.within == "nearby"


def _key(what: int | Quantity) -> int:
    return AMOUNT if isinstance(what, Quantity) else what
