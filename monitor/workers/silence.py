"""Live streams that fell silent are over: what a schedule calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.logs import get, where
from monitor.metrics.streams import count_finished
from monitor.store import Database, finish_silent, silent
from monitor.store.streams import postpone

log = get(__name__)


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
                done = finish_silent(session, stream, now, seconds)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.error("cannot be finished", stream=stream, error=where(error))  # noqa: TRY400 (its words may be the stream's)
            with database.write() as session:
                postpone(session, stream, now)
        else:
            if done is not None:
                finished += 1
                count_finished(done)
    return finished
