"""Matchers and exceptions beside each other: said twice, never touching, or with a window that has no bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from monitor.errors import Problem
from monitor.nlp.sound import sounds_of
from monitor.rules.pattern import Literals, Step, Vocabulary, parse
from monitor.rules.reading import File, conditions
from monitor.rules.schema import Condition, Matcher, Rule
from monitor.rules.source import Location

_SHORT_FIELDS: Final = ("title", "images", "attributes")
"""Fields that are short of themselves: a window of the whole field is bounded there."""

Said = tuple[frozenset[str] | object, int]
"""One step of a pattern, to be compared: its phrases (or its quantity) and its gap."""


def windows_without_bound(file: File) -> Iterator[Problem]:
    """Parts that may stand anywhere in a description or a whole stream: they do not speak of each other."""
    for index, rule in enumerate(file.rules):
        for place, matcher in enumerate(rule.match.any if rule.match else ()):
            short = matcher.fields and all(field.startswith(_SHORT_FIELDS) for field in matcher.fields)
            if matcher.all and matcher.within == "field" and not short:
                yield file.problem(
                    ("rules", index, "match", "any", place, "within"),
                    "wide-window",
                    f"{rule.id}: matcher {matcher.id!r} joins words from anywhere in a field of any length",
                    "`within: sentence` or `nearby`, or `fields: [title]`",
                )


def parts_said_twice(file: File) -> Iterator[Problem]:
    """A matcher or an exception that another of the same rule says as well."""
    for index, rule in enumerate(file.rules):
        matchers = [matcher for matcher in (rule.match.any if rule.match else ()) if matcher.text]
        parts = [(_terms(matcher, rule), _said(matcher.text, file.words), True) for matcher in matchers]
        for one, other in _covered(parts):
            place = rule.match.any.index(matchers[one]) if rule.match else 0
            here = ("rules", index, "match", "any", place)
            yield _twice(file, here, "repeated-matcher", rule, matchers[one], matchers[other])
        yield from _exceptions_said_twice(file, index, rule)


def exceptions_that_stay_apart(file: File) -> Iterator[Problem]:
    """A pattern with ``scope: overlap`` that shares no character and no sound with any matcher it is for."""
    for index, rule in enumerate(file.rules):
        for place, condition in enumerate(rule.unless):
            if condition.scope != "overlap" or not condition.text:
                continue
            reach = _reach(file, rule, condition)
            for number, text in enumerate(condition.text):
                alphabet = _alphabet(parse(text, file.words, part=True))
                if reach is not None and alphabet is not None and not reach & alphabet:
                    yield file.problem(
                        ("rules", index, "unless", place, "text", number),
                        "apart-exception",
                        f"{rule.id}: {text!r} shares no character with what its matchers find: it never overlaps",
                        "`scope: clause`, or write the matched words into it",
                    )


def _exceptions_said_twice(file: File, index: int, rule: Rule) -> Iterator[Problem]:
    own = {condition.id for condition in rule.unless}
    shared = [c for c in file.unless if rule.match is not None and c.id not in rule.without and c.id not in own]
    every = [(place, item) for place, item in enumerate((*rule.unless, *shared)) if item.text or item.context]
    parts = [(_rest(item), _asked(item, file.words), item.scope == "overlap") for _, item in every]
    for one, other in _covered(parts):
        place, condition = every[one]
        if place < len(rule.unless):
            here = ("rules", index, "unless", place)
            yield _twice(file, here, "repeated-exception", rule, condition, every[other][1])


def _covered(parts: Sequence[tuple[object, frozenset[object], bool]]) -> Iterator[tuple[int, int]]:
    """Pairs (one, other) where everything the one finds is found by the other on the same terms; of equals the later one.

    A part is (terms, what it looks for, whether the longest words win): where they do, a longer phrase of the other part may take
    the place of one of these and be excused in its stead, so that parts with such phrases are not the same.
    """
    for one, (terms, said, longest) in enumerate(parts):
        for other, (other_terms, other_said, _) in enumerate(parts):
            if one == other or terms != other_terms or not said <= other_said:
                continue
            same = said == other_said
            if (same and other < one) or not (same or (longest and _may_take(other_said - said, said))):
                yield one, other
                break


def _may_take(others: frozenset[object], said: frozenset[object]) -> bool:
    """Whether one of the other phrases can overlap one of these; patterns of several steps may always."""
    phrases = {phrase for phrase in said if isinstance(phrase, str)}
    if len(phrases) < len(said) or not all(isinstance(other, str) for other in others):
        return True
    heads = {phrase[:end] for phrase in phrases for end in range(1, len(phrase) + 1)}
    tails = {phrase[start:] for phrase in phrases for start in range(len(phrase))}
    return any(
        other[start:end] in (tails if start == 0 else heads if end == len(other) else phrases)
        for other in map(str, others)
        for start in range(len(other))
        for end in range(start + 1, len(other) + 1)
    )


def _twice(file: File, location: Location, code: str, rule: Rule, one: Any, other: Any) -> Problem:
    what = code.removeprefix("repeated-")
    names = f"{what} {one.id or one.kind!r} finds nothing that {what} {other.id or other.kind!r} does not"
    return file.problem(location, code, f"{rule.id}: {names}", "delete it, or say what sets it apart")


def _terms(matcher: Matcher, rule: Rule) -> object:
    """The terms of a matcher, and which conditions of its rule are limited to it."""
    limited = [matcher.id in condition.matchers for _, condition in conditions(rule)]
    return _rest(matcher), limited


def _rest(part: Matcher | Condition) -> object:
    """The terms of a part: everything but its name and what it looks for."""
    return part.model_dump(exclude={"id", "reason", "text", "context"}, mode="json")


def _asked(condition: Condition, words: Vocabulary) -> frozenset[object]:
    return frozenset(condition.context) if condition.context else _said(condition.text, words)


def _said(texts: Sequence[str], words: Vocabulary) -> frozenset[object]:
    """What patterns find, to be compared: each phrase of a pattern of one step by itself, longer patterns as a whole."""
    found: set[object] = set()
    for text in texts:
        steps = parse(text, words, part=True)
        if len(steps) == 1 and isinstance(steps[0].what, Literals):
            found |= set(steps[0].what.phrases)
        else:
            found.add(tuple(map(_step, steps)))
    return frozenset(found)


def _step(step: Step) -> Said:
    return (frozenset(step.what.phrases) if isinstance(step.what, Literals) else step.what), step.gap


def _reach(file: File, rule: Rule, condition: Condition) -> frozenset[str] | None:
    """Characters and sounds of all that the matchers of an exception find; None where gaps or numbers can hold others."""
    reach: frozenset[str] = frozenset()
    for matcher in rule.match.any if rule.match else ():
        if condition.matchers and matcher.id not in condition.matchers:
            continue
        if not matcher.text:
            return None
        for text in matcher.text:
            alphabet = _alphabet(parse(text, file.words))
            if alphabet is None:
                return None
            reach |= alphabet
    return reach


def _alphabet(steps: Sequence[Step]) -> frozenset[str] | None:
    """The characters of the phrases of a pattern and how they sound; None where there is more than Han phrases side by side.

    Latin letters may be the pinyin of anything.
    """
    if any(step.gap or not isinstance(step.what, Literals) for step in steps):
        return None
    phrases = [phrase for step in steps if isinstance(step.what, Literals) for phrase in step.what.phrases]
    characters = set("".join(phrases))
    if any(character.isascii() and character.isalpha() for character in characters):
        return None
    return frozenset(characters | {symbol for character in characters for symbol in _sound(character)})


def _sound(character: str) -> str:
    return "".join(sounds_of(character * 2))
