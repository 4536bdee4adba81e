"""The scanner a worker process works with: built once, and built anew when the files of rules or registries change.

A look at the files costs a few system calls a batch. What cannot be loaded is told, and the scanner that is there goes on: a mistake in
a rule file stops no worker.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from monitor.bootstrap import files_state, load_scanner
from monitor.config import Settings
from monitor.documents import Listing
from monitor.errors import SteelyardError
from monitor.logs import get
from monitor.scanner import Scanner
from monitor.store import Database
from monitor.workers.looks import take

FIRST: Final = "全网最好的有机苹果，降血糖，原价99元"
"""What is scanned first, before there are several processes: what is read when a rule first needs it is then read once, for all of them."""

log = get(__name__)


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
        self._scanner.scan(Listing(id="first", title=FIRST), self._clock().date())
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
            log.error("the changed rules are not taken", rulebook=before[:12], error=str(error))  # noqa: TRY400 (for people)
            return
        self._scanner = scanner
        if scanner.digest != before:
            take(database, scanner, self._clock())
            log.info("changed rules are taken", rulebook=scanner.digest[:12], before=before[:12])
