"""Live streams that fell silent are over: what a schedule calls."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.store import Database, finish_silent, silent
from monitor.store.streams import postpone

log = logging.getLogger(__name__)


def finish_all_silent(database: Database, now: datetime, seconds: float) -> int:
    """Finish streams that nothing was heard of for so long, a few dozen at a time and each by itself; how many.

    One that cannot be finished does not keep the others: it is told in the log and tried again after as long a silence.
    """
    with database.read() as session:
        found = silent(session, now, seconds)
    finished = 0
    for stream in found:
        try:
            with database.write() as session:
                finished += finish_silent(session, stream, now, seconds) is not None
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("stream %d cannot be finished", stream)
            with database.write() as session:
                postpone(session, stream, now)
    return finished
