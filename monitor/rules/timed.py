"""A judge that notes what each rule takes.

What rules share (a sentence cut into words, a quantity read) is paid by the rule that asks for it first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from monitor.flags import Flag, Unknown
from monitor.registry import Prices, Source
from monitor.rules.compiled import Compiled, CompiledRule
from monitor.rules.judge import Judge, Verdict
from monitor.rules.match import Search


@dataclass(slots=True)
class Spent:
    """What one rule did: ``candidates`` documents looked at, and what came of its matches; ``seconds`` of the clock given."""

    seconds: float = 0.0
    candidates: int = 0
    flags: int = 0
    excused: int = 0
    unknown: int = 0

    @property
    def matches(self) -> int:
        """Everything its matchers found, whatever came of it."""
        return self.flags + self.excused + self.unknown


class TimedJudge(Judge):
    """A judge that keeps, by rule, what it took by ``clock`` (seconds)."""

    def __init__(
        self, compiled: Compiled, clock: Callable[[], float], language: str = "zh", *, traced: bool = False
    ) -> None:
        super().__init__(compiled, language, traced=traced)
        self.spent: defaultdict[str, Spent] = defaultdict(Spent)
        self._clock = clock

    def judge(
        self,
        rule: CompiledRule,
        search: Search,
        as_of: date,
        registry: Source | None,
        matchers: Collection[int] | None = None,
        prices: Prices | None = None,
    ) -> Iterator[Verdict]:
        """As the judge does; the time of the caller between two verdicts is not counted."""
        spent = self.spent[rule.loaded.rule.id]
        begun = self._clock()
        verdicts = list(super().judge(rule, search, as_of, registry, matchers, prices))
        spent.seconds += self._clock() - begun
        spent.candidates += 1
        for verdict in verdicts:
            if isinstance(verdict, Flag):
                spent.flags += 1
            elif isinstance(verdict, Unknown):
                spent.unknown += 1
            else:
                spent.excused += 1
        yield from verdicts
