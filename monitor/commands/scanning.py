"""Scanning many documents: in this process or in several, in order, with memory that does not grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from monitor.errors import InputError
from monitor.flags import ScanResult, Severity, at_least
from monitor.formats import Item
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

BATCH: Final = 128
"""Documents a process takes at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to scan with; small enough to be sent to every process."""

    rules: Path
    registry: Path | None
    as_of: date
    floor: Severity = "info"
    language: str = "zh"


def make_scanner(plan: Plan) -> Scanner:
    """A scanner as planned.

    Raises:
        RuleError, RegistryError: the rulebook or the registry cannot be loaded.
    """
    registry = Registry.load(plan.registry) if plan.registry else None
    return Scanner(load_rulebook(plan.rules), registry, language=plan.language)


def scan_items(
    items: Iterable[Item], plan: Plan, scanner: Scanner, jobs: int, on_error: Callable[[InputError], None]
) -> Iterator[tuple[Item, ScanResult]]:
    """Results in the order of the items. A document the engine fails on is told, and has no result."""
    if jobs == 1:
        for item in items:
            yield from _told([item], [_scan(scanner, item, plan)], on_error)
        return
    context = get_context("spawn")
    waiting: deque[tuple[list[Item], Future[list[bytes | str]]]] = deque()
    decoder = msgspec.json.Decoder(ScanResult)
    stream = iter(items)
    with ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(plan,)) as pool:
        while True:
            while len(waiting) < 2 * jobs and (batch := list(islice(stream, BATCH))):
                waiting.append((batch, pool.submit(_scan_batch, batch)))
            if not waiting:
                return
            batch, future = waiting.popleft()
            results = [decoder.decode(one) if isinstance(one, bytes) else one for one in future.result()]
            yield from _told(batch, results, on_error)


def _told(
    items: list[Item], results: list[ScanResult | str], on_error: Callable[[InputError], None]
) -> Iterator[tuple[Item, ScanResult]]:
    for item, result in zip(items, results, strict=True):
        if isinstance(result, str):
            on_error(InputError(result, source=item.source, line=item.line))
        else:
            yield item, result


def _scan(scanner: Scanner, item: Item, plan: Plan) -> ScanResult | str:
    """The result, or why there is none: one document must not end the run."""
    try:
        (result,) = scanner.scan_envelopes([item.envelope], plan.as_of)
    except Exception as error:
        return f"{item.envelope.document.id}: the engine failed: {type(error).__name__}: {error}"
    kept = tuple(flag for flag in result.flags if at_least(flag.severity, plan.floor))
    return result if len(kept) == len(result.flags) else msgspec.structs.replace(result, flags=kept)


class _Process:
    """What one process of the pool holds."""

    scanner: Scanner
    plan: Plan


def _begin(plan: Plan) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool
    _Process.plan = plan
    _Process.scanner = make_scanner(plan)


def _scan_batch(items: list[Item]) -> list[bytes | str]:
    results = [_scan(_Process.scanner, item, _Process.plan) for item in items]
    return [one if isinstance(one, str) else msgspec.json.encode(one) for one in results]
