"""What the database says of the work, asked when the metrics are read. Every deployment on one database says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from monitor.logs import get, where
from monitor.store import Condition, Database, condition
from monitor.store.condition import MOST, OnAir, on_air

DOCUMENTED: Final = {
    "steelyard_database_up": "Whether the database answered when the metrics were read.",
    "steelyard_work": f"Documents by the state of their work; counted up to {MOST:,}.",
    "steelyard_work_due": f"Documents that could be sent now; counted up to {MOST:,}.",
    "steelyard_work_oldest_seconds": "For how long the oldest of these has waited.",
    "steelyard_leases_overdue": "Documents whose lease ended and was not yet taken back.",
    "steelyard_streams_on_air": "Live streams that are not over.",
    "steelyard_stream_items_waiting": "What was told of them and is not judged yet.",
}
"""Name → help of what is told here."""

log = get(__name__)


class StoredWork(Collector):
    """The gauges of :data:`DOCUMENTED`. A database that does not answer leaves only the first."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Names only, so that registering asks nothing."""
        for name in DOCUMENTED:
            yield GaugeMetricFamily(name, DOCUMENTED[name])

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask."""
        now = self._clock()
        try:
            with self._database.read() as session:
                found, live = condition(session, now), on_air(session, now)
        except (SQLAlchemyError, OSError) as error:
            log.warning("the database does not answer", error=where(error))
            yield _gauge("steelyard_database_up", 0)
            return
        yield _gauge("steelyard_database_up", 1)
        yield from _gauges(found, live, now)


def _gauges(found: Condition, live: OnAir, now: datetime) -> Iterator[GaugeMetricFamily]:
    states = GaugeMetricFamily("steelyard_work", DOCUMENTED["steelyard_work"], labels=["state"])
    for state, count in (("pending", found.pending), ("leased", found.leased), ("dead", found.dead)):
        states.add_metric([state], count)
    yield states
    yield _gauge("steelyard_work_due", found.due)
    yield _gauge("steelyard_work_oldest_seconds", found.waited(now))
    yield _gauge("steelyard_leases_overdue", found.overdue)
    yield _gauge("steelyard_streams_on_air", live.streams)
    yield _gauge("steelyard_stream_items_waiting", live.waiting)


def _gauge(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, DOCUMENTED[name], value=value)
