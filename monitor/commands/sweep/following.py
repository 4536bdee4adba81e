"""A sweep while it runs: how far it is, its end, and what Ctrl-C does."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar
from sqlalchemy.exc import OperationalError

from monitor.commands.sweep.joining import Interrupted, PartLost, join
from monitor.commands.sweep.report import make_report, report_lines, write_report
from monitor.commands.telling import say
from monitor.store import Database
from monitor.store.sweeps import Progress, Sweep, get_sweep, pause, progress

LOOK: Final = 0.5
"""Seconds between two looks."""

TELL: Final = 30.0
"""Seconds between two lines of progress, where there is no terminal."""

LONELY: Final = 15.0
"""Seconds after which it is told that no worker takes anything."""

PAUSED: Final = 130
UNFINISHED: Final = 2

_ROUTINE: Final = re.compile(r"\d+ (documents|shards)\b(?!.*(failed|degraded))|ready: |worker: Warm shutdown")


class Following:
    """Follows one sweep; ``code`` is the exit code of the command. ``own``: it has workers of its own."""

    def __init__(self, database: Database, sweep: int, *, quiet: bool, own: bool) -> None:
        self._database = database
        self._sweep = sweep
        self._quiet = quiet
        self._own = own
        self._stop = Event()
        self._begun = time.monotonic()
        self._first: Progress | None = None
        self._told = self._begun
        self._lonely = False
        self.code = PAUSED

    @staticmethod
    def routine(line: str) -> bool:
        """Whether a line of a worker's log says only that it works."""
        return _ROUTINE.match(line) is not None

    async def run(self, parts: object) -> int:
        """Until it is done, cannot go on, or this is cancelled, which pauses it; the exit code."""
        del parts
        with _Shown(quiet=self._quiet) as shown:
            try:
                self.code = await self._run(shown)
            except asyncio.CancelledError:
                self._stop.set()
                if self._pause():
                    say(f"sweep {self._sweep} is paused; go on with: monitor sweep --resume {self._sweep}")
                raise
        return self.code

    async def _run(self, shown: Callable[[str, Progress, int], None]) -> int:
        while True:
            try:
                sweep, at = self._look()
            except OperationalError as error:
                say(f"the database does not answer: {error.orig}")
                await asyncio.sleep(10 * LOOK)
                continue
            if sweep.state == "done":
                return self._reported()
            if sweep.state == "paused":
                say(f"sweep {self._sweep} was paused; go on with: monitor sweep --resume {self._sweep}")
                return PAUSED
            self._tell(shown, sweep, at)
            if at.dead and at.done + at.dead == at.shards:
                self._pause()
                say(
                    f"error: {at.dead} shards cannot be done: {at.error}; the others are. When that is mended: "
                    f"monitor sweep --resume {self._sweep}"
                )
                return UNFINISHED
            if at.done < at.shards or not await self._joined(sweep):
                await asyncio.sleep(LOOK)

    def _look(self) -> tuple[Sweep, Progress]:
        with self._database.read() as session:
            return get_sweep(session, self._sweep, _now()), progress(session, self._sweep)

    def _pause(self) -> bool:
        with self._database.write() as session:
            return pause(session, self._sweep, _now())

    async def _joined(self, sweep: Sweep) -> bool:
        """Whether the results were written here and now."""

        def report() -> None:
            write_report(make_report(self._database, sweep.id, _now()))

        try:
            return await asyncio.to_thread(join, self._database, sweep, _now, self._stop, report)
        except PartLost as lost:
            say(f"{lost}: its shard is done again")
        except Interrupted:
            pass
        return False

    def _reported(self) -> int:
        report = make_report(self._database, self._sweep, _now())
        for line in report_lines(report) if not self._quiet else ():
            say(line)
        return UNFINISHED if report.unreadable or report.degraded else 0

    def _tell(self, shown: Callable[[str, Progress, int], None], sweep: Sweep, at: Progress) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first, self._begun = at, now
        text = _said(at, sweep.lines, at.lines - self._first.lines, now - self._begun)
        shown(text, at, sweep.lines)
        if now - self._told >= TELL and not self._quiet:
            self._told = now
            if not Console(stderr=True).is_terminal:
                say(text)
        idle = at == self._first and not at.leased and now - self._begun >= LONELY
        if idle and not self._lonely and not self._own:
            self._lonely = True
            say("no worker takes anything: run `monitor worker` (or `monitor up`), or give --workers N")


def _said(at: Progress, lines: int, fresh: int, seconds: float) -> str:
    """``1,200 of 5,000 lines, 24%, 950/s, 4 s left; 31 flags``."""
    rate = fresh / seconds if seconds else 0.0
    left = f", {rate:,.0f} lines/s, {_span((lines - at.lines) / rate)} left" if rate else ""
    bad = f", {at.unreadable:,} lines not judged" if at.unreadable else ""
    troubles = f"; {at.error}" if at.error else ""
    return (
        f"{at.lines:,} of {lines:,} lines, {100 * at.lines // max(lines, 1)}%{left}; {at.flags:,} flags{bad}{troubles}"
    )


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _now() -> datetime:
    return datetime.now(UTC)


class _Shown:
    """A bar on standard error, where there is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        hidden = quiet or not console.is_terminal
        self._bar = Bar(BarColumn(), TextColumn("{task.description}"), console=console, transient=True, disable=hidden)
        self._task: Any = self._bar.add_task("", total=None)

    def __enter__(self) -> Callable[[str, Progress, int], None]:
        self._bar.start()
        return lambda text, at, lines: self._bar.update(self._task, description=text, total=lines, completed=at.lines)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
