"""Vocabularies: unused ones, entries that say nothing new, facts asked for that no entry has.

An entry that merely contains a shorter one is not without effect: the longest words win, so the evidence shows them, their
borders and facts are their own, and what must follow follows them. Only an entry whose every phrase is given again, once folded,
is hidden; of two the later one counts, with its facts or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from monitor.errors import Problem
from monitor.goods.nutrition import standard
from monitor.rules.pattern import Literals, PatternError, expand_phrase, parse
from monitor.rules.provenance import PLACE, codes_of
from monitor.rules.reading import File, conditions
from monitor.rules.schema import Condition, Entry, Rule

_NAME: Final = re.compile(r"(?<!\\)\$([a-z][a-z0-9-]*)")
_NOT_SEARCHED: Final = frozenset(("examples", "message", "remedy", "title", "basis", "reason"))
_BRANDS: Final = "brands"
"""The vocabulary of ``rules.yaml`` that every rule respects without naming it."""


def entries_without_effect(file: File) -> Iterator[Problem]:
    """Entries whose every phrase a later entry of the same vocabulary gives again."""
    for name, entries in file.own.items():
        given: dict[str, int] = {}
        for place in reversed(range(len(entries))):
            phrases = _phrases(entries[place], file)
            if phrases and all(phrase in given for phrase in phrases):
                later = entries[given[phrases[0]]]
                lost = " and the facts of this one are lost" if entries[place].model_extra else ""
                yield file.problem(
                    ("vocabulary", name, place),
                    "hidden-entry",
                    f"${name}: {_short(entries[place].text)} is given again by {_short(later.text)}{lost}",
                    "delete one of the two",
                )
            given |= {phrase: place for phrase in phrases if phrase not in given}


def facts_that_no_entry_has(file: File) -> Iterator[Problem]:
    """``@name`` in a condition where no phrase of the rule's matchers carries ``name``, or where what they carry is no claim."""
    for index, rule in enumerate(file.rules):
        for location, condition in conditions(rule):
            for key in ("has", "lacks", "nutrition"):
                for text in getattr(condition, key):
                    if text.startswith("@") and text[1:] not in _facts(file, rule, condition):
                        yield file.problem(
                            ("rules", index, *location, key),
                            "unknown-fact",
                            f"{rule.id}: no phrase of its matchers has a fact {text[1:]!r}",
                            "a fact is a key beside `text` in a vocabulary: {text: 五常大米, place: [五常]}",
                        )
            if condition.origin and PLACE not in _facts(file, rule, condition):
                yield file.problem(
                    ("rules", index, *location, "origin"),
                    "unknown-fact",
                    f"{rule.id}: asks for the origin, and no phrase of its matchers has a fact {PLACE!r}",
                    "say where the goods come from: {text: 五常大米, place: [五常]}",
                )
            for name in _no_claims(file, rule, condition):
                yield file.problem(
                    ("rules", index, *location, "nutrition"),
                    "unknown-fact",
                    f"{rule.id}: {name!r} is no claim of the nutrition standard",
                    f"known: {', '.join(standard().claims)}",
                )


def places_that_are_none(file: File) -> Iterator[Problem]:
    """A ``place`` of an entry that a rule asks the ``origin`` of, and that is no place or the name of several."""
    asked = [
        entry for rule in file.rules for _, one in conditions(rule) if one.origin for entry in _entries(file, rule, one)
    ]
    for name, entries in file.own.items():
        for index, entry in enumerate(entries):
            for place in entry.fact(PLACE) if entry in asked else ():
                if not codes_of(place):
                    yield file.problem(
                        ("vocabulary", name, index),
                        "unknown-place",
                        f"${name}: {place!r} is no place of China, or the name of several",
                        "write it with its province (山东省栖霞市), or its code of GB/T 2260 without the zeros at its end",
                    )


def vocabularies_unused(files: Sequence[File]) -> Iterator[Problem]:
    """Vocabularies that no pattern names: of ``rules.yaml``, and of packs that have rules (others are there to be used)."""
    for file in files:
        if not file.rules and file.is_pack:
            continue
        users = [other for other in files if other is file or file.name in other.uses or not other.is_pack]
        named = {name for user in users for name in _named(user.source.value)}
        for name in file.own:
            if name not in named and name != _BRANDS:
                message = f"${name} is used by no pattern"
                yield file.problem(("vocabulary", name), "unused-vocabulary", message, "use or delete it", key=True)


def _named(value: Any) -> Iterator[str]:
    """Every vocabulary that any searched text of a file names, whatever key it stands under."""
    if isinstance(value, str):
        yield from _NAME.findall(value)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_SEARCHED:
                yield from _named(item)


def _phrases(entry: Entry, file: File) -> list[str]:
    try:
        return expand_phrase(entry.text, file.words)
    except PatternError:
        return []


def _no_claims(file: File, rule: Rule, condition: Condition) -> list[str]:
    """What the vocabulary entries say to be a content claim and the standard does not know."""
    asked = [name[1:] for name in condition.nutrition if name.startswith("@")]
    entries = _entries(file, rule, condition) if asked else ()
    named = dict.fromkeys(claim for entry in entries for name in asked for claim in entry.fact(name))
    return [claim for claim in named if claim not in standard().claims]


def _facts(file: File, rule: Rule, condition: Condition) -> set[str]:
    return {name for entry in _entries(file, rule, condition) for name in entry.model_extra or {}}


def _entries(file: File, rule: Rule, condition: Condition) -> list[Entry]:
    """The entries, with facts, that the matchers find which a condition is for."""
    found: dict[int, Entry] = {}
    for matcher in rule.match.any if rule.match else ():
        if condition.matchers and matcher.id not in condition.matchers:
            continue
        for text in (*matcher.text, *(way for part in matcher.all for way in part)):
            for step in parse(text, file.words, part=True):
                phrases = step.what.phrases.values() if isinstance(step.what, Literals) else ()
                found |= {id(entry): entry for entry in phrases if entry is not None}
    return list(found.values())


def _short(text: str) -> str:
    return repr(text if len(text) <= 20 else text[:20] + "…")  # noqa: PLR2004 (enough to find it by)
