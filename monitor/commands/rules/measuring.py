"""What each rule costs while a corpus is scanned: a scanner whose judge is timed."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

import msgspec

from monitor.documents import Envelope
from monitor.errors import SteelyardError
from monitor.flags import ScanResult
from monitor.registry import Source
from monitor.rules.examples import DAY, document_of
from monitor.rules.rulebook import Rulebook
from monitor.rules.timed import Spent, TimedJudge
from monitor.scanner import BATCH, Scanner


class TimedScanner(Scanner):
    """A scanner that keeps what each rule took, and the whole: ``seconds`` over ``documents`` of ``characters``."""

    def __init__(self, rulebook: Rulebook, registry: Source | None = None) -> None:
        super().__init__(rulebook, registry)
        self._timed = TimedJudge(self.compiled, time.process_time)
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
