"""Compilation: the patterns of all rules over one shared alphabet of literals.

A *phrase set* is what one step of a pattern may be; equal sets are one set. A trie finds literals, a literal belongs to
phrase sets, and a pattern is a short sequence of phrase sets and quantities, tried only where its rarest set was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from monitor import trace
from monitor.nlp.context import contexts
from monitor.nlp.glyphs import Shapes, shapes_of
from monitor.nlp.sound import LONGEST as LONGEST_HEARD
from monitor.nlp.sound import sounds_of
from monitor.nlp.trie import Trie
from monitor.rules.modelled import Asked, asked_by
from monitor.rules.pattern import Literals, Quantity, Step, Vocabulary, parse
from monitor.rules.rulebook import Loaded, Rulebook
from monitor.rules.schema import Condition, Entry, Matcher


class CompiledStep(NamedTuple):
    """A phrase set (by number) or a quantity, after at most ``gap`` bare characters."""

    what: int | Quantity
    gap: int


class CompiledPattern(NamedTuple):
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
    """A condition with its texts compiled; ``title`` is what a trace calls it, ``words`` its texts as one wording."""

    condition: Condition
    kind: str
    title: dict[str, str]
    words: dict[str, str]
    refused: trace.Step
    """The step that says it does not hold."""
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


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of numbers, one after the other: the ``i``-th is ``values[borders[i]:borders[i + 1]]``."""

    borders: Ints
    values: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """What the screen tries, as arrays. An *entry* is one pattern of one matcher of one rule, anchored on its rarest phrase set.

    Sets are numbered among those that matchers use; ``count`` of them. ``sets_of``: literal → sets; ``anchored``: set → entries.
    By entry: the ``rules`` and ``matchers`` (indices), what must stand to the ``left`` and ``right`` (a set, :data:`NOTHING` or
    :data:`QUANTITY`) at most a gap of bare characters away and, where ``clause`` says so, in the same clause; and the sets that the
    text ``needs`` besides, shape (entries, most), filled up with ``count``; and, if it is ``limited`` to some, the ``fields``.
    """

    count: int
    sets_of: Lists
    anchored: Lists
    rules: list[int]
    matchers: list[int]
    left: Ints
    left_gap: Ints
    right: Ints
    right_gap: Ints
    clause: npt.NDArray[np.bool_]
    needs: Ints
    fields: list[tuple[str, ...]]
    limited: npt.NDArray[np.bool_]


NOTHING: Final = -1
QUANTITY: Final = -2
"""In place of a phrase set: no neighbour is asked for, and a quantity is."""


@dataclass(frozen=True)
class Compiled:
    """A rulebook, ready to run. ``sets_of[literal]`` are the phrase sets of a literal; ``entries[set][phrase]`` the facts of a phrase."""

    rulebook: Rulebook
    digest: str
    """That of the rulebook."""
    rules: tuple[CompiledRule, ...]
    written: Trie
    """Finds literals in bare."""
    heard: Trie
    """Finds the ways literals sound in the sound view; ``heard_as``: way → literals."""
    heard_as: Lists
    shapes: Shapes
    signs: Trie
    """Finds where the shape view must be made; literals are found in it by ``written``."""
    literals: tuple[str, ...]
    lengths: Ints
    characters: npt.NDArray[np.uint32]
    """The code points of each literal, filled up with 0; the first 12, which is what a literal that is listened for has at most."""
    sets_of: Lists
    entries: tuple[dict[str, Entry], ...]
    plan: Plan
    always: tuple[int, ...]
    """Rules (by index) that are tried on every document: those without words of their own."""
    modelled: tuple[Asked, ...]


def title_of(condition: Condition) -> dict[str, str]:
    """What a condition is called in a trace."""
    if condition.context:
        known = contexts()
        return {
            language: between.join(known[name].title[language] for name in condition.context if name in known)
            for language, between in (("zh", "、"), ("en", ", "))
        }
    name = condition.id or condition.reason or condition.kind
    return {"zh": name, "en": name}


def spread(lists: Lists, which: Ints) -> tuple[Ints, Ints]:
    """The lists of the given numbers, one after the other: for each value the index into ``which``, and the value."""
    counts = lists.borders[which + 1] - lists.borders[which]
    index = np.repeat(np.arange(len(which)), counts)
    first = np.cumsum(counts) - counts
    return index, lists.values[np.arange(len(index)) - first[index] + lists.borders[which][index]]


def _lists(given: Iterable[Sequence[int]]) -> Lists:
    rows = list(given)
    borders = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64)
    return Lists(borders, np.fromiter((value for row in rows for value in row), dtype=np.int64, count=int(borders[-1])))


class Compiler:
    """Gathers literals and phrase sets while patterns are compiled."""

    def __init__(self) -> None:
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
        ways: dict[str, list[int]] = {}
        for index, literal in enumerate(literals):
            for way in sounds_of(literal):
                ways.setdefault(way, []).append(index)
        shapes = shapes_of(literals)
        return Compiled(
            rulebook=rulebook,
            digest=rulebook.digest,
            rules=rules,
            written=Trie(literals),
            heard=Trie(list(ways)),
            heard_as=_lists(ways.values()),
            shapes=replace(shapes, signs=()),
            signs=Trie(shapes.signs),
            literals=literals,
            lengths=np.fromiter(map(len, literals), dtype=np.int64, count=len(literals)),
            characters=_characters(literals),
            sets_of=_lists(self._users),
            entries=tuple(self._entries),
            plan=_Planner(self._users, self._phrases, len(literals)).plan(rules),
            always=tuple(index for index, rule in enumerate(rules) if _has_no_words(rule)),
            modelled=asked_by([[one.matcher for one in rule.matchers] for rule in rules]),
        )

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
        title, owed = title_of(condition), "、".join(condition.text)
        step = trace.Step("not-excused", {"condition": title})
        return CompiledCondition(condition, condition.kind, title, {"zh": owed, "en": owed}, step, text, has, lacks)

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


class _Planner:
    """Lays out what the screen tries."""

    def __init__(self, users: Sequence[Sequence[int]], phrases: Sequence[frozenset[str]], literals: int) -> None:
        self._phrases = phrases
        self._users = users
        self._numbers: dict[int, int] = {}
        self._alternatives: list[tuple[int, ...]] = []
        self._literals = literals

    def plan(self, rules: Sequence[CompiledRule]) -> Plan:
        """The plan of all rules."""
        rows = [
            (index, place, pattern, rest)
            for index, rule in enumerate(rules)
            for place, matcher in enumerate(rule.matchers)
            for pattern, rest in self._anchoring(matcher)
        ]
        made = [self._entry(pattern, rest) for _, _, pattern, rest in rows]
        asked = [rules[index].matchers[place].matcher for index, place, _, _ in rows]
        count = len(self._numbers) + len(self._alternatives)
        anchored: list[list[int]] = [[] for _ in range(count)]
        for entry, (anchor, *_) in enumerate(made):
            anchored[anchor].append(entry)
        needed = [[need if need >= 0 else len(self._numbers) + ~need for need in needs] for *_, needs in made]
        most = max(map(len, needed), default=0)
        columns = np.array([row[1:5] for row in made], dtype=np.int64).reshape(-1, 4).T
        return Plan(
            count=count,
            sets_of=_lists(self._sets_of()),
            anchored=_lists(anchored),
            rules=[index for index, *_ in rows],
            matchers=[place for _, place, *_ in rows],
            left=columns[0],
            left_gap=columns[1],
            right=columns[2],
            right_gap=columns[3],
            clause=np.array([matcher.within == "clause" for matcher in asked], dtype=np.bool_),
            needs=np.array([[*row, *[count] * (most - len(row))] for row in needed], dtype=np.int64).reshape(
                len(made), most
            ),
            fields=[matcher.fields for matcher in asked],
            limited=np.array([bool(matcher.fields) for matcher in asked], dtype=np.bool_),
        )

    def _anchoring(self, matcher: CompiledMatcher) -> list[tuple[CompiledPattern, list[int]]]:
        """The patterns one of which must be found before a matcher is tried, each with what must be in the text besides: its own
        patterns, or those of its rarest part with something of each other part."""
        if not matcher.parts:
            return [(pattern, []) for pattern in matcher.patterns]
        rarest = min(matcher.parts, key=self._cost)
        others = [part for part in matcher.parts if part is not rarest and all(pattern.sets for pattern in part)]
        rest = [self._any(tuple(self._rarest(pattern) for pattern in part)) for part in others]
        return [(pattern, rest) for pattern in rarest]

    def _entry(self, pattern: CompiledPattern, rest: Sequence[int]) -> tuple[int, int, int, int, int, list[int]]:
        """(anchor, left, its gap, right, its gap, what else is needed); ``~i`` is the ``i``-th set of sets."""
        rarest = self._rarest(pattern)
        at = next(index for index, step in enumerate(pattern.steps) if step.what == rarest)
        left, left_gap, right, right_gap = NOTHING, 0, NOTHING, 0
        if at > 0:
            left, left_gap = self._neighbour(pattern.steps[at - 1]), pattern.steps[at].gap
        if at + 1 < len(pattern.steps):
            right, right_gap = self._neighbour(pattern.steps[at + 1]), pattern.steps[at + 1].gap
        anchor = self._number(rarest)
        needs = [self._number(number) for number in pattern.sets if self._number(number) not in {anchor, left, right}]
        return anchor, left, left_gap, right, right_gap, [*needs, *(~index for index in rest)]

    def _neighbour(self, step: CompiledStep) -> int:
        return self._number(step.what) if isinstance(step.what, int) else QUANTITY

    def _number(self, number: int) -> int:
        return self._numbers.setdefault(number, len(self._numbers))

    def _any(self, sets: tuple[int, ...]) -> int:
        """A set of sets: something of any of them."""
        if sets not in self._alternatives:
            self._alternatives.append(sets)
        return self._alternatives.index(sets)

    def _sets_of(self) -> list[list[int]]:
        """Literal → the sets it is in, among those that are used."""
        alternatives: dict[int, list[int]] = {}
        for index, sets in enumerate(self._alternatives):
            for number in sets:
                alternatives.setdefault(number, []).append(len(self._numbers) + index)
        return [
            list(
                dict.fromkeys(
                    [self._numbers[number] for number in users if number in self._numbers]
                    + [index for number in users for index in alternatives.get(number, ())]
                )
            )
            for users in self._users
        ]

    def _rarest(self, pattern: CompiledPattern) -> int:
        return min(pattern.sets, key=self._rarity)

    def _cost(self, patterns: Patterns) -> float:
        """What a part costs as the anchor of a whole: a quantity alone cannot be one."""
        return sum(self._rarity(self._rarest(pattern)) if pattern.sets else float("inf") for pattern in patterns)

    def _rarity(self, number: int) -> float:
        """The smaller the rarer: many and short phrases are found often."""
        return sum(4.0 ** -len(phrase) for phrase in self._phrases[number])


def _characters(literals: Sequence[str]) -> npt.NDArray[np.uint32]:
    made = np.zeros((len(literals), LONGEST_HEARD), dtype=np.uint32)
    for index, literal in enumerate(literals):
        codes = [ord(character) for character in literal[:LONGEST_HEARD]]
        made[index, : len(codes)] = codes
    return made


def _has_no_words(rule: CompiledRule) -> bool:
    return rule.loaded.rule.missing is not None or any(matcher.matcher.identifier for matcher in rule.matchers)


def compile_rulebook(rulebook: Rulebook) -> Compiled:
    """The rulebook, ready to run."""
    return Compiler().compile(rulebook)
