"""Compilation: the patterns of all rules over one shared alphabet of literals.

A *phrase set* is what one step of a pattern may be; equal sets are one set. The automaton finds literals, a literal belongs to
phrase sets, and a pattern is a short sequence of phrase sets and quantities, tried only where its rarest set was found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.nlp.sound import sounds_of
from monitor.rules.automaton import AhoCorasick, Automaton
from monitor.rules.pattern import Literals, Quantity, Step, Vocabulary, parse
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Entry, Matcher


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A phrase set (by number) or a quantity, after at most ``gap`` bare characters."""

    what: int | Quantity
    gap: int


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern over phrase sets; ``sets`` (and ``needs``, for comparing) are those it cannot do without."""

    steps: tuple[CompiledStep, ...]
    sets: tuple[int, ...]
    needs: frozenset[int]


Patterns = tuple[CompiledPattern, ...]


@dataclass(frozen=True, slots=True)
class CompiledMatcher:
    """A matcher: any of ``patterns``, or one of each of ``parts``."""

    matcher: Matcher
    patterns: Patterns = ()
    parts: tuple[Patterns, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition with its texts compiled."""

    condition: Condition
    text: Patterns = ()
    has: Patterns = ()
    lacks: Patterns = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule, ready to run."""

    loaded: Loaded
    matchers: tuple[CompiledMatcher, ...]
    unless: tuple[CompiledCondition, ...]
    evidence: tuple[CompiledCondition, ...]
    when: tuple[CompiledCondition, ...]


@dataclass(frozen=True)
class Compiled:
    """A rulebook, ready to run. ``sets_of[literal]`` are the phrase sets of a literal; ``entries[set][phrase]`` the facts of a phrase."""

    rulebook: Rulebook
    rules: tuple[CompiledRule, ...]
    automaton: Automaton
    heard: Automaton
    """Finds the sounds of literals in the sound view; ``heard_as[i]`` is the literal that sound ``i`` is of."""
    heard_as: tuple[int, ...]
    literals: tuple[str, ...]
    sets_of: tuple[tuple[int, ...], ...]
    entries: tuple[dict[str, Entry], ...]
    wanting: dict[int, tuple[tuple[int, int, frozenset[int]], ...]]
    """Phrase set → (rule, matcher, needs), for the matchers (by index) with a pattern anchored on it that needs those sets."""
    always: tuple[int, ...]
    """Rules (by index) that are tried on every document: those without words of their own."""


class Compiler:
    """Gathers literals and phrase sets while patterns are compiled."""

    def __init__(self, automaton: Callable[[Sequence[str]], Automaton] = AhoCorasick) -> None:
        self._make_automaton = automaton
        self._literals: dict[str, int] = {}
        self._sets: dict[frozenset[str], int] = {}
        self._phrases: list[frozenset[str]] = []
        self._entries: list[dict[str, Entry]] = []
        self._users: list[list[int]] = []

    def compile(self, rulebook: Rulebook) -> Compiled:
        """The rulebook, ready to run; retired and draft rules are left out.

        Raises:
            PatternError: a pattern that cannot be read (the loader has reported these with their places before).
        """
        active = [loaded for loaded in rulebook.loaded.values() if loaded.rule.status in {"in-force", "shadow"}]
        rules = tuple(self._rule(loaded) for loaded in active)
        literals = tuple(self._literals)
        sounds = [(way, index) for index, literal in enumerate(literals) for way in sounds_of(literal)]
        wanting: dict[int, list[tuple[int, int, frozenset[int]]]] = {}
        for index, rule in enumerate(rules):
            for place, matcher in enumerate(rule.matchers):
                for pattern in self._anchoring(matcher):
                    anchor = min(pattern.sets, key=self._rarity)
                    wanting.setdefault(anchor, []).append((index, place, pattern.needs))
        return Compiled(
            rulebook=rulebook,
            rules=rules,
            automaton=self._make_automaton(literals),
            heard=self._make_automaton([way for way, _ in sounds]),
            heard_as=tuple(index for _, index in sounds),
            literals=literals,
            sets_of=tuple(map(tuple, self._users)),
            entries=tuple(self._entries),
            wanting={anchor: tuple(users) for anchor, users in wanting.items()},
            always=tuple(index for index, rule in enumerate(rules) if _has_no_words(rule)),
        )

    def _anchoring(self, matcher: CompiledMatcher) -> Patterns:
        """The patterns one of which must be found before a matcher is tried: its own, or those of its rarest part."""
        return matcher.patterns or (min(matcher.parts, key=self._cost) if matcher.parts else ())

    def _cost(self, patterns: Patterns) -> float:
        """What a part costs as the anchor of a whole: a quantity alone cannot be one."""
        return sum(
            self._rarity(min(pattern.sets, key=self._rarity)) if pattern.sets else float("inf") for pattern in patterns
        )

    def _rarity(self, number: int) -> float:
        """The smaller the rarer: many and short phrases are found often."""
        return sum(4.0 ** -len(phrase) for phrase in self._phrases[number])

    def _rule(self, loaded: Loaded) -> CompiledRule:
        rule, words = loaded.rule, loaded.vocabulary
        owed = rule.requires or rule.conflict or rule.missing
        return CompiledRule(
            loaded=loaded,
            matchers=tuple(self._matcher(matcher, words) for matcher in (rule.match.any if rule.match else ())),
            unless=tuple(self._condition(condition, words) for condition in loaded.unless),
            evidence=tuple(self._condition(condition, words) for condition in (owed.any or owed.all if owed else ())),
            when=tuple(self._condition(condition, words) for condition in rule.applies.when),
        )

    def _matcher(self, matcher: Matcher, words: Vocabulary) -> CompiledMatcher:
        return CompiledMatcher(
            matcher,
            self._patterns(matcher.text, words),
            tuple(tuple(self._pattern(parse(text, words, part=True)) for text in part) for part in matcher.all),
        )

    def _condition(self, condition: Condition, words: Vocabulary) -> CompiledCondition:
        asked = [text for text in condition.has if not text.startswith("@")]
        refused = [text for text in condition.lacks if not text.startswith("@")]
        text, has, lacks = (self._patterns(texts, words, part=True) for texts in (condition.text, asked, refused))
        return CompiledCondition(condition, text, has, lacks)

    def _patterns(self, texts: Sequence[str], words: Vocabulary, *, part: bool = False) -> Patterns:
        return tuple(self._pattern(parse(text, words, part=part)) for text in texts)

    def _pattern(self, steps: Sequence[Step]) -> CompiledPattern:
        compiled = tuple(
            CompiledStep(self._set(step.what) if isinstance(step.what, Literals) else step.what, step.gap)
            for step in steps
        )
        sets = dict.fromkeys(step.what for step in compiled if isinstance(step.what, int))
        return CompiledPattern(compiled, tuple(sets), frozenset(sets))

    def _set(self, literals: Literals) -> int:
        key = frozenset(literals.phrases)
        facts = {phrase: entry for phrase, entry in literals.phrases.items() if entry is not None}
        known = self._sets.get(key)
        if known is not None and self._entries[known] == facts:
            return known
        number = len(self._entries)
        self._sets.setdefault(key, number)
        self._phrases.append(key)
        self._entries.append(facts)
        for phrase in key:
            index = self._literals.setdefault(phrase, len(self._literals))
            if index == len(self._users):
                self._users.append([])
            self._users[index].append(number)
        return number


def _has_no_words(rule: CompiledRule) -> bool:
    return rule.loaded.rule.missing is not None or any(matcher.matcher.identifier for matcher in rule.matchers)


def compile_rulebook(rulebook: Rulebook, automaton: Callable[[Sequence[str]], Automaton] = AhoCorasick) -> Compiled:
    """The rulebook, ready to run on one automaton."""
    return Compiler(automaton).compile(rulebook)
