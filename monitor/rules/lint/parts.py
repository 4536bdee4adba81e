"""Matchers and exceptions beside each other: said twice, never touching, or with a window that has no bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from monitor.errors import Problem
from monitor.nlp.sound import sounds_of
from monitor.rules.pattern import Literals, Step, Vocabulary, parse
from monitor.rules.reading import File
from monitor.rules.schema import Condition, Matcher, Rule
from monitor.rules.source import Location

_SHORT_FIELDS: Final = ("title", "images", "attributes")
"""Fields that are short of themselves: a window of the whole field is bounded there."""
_NAMES: Final = frozenset(("id", "reason", "text"))

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
        matchers = rule.match.any if rule.match else ()
        for one, other in _covered([(item, _rest(item, "all"), _said(item.text, file.words)) for item in matchers]):
            if not matchers[one].all and matchers[one].identifier is None:
                here = ("rules", index, "match", "any", one)
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
    every = [*rule.unless, *shared]
    for one, other in _covered([(item, _rest(item, "context"), _asked(item, file.words)) for item in every]):
        if one < len(rule.unless) and _is_set(every[one]):
            yield _twice(file, ("rules", index, "unless", one), "repeated-exception", rule, every[one], every[other])


def _covered(parts: Sequence[tuple[Any, object, frozenset[object]]]) -> Iterator[tuple[int, int]]:
    """Pairs (one, other) where everything the one finds is found by the other on the same terms; of equals the later one."""
    for one, (_, terms, said) in enumerate(parts):
        for other, (_, other_terms, other_said) in enumerate(parts):
            if one == other or terms != other_terms or not said <= other_said:
                continue
            if said != other_said or other < one:
                yield one, other
                break


def _twice(file: File, location: Location, code: str, rule: Rule, one: Any, other: Any) -> Problem:
    what = code.removeprefix("repeated-")
    names = f"{what} {one.id or one.kind!r} finds nothing that {what} {other.id or other.kind!r} does not"
    return file.problem(location, code, f"{rule.id}: {names}", "delete it, or say what sets it apart")


def _rest(part: Matcher | Condition, *but: str) -> object:
    """The terms of a part: everything but its name and what it looks for."""
    return part.model_dump(exclude={*_NAMES, *but}, mode="json")


def _is_set(condition: Condition) -> bool:
    return bool(condition.text or condition.context)


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
    """The characters of the phrases of a pattern and how they sound; None where there is more than phrases side by side."""
    if any(step.gap or not isinstance(step.what, Literals) for step in steps):
        return None
    phrases = [phrase for step in steps if isinstance(step.what, Literals) for phrase in step.what.phrases]
    characters = set("".join(phrases))
    return frozenset(characters | {symbol for character in characters for symbol in _sound(character)})


def _sound(character: str) -> str:
    return "".join(sounds_of(character * 2))
