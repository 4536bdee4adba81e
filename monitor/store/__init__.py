"""What must not be forgotten: documents, pending work, flags, decisions, complaints, keys, and the audit.

Every function takes a session and never commits: the caller's block is the transaction. ::

    database = Database(open_engine("sqlite:///data/steelyard.sqlite"))
    migrate(database.engine)
    with database.write() as session:
        ingest(session, arrivals, now)

Moments are aware datetimes. What is returned are frozen structs that outlive the session.
"""

from __future__ import annotations

import monitor.store.duty_tables
import monitor.store.rescan_tables  # noqa: F401 (with these the tables are whole)
from monitor.store.answers import Answer, recall, remember
from monitor.store.audit import Broken, record, verify
from monitor.store.backlog import DeadWork, WorkCounts, dead_work, work_counts
from monitor.store.condition import Condition, condition
from monitor.store.documents import Arrival, DocumentKey, Ingested, Received, ingest, ingest_all
from monitor.store.engine import Database, open_engine
from monitor.store.flags import StoredFlag
from monitor.store.prices import KeptPrices, StoredPrices, keep_all_prices, keep_prices, prices_of
from monitor.store.schema import latest_version, migrate, schema_version
from monitor.store.stream_views import LiveFlag, LiveStream, flags_since, get_live, latest_flags, list_live, live_flags
from monitor.store.streams import (
    Finished,
    Opened,
    Taken,
    append,
    append_all,
    finish,
    finish_silent,
    open_stream,
    silent,
)
from monitor.store.work import (
    Completed,
    Failed,
    Lease,
    WorkItem,
    complete,
    fail,
    lease_batch,
    load_work,
    release,
    release_lapsed,
    revive,
)

__all__ = [
    "Answer",
    "Arrival",
    "Broken",
    "Completed",
    "Condition",
    "Database",
    "DeadWork",
    "DocumentKey",
    "Failed",
    "Finished",
    "Ingested",
    "KeptPrices",
    "Lease",
    "LiveFlag",
    "LiveStream",
    "Opened",
    "Received",
    "StoredFlag",
    "StoredPrices",
    "Taken",
    "WorkCounts",
    "WorkItem",
    "append",
    "append_all",
    "complete",
    "condition",
    "dead_work",
    "fail",
    "finish",
    "finish_silent",
    "flags_since",
    "get_live",
    "ingest",
    "ingest_all",
    "keep_all_prices",
    "keep_prices",
    "latest_flags",
    "latest_version",
    "lease_batch",
    "list_live",
    "live_flags",
    "load_work",
    "migrate",
    "open_engine",
    "open_stream",
    "prices_of",
    "recall",
    "record",
    "release",
    "release_lapsed",
    "remember",
    "revive",
    "schema_version",
    "silent",
    "verify",
    "work_counts",
]
