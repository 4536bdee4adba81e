"""Days in force: those that are none, and an exception whose ground never holds while its rule does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from monitor.errors import Problem
from monitor.rules.reading import File, conditions
from monitor.rules.source import Location
from monitor.rules.wording import Dates, LegalBasis

Days = tuple[date, date]
"""First and last day, both included."""


def days_that_are_none(file: File) -> Iterator[Problem]:
    """An error: ``in_force`` ends before it begins."""
    for location, basis in bases(file):
        first, last = _days(basis.in_force)
        if last < first:
            yield file.problem(
                (*location, "in_force"),
                "no-day",
                f"{basis.law}: in force from {first} to {last} is in force on no day",
                "`to` is the last day in force and comes after `from`",
                warning=False,
            )


def bases_that_never_meet(file: File) -> Iterator[Problem]:
    """An exception whose legal ground is in force on no day on which its rule is."""
    for index, rule in enumerate(file.rules):
        for place, condition in enumerate(rule.unless):
            basis = condition.basis
            if basis is not None and not any(_meet(basis.in_force, other.in_force) for other in rule.basis):
                yield file.problem(
                    ("rules", index, "unless", place, "basis"),
                    "dead-exception",
                    f"{rule.id}: exception {condition.id or condition.kind!r} has its ground on no day of the rule",
                    f"the rule is in force {'; '.join(_said(other.in_force) for other in rule.basis)}, "
                    f"the exception {_said(basis.in_force)}",
                )


def bases(file: File) -> Iterator[tuple[Location, LegalBasis]]:
    """Every legal basis of a file with its location: of rules, and of conditions wherever they stand."""
    for place, condition in enumerate(file.unless):
        if condition.basis is not None:
            yield ("unless", place, "basis"), condition.basis
    for index, rule in enumerate(file.rules):
        for place, basis in enumerate(rule.basis):
            yield ("rules", index, "basis", place), basis
        for location, condition in conditions(rule):
            if condition.basis is not None:
                yield ("rules", index, *location, "basis"), condition.basis


def _days(dates: Dates) -> Days:
    return dates.from_ or date.min, dates.to or date.max


def _meet(one: Dates, other: Dates) -> bool:
    (first, last), (begins, ends) = _days(one), _days(other)
    return first <= ends and begins <= last


def _said(dates: Dates) -> str:
    words = [f"from {dates.from_}"] * (dates.from_ is not None) + [f"to {dates.to}"] * (dates.to is not None)
    return " ".join(words) or "always"
