"""What live streams bring, counted and logged once it is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from monitor.logs import get
from monitor.metrics import figures
from monitor.store import Finished

log = get(__name__)


def count_items(states: Iterable[str]) -> None:
    """Items that were told, by what became of each: ``new``, ``known``, ``late``, ``refused``."""
    for state, count in Counter(states).items():
        figures.STREAM_ITEMS.labels(state).inc(count)


def time_flags(written: datetime, received: Iterable[datetime]) -> None:
    """Flags of live streams that were written at a moment, by when their last words were received."""
    for moment in received:
        figures.LIVE_FLAG_SECONDS.observe(max(0.0, (written - moment).total_seconds()))


def count_finished(finished: Finished) -> None:
    """A stream that became a document; nothing for one that was over already, or in which nothing was said."""
    if finished.state is not None:
        figures.ACCEPTED.labels("streams", finished.state).inc()
        log.info("stream is over", stream=finished.stream, state=finished.state, correlation=finished.correlation)
