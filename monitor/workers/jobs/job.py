"""What a job is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import Settings
from monitor.scanner import Scanner
from monitor.store import Database


@dataclass(frozen=True, slots=True)
class Duty:
    """What a job works with. ``scanner`` gives the scanner of the files as they are now."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]
    scanner: Callable[[], Scanner]

    @property
    def settle(self) -> timedelta:
        """How long a batch may be under way."""
        return timedelta(seconds=self.settings.lease)


@dataclass(frozen=True, slots=True)
class Job:
    """A duty that falls due ``every`` so often. ``run`` says in a few words what it did; empty: there was nothing to do."""

    name: str
    every: timedelta
    run: Callable[[Duty], str]
