"""What loads and yet cannot be meant: parts without effect, and windows without a bound.

Every check says only what is certain from the files alone; what depends on texts is proven by examples. The language has no
regular expressions, so none is checked: gaps are bounded by the language, and a pattern always has a phrase to look for.
"""

from __future__ import annotations

from monitor.errors import Problem
from monitor.rules.lint.law import bases_that_never_meet
from monitor.rules.lint.life import parts_that_never_act
from monitor.rules.lint.parts import exceptions_that_stay_apart, parts_said_twice, windows_without_bound
from monitor.rules.lint.texts import phrases_without_effect
from monitor.rules.lint.words import (
    entries_without_effect,
    facts_that_no_entry_has,
    places_that_are_none,
    vocabularies_unused,
)
from monitor.rules.reading import Reading

_OF_A_FILE = (
    bases_that_never_meet,
    parts_that_never_act,
    windows_without_bound,
    parts_said_twice,
    exceptions_that_stay_apart,
    phrases_without_effect,
    entries_without_effect,
    facts_that_no_entry_has,
    places_that_are_none,
)


def lint(reading: Reading) -> list[Problem]:
    """Every warning about the files of a rulebook, in order of place."""
    found = [problem for file in reading.files for check in _OF_A_FILE for problem in check(file)]
    found += vocabularies_unused(reading.files)
    order = {file.source.path: index for index, file in enumerate(reading.files)}
    return sorted(found, key=lambda problem: (order[problem.path], problem.line, problem.column, problem.code))


__all__ = ["lint"]
