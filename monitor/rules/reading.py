"""What was read to make a rulebook: every file with its places, for those who must point at a line.

Scanning needs none of it; ``rules check``, ``explain`` and the reference do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.errors import Problem
from monitor.rules.pattern import Vocabulary
from monitor.rules.rulebook import Rulebook
from monitor.rules.schema import Condition, Entry, Rule
from monitor.rules.source import Location, Source, in_file


@dataclass(frozen=True, slots=True)
class File:
    """One rule file: a pack, or ``rules.yaml``. ``words`` are all vocabularies its patterns may name, its ``own`` among them."""

    source: Source
    name: str
    own: Mapping[str, tuple[Entry, ...]]
    words: Vocabulary
    rules: tuple[Rule, ...] = ()
    unless: tuple[Condition, ...] = ()
    uses: tuple[str, ...] = ()
    is_pack: bool = True

    def problem(
        self, location: Location, code: str, message: str, hint: str = "", *, key: bool = False, warning: bool = True
    ) -> Problem:
        """A problem at a location of the types; parts that a shorthand leaves out are passed over."""
        return self.source.problem(in_file(self.source, location, ()), code, message, hint, key=key, warning=warning)

    def line(self, location: Location) -> str:
        """``file:line`` of a location."""
        return f"{self.source.path}:{self.source.places.get(location, (1, 1))[0]}"


@dataclass(frozen=True)
class Reading:
    """A rulebook and the files it was read from: packs, packs they only use vocabularies of, and ``rules.yaml`` last."""

    rulebook: Rulebook
    files: tuple[File, ...]
    _places: dict[str, tuple[File, int]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            for index, rule in enumerate(file.rules):
                self._places.setdefault(rule.id, (file, index))

    def place(self, rule: str) -> tuple[File, Location]:
        """The file of a rule and its location there."""
        file, index = self._places[rule]
        return file, ("rules", index)

    def problem(self, rule: str, where: str, code: str, message: str) -> Problem:
        """A problem of a rule at ``where``, written ``examples.flag[0]``, ``match.word`` (a matcher) or ``unless[1]``.

        The name of a pack instead of a rule's means the exceptions it shares.
        """
        if rule not in self._places:
            file = next(file for file in self.files if file.name == rule)
            return file.problem(("unless",), code, message, warning=False)
        file, base = self.place(rule)
        location = (*base, *_location(where, file.rules[self._places[rule][1]]))
        return file.problem(location, code, f"{rule}: {where}: {message}", warning=False)


def conditions(rule: Rule) -> Iterator[tuple[Location, Condition]]:
    """Every condition of a rule with its location inside the rule."""
    for place, condition in enumerate(rule.unless):
        yield ("unless", place), condition
    for key in ("requires", "conflict", "missing"):
        owed = getattr(rule, key)
        for group in ("any", "all") if owed is not None else ():
            for place, condition in enumerate(getattr(owed, group)):
                yield (key, group, place), condition
    for place, condition in enumerate(rule.applies.when):
        yield ("applies", "when", place), condition


def _location(where: str, rule: Rule) -> Iterator[str | int]:
    head, _, rest = where.partition(".")
    if head == "match" and rule.match is not None:
        names = [matcher.id for matcher in rule.match.any]
        yield from ("match", "any", names.index(rest)) if rest in names else ("match",)
        return
    for name, index in re.findall(r"([a-z_]+)|\[(\d+)\]", where):
        yield name or int(index)
