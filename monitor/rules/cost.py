"""What a rule adds to the search: its patterns, and its phrases in the trie that all rules share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.rules.pattern import Literals, parse
from monitor.rules.reading import conditions
from monitor.rules.rulebook import Loaded
from monitor.rules.schema import Condition


@dataclass(frozen=True, slots=True)
class Cost:
    """``phrases`` are distinct, once folded; ``own`` of them no other rule looks for.

    ``share`` is the part of the characters of all phrases of the rulebook that this rule's have, ``own_share`` that of its own:
    phrases that rules share are in the trie once.
    """

    patterns: int
    phrases: int
    own: int
    share: float
    own_share: float


def cost_of(rule: str, rulebook: Mapping[str, Loaded]) -> Cost:
    """The cost of one rule among all rules that can run (it counts as one of them)."""
    running = {name for name, loaded in rulebook.items() if loaded.rule.status in {"in-force", "shadow"}} | {rule}
    others: set[str] = set()
    for name in running - {rule}:
        others |= phrases_of(rulebook[name])
    phrases = phrases_of(rulebook[rule])
    own = phrases - others
    whole = max(1, _size(others | phrases))
    patterns = sum(1 for _ in _patterns(rulebook[rule]))
    return Cost(patterns, len(phrases), len(own), _size(phrases) / whole, _size(own) / whole)


def phrases_of(loaded: Loaded) -> set[str]:
    """Every phrase a rule looks for, in its matchers, its exceptions (shared ones too) and its conditions."""
    steps = (step for text in _patterns(loaded) for step in parse(text, loaded.vocabulary, part=True))
    return {phrase for step in steps if isinstance(step.what, Literals) for phrase in step.what.phrases}


def _patterns(loaded: Loaded) -> Iterator[str]:
    for matcher in loaded.rule.match.any if loaded.rule.match else ():
        yield from matcher.text
        yield from (way for part in matcher.all for way in part)
    for _, condition in conditions(loaded.rule):
        yield from _asked(condition)
    for condition in loaded.shared_unless:
        yield from _asked(condition)


def _asked(condition: Condition) -> Iterator[str]:
    for texts in (condition.text, condition.has, condition.lacks):
        yield from (text for text in texts if not text.startswith("@"))


def _size(phrases: set[str]) -> int:
    return sum(map(len, phrases))
