"""What each rule costs while a corpus is scanned: a scanner whose judge is timed.

This is the only place that knows how a scanner calls its judge. What rules share (a sentence cut into words, a quantity read) is
paid by the rule that asks for it first.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

import msgspec

from monitor.documents import Envelope
from monitor.errors import SteelyardError
from monitor.flags import Flag, ScanResult, Unknown
from monitor.registry import Prices, Source
from monitor.rules.compiled import Compiled, CompiledRule
from monitor.rules.examples import DAY, document_of
from monitor.rules.judge import Judge, Verdict
from monitor.rules.match import Search
from monitor.rules.rulebook import Rulebook
from monitor.scanner import BATCH, Scanner


@dataclass(slots=True)
class Spent:
    """What one rule did: ``candidates`` documents looked at, and what came of its matches; ``seconds`` of the processor."""

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
    """A judge that notes what each rule takes."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__(compiled)
        self.spent: defaultdict[str, Spent] = defaultdict(Spent)

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
        begun = time.process_time()
        verdicts = list(super().judge(rule, search, as_of, registry, matchers, prices))
        spent.seconds += time.process_time() - begun
        spent.candidates += 1
        for verdict in verdicts:
            if isinstance(verdict, Flag):
                spent.flags += 1
            elif isinstance(verdict, Unknown):
                spent.unknown += 1
            else:
                spent.excused += 1
        yield from verdicts


class TimedScanner(Scanner):
    """A scanner that keeps what each rule took, and the whole: ``seconds`` over ``documents`` of ``characters``."""

    def __init__(self, rulebook: Rulebook, registry: Source | None = None) -> None:
        super().__init__(rulebook, registry)
        self._timed = TimedJudge(self.compiled)
        self.judge = self._timed
        self.seconds = 0.0
        self.documents = 0
        self._warm_up()

    @property
    def spent(self) -> dict[str, Spent]:
        """What every rule that can run took, the costliest first."""
        found = {name: self._timed.spent[name] for name in self._running()}
        return dict(sorted(found.items(), key=lambda item: (-item[1].seconds, item[0])))

    def measure(self, corpus: Iterable[Envelope], as_of: date) -> Iterator[ScanResult]:
        """Scan and measure; the results in order."""
        waiting = iter(corpus)
        while some := list(islice(waiting, BATCH)):
            gc.disable()  # a collection would be charged to whichever rule is running
            begun = time.process_time()
            results = list(self.scan_envelopes(some, as_of))
            self.seconds += time.process_time() - begun
            gc.enable()
            self.documents += len(some)
            yield from results

    def _warm_up(self) -> None:
        """Scan an example of every rule first: dictionaries that are read when they are first asked are nobody's cost."""
        for name in self._running():
            rule = self.rulebook.rules[name]
            try:
                document = document_of(rule.examples.flag[0], rule)
            except (msgspec.ValidationError, SteelyardError):
                continue  # `rules check` tells of it
            self.scan(document, DAY)
        self._timed.spent.clear()

    def _running(self) -> Iterator[str]:
        for name, rule in self.rulebook.rules.items():
            if rule.status in {"in-force", "shadow"}:
                yield name
