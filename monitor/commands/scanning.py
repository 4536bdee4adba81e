"""Scanning many documents: in this process or in several, in order, with memory that does not grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from monitor.bootstrap import load_scanner, open_registry
from monitor.commands.pricing import load_history
from monitor.config import Settings
from monitor.documents import Envelope
from monitor.errors import InputError
from monitor.flags import Flag, ScanResult, Severity, at_least
from monitor.formats import Item
from monitor.formats.batching import batches
from monitor.rules import load_rulebook
from monitor.rules.cache import compiled_rulebook
from monitor.scanner import Scanner

AHEAD: Final = 2
"""Batches read ahead for each process."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to scan with; small enough to be sent to every process. ``settings`` name the rulebook and the registries.

    ``every``: keep what rules in shadow found, and what is waived, too. ``trace``: with the steps of each verdict as data.
    """

    settings: Settings
    as_of: date
    floor: Severity = "info"
    language: str = "zh"
    every: bool = False
    trace: bool = False
    prices: Path | None = None
    """A price history; None: none."""

    def keeps(self, flag: Flag) -> bool:
        """Whether a flag is shown."""
        return at_least(flag.severity, self.floor) and (self.every or flag.status == "in-force")


def make_scanner(plan: Plan) -> Scanner:
    """A scanner as planned.

    Raises:
        RuleError, RegistryError, ConfigurationError, InputError: the rulebook, a registry or the prices cannot be loaded.
    """
    scanner = load_scanner(plan.settings, language=plan.language)
    scanner.prices = load_history(plan.prices) if plan.prices else None
    return scanner.traced() if plan.trace else scanner


def prepare(plan: Plan, jobs: int) -> Scanner | None:
    """The scanner for one process. For several, which make their own: only a look whether they will be able to.

    Raises:
        RuleError, RegistryError, ConfigurationError, InputError: the rulebook, a registry or the prices cannot be loaded.
    """
    if jobs == 1:
        return make_scanner(plan)
    rules, cache = plan.settings.rules, plan.settings.cache_folder
    compiled_rulebook(rules, cache) if cache else load_rulebook(rules)
    open_registry(plan.settings)
    if plan.prices:
        load_history(plan.prices)
    return None


def scan_items(
    items: Iterable[Item], plan: Plan, scanner: Scanner | None, jobs: int, on_error: Callable[[InputError], None]
) -> Iterator[tuple[Item, ScanResult]]:
    """Results in the order of the items; ``scanner`` is what :func:`prepare` gave.

    A document that the engine fails on is told, and has no result.
    """
    if scanner is not None:
        for batch in batches(items):
            yield from _told(batch, _scan(scanner, [item.envelope for item in batch], plan), on_error)
        return
    for batch, results in _scanned(batches(items), plan, jobs, on_error):
        yield from _told(batch, results, on_error)


def _scanned(
    stream: Iterator[list[Item]], plan: Plan, jobs: int, on_error: Callable[[InputError], None]
) -> Iterator[tuple[list[Item], list[ScanResult | str]]]:
    """Batches with their results, in order; never more than ``AHEAD`` batches a process are held."""
    waiting: deque[tuple[list[Item], Future[list[bytes | str]]]] = deque()
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin, initargs=(plan,))
    try:
        while True:
            while len(waiting) < AHEAD * jobs and (more := next(stream, None)):
                waiting.append((more, pool.submit(_scan_batch, [item.envelope for item in more])))
            if not waiting:
                return
            batch, future = waiting.popleft()
            yield batch, [_DECODER.decode(one) if isinstance(one, bytes) else one for one in future.result()]
    except BrokenProcessPool:
        reason = (
            "a scanning process ended by itself (out of memory?); from here on nothing was scanned; try fewer --jobs"
        )
        on_error(InputError(reason, source=batch[0].source, line=batch[0].line))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _told(
    items: list[Item], results: Iterable[ScanResult | str], on_error: Callable[[InputError], None]
) -> Iterator[tuple[Item, ScanResult]]:
    for item, result in zip(items, results, strict=True):
        if isinstance(result, str):
            on_error(InputError(result, source=item.source, line=item.line))
        else:
            yield item, result


def _scan(scanner: Scanner, envelopes: Sequence[Envelope], plan: Plan) -> Iterator[ScanResult | str]:
    """The results, or why there is none: one document must not end the run."""
    batch = scanner.batch([envelope.document for envelope in envelopes])
    for number, envelope in enumerate(envelopes):
        try:
            result = batch.scan_envelope(number, envelope, plan.as_of)
        except Exception as error:
            yield f"{envelope.document.id}: the engine failed: {type(error).__name__}: {error}"
            continue
        kept = tuple(flag for flag in result.flags if plan.keeps(flag))
        yield result if len(kept) == len(result.flags) else msgspec.structs.replace(result, flags=kept)


class _Process:
    """What one process of the pool holds."""

    scanner: Scanner
    plan: Plan


def _begin(plan: Plan) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool
    _Process.plan = plan
    _Process.scanner = make_scanner(plan)


def _scan_batch(envelopes: list[Envelope]) -> list[bytes | str]:
    results = _scan(_Process.scanner, envelopes, _Process.plan)
    return [one if isinstance(one, str) else msgspec.json.encode(one) for one in results]


_DECODER: Final = msgspec.json.Decoder(ScanResult)
