"""The scanner a worker process works with: built once, and built anew when the files of rules or registries change.

A look at the files costs a few system calls a batch. What cannot be loaded is told, and the scanner that is there goes on: a mistake in
a rule file stops no worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from monitor.bootstrap import files_state, load_scanner
from monitor.config import Settings
from monitor.documents import Listing
from monitor.errors import SteelyardError
from monitor.scanner import Scanner
from monitor.store import Database
from monitor.workers.looks import take

log = logging.getLogger(__name__)


class Current:
    """The scanner of a process. Made before the pool forks: its processes share what was built first."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._state = files_state(settings)
        self._scanner = load_scanner(settings)

    @property
    def digest(self) -> str:
        """That of the rulebook in use."""
        return self._scanner.digest

    def first(self, database: Database) -> None:
        """Read the dictionaries, so that processes share them, and say that this rulebook was taken. The database is closed."""
        self._scanner.scan(Listing(id="first", title="新鲜苹果"), self._clock().date())
        take(database, self._scanner, self._clock())
        database.close()

    def scanner(self, database: Database) -> Scanner:
        """The scanner of the files as they are now, or the last that could be loaded."""
        state = files_state(self._settings)
        if state != self._state:
            self._state = state  # also if it fails: it is tried again when somebody changes a file again
            self._renew(database)
        return self._scanner

    def _renew(self, database: Database) -> None:
        before = self._scanner.digest
        try:
            scanner = load_scanner(self._settings)
        except (SteelyardError, OSError) as error:
            log.error("the changed rules are not taken, %s goes on: %s", before[:12], error)  # noqa: TRY400 (for people)
            return
        self._scanner = scanner
        if scanner.digest != before:
            take(database, scanner, self._clock())
            log.info("rulebook %s taken in the place of %s", scanner.digest[:12], before[:12])
