"""Phrases without effect: what folding takes away, and what stands twice in one pair of braces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.errors import Problem
from monitor.nlp.fold import fold_literal
from monitor.rules.lint.braces import alternatives, fragments
from monitor.rules.pattern import PatternError, expand_phrase
from monitor.rules.reading import File, conditions
from monitor.rules.schema import Condition, Rule
from monitor.rules.source import Location


def phrases_without_effect(file: File) -> Iterator[Problem]:
    """Alternatives that fold to nothing or stand twice, in patterns and vocabularies; phrases that ``variants: none`` kills."""
    for location, text in patterns(file):
        yield from _alternatives(file, location, text)
    for index, rule in enumerate(file.rules):
        for place, matcher in enumerate(rule.match.any if rule.match else ()):
            if matcher.variants == "none":
                location = ("rules", index, "match", "any", place, "text")
                yield from _as_written(file, location, rule, matcher.text)


def patterns(file: File) -> Iterator[tuple[Location, str]]:
    """Every pattern of a file with its location: of vocabularies, matchers and conditions."""
    for name, entries in file.own.items():
        for place, entry in enumerate(entries):
            yield ("vocabulary", name, place), entry.text
    for place, condition in enumerate(file.unless):
        yield from _asked(("unless", place), condition)
    for index, rule in enumerate(file.rules):
        for place, matcher in enumerate(rule.match.any if rule.match else ()):
            base: Location = ("rules", index, "match", "any", place)
            for number, text in enumerate(matcher.text):
                yield (*base, "text", number), text
            for number, part in enumerate(matcher.all):
                yield from (((*base, "all", number, way), text) for way, text in enumerate(part))
        for where, condition in conditions(rule):
            yield from _asked(("rules", index, *where), condition)


def _asked(base: Location, condition: Condition) -> Iterator[tuple[Location, str]]:
    for key in ("text", "has", "lacks"):
        for number, text in enumerate(getattr(condition, key)):
            if not text.startswith("@"):
                yield (*base, key, number), text


def _alternatives(file: File, location: Location, text: str) -> Iterator[Problem]:
    for group in alternatives(text):
        seen: dict[tuple[str, ...], str] = {}
        for alternative in group:
            try:
                phrases = tuple(sorted(set(expand_phrase(alternative, file.words))))
            except PatternError:
                continue  # a gap or a quantity inside braces is an error that the loader tells
            if phrases == ("",) and alternative.strip():
                message = f"folding leaves nothing of {alternative!r}: the whole part becomes optional"
                yield file.problem(location, "dead-alternative", message, "write {a|} where that is meant")
            elif phrases in seen and phrases != ("",):
                first = seen[phrases]
                same = "twice" if first == alternative else f"beside {first!r}, which is the same once folded"
                yield file.problem(
                    location, "repeated-phrase", f"{alternative!r} stands here {same}", "keep one of them"
                )
            seen.setdefault(phrases, alternative)


def _as_written(file: File, location: Location, rule: Rule, texts: Sequence[str]) -> Iterator[Problem]:
    """With ``variants: none`` a phrase is found only as written; one that folding changes never is."""
    for number, text in enumerate(texts):
        for phrase in fragments(text):
            folded = fold_literal(phrase)
            if folded != phrase.replace(" ", "").lower():
                yield file.problem(
                    (*location, number),
                    "dead-literal",
                    f"{rule.id}: {phrase!r} is never found as written: texts are searched folded, where it is {folded!r}",
                    f"write {folded!r}, or allow variants",
                )
