"""What is counted, under the names that ``docs/operations.md`` lists. Importing this chooses where: see :mod:`monitor.metrics.sharing`."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Histogram

WAITS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400)
"""Seconds: bounds of what waits in a queue."""

BATCHES: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
CALLS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

ACCEPTED: Final = Counter(
    "steelyard_documents_accepted", "Documents taken in, by where from and what they were here.", ["source", "state"]
)
REFUSED: Final = Counter("steelyard_documents_refused", "Documents not taken in, and why.", ["source", "reason"])
STREAM_ITEMS: Final = Counter(
    "steelyard_stream_items", "Segments and products told of live streams, by what became of them.", ["state"]
)

SCANNED: Final = Counter("steelyard_documents_scanned", "Documents scanned and written.")
FAILED: Final = Counter(
    "steelyard_documents_failed", "Scans that failed: to be tried again, or given up (dead).", ["outcome"]
)
LATE: Final = Counter("steelyard_documents_late", "Documents whose lease was lost: nothing was written for them.")
DEGRADED: Final = Counter("steelyard_documents_degraded", "Documents scanned while a registry did not answer.")
FLAGS: Final = Counter("steelyard_flags", "New flags.", ["category", "severity"])
FLAG_SECONDS: Final = Histogram(
    "steelyard_receipt_to_flag_seconds",
    "From the receipt of a document to its first flags, for each document that is flagged when it is first scanned.",
    buckets=WAITS,
)
LIVE_FLAG_SECONDS: Final = Histogram(
    "steelyard_stream_flag_seconds",
    "From the receipt of the last words of a flag in a live stream to the flag.",
    buckets=CALLS,
)
BATCH_SECONDS: Final = Histogram(
    "steelyard_batch_seconds", "What a batch took, from reading to writing.", buckets=BATCHES
)
RULE_SECONDS: Final = Counter("steelyard_rule_seconds", "Processor time of a rule, in the batches measured.", ["rule"])
RULE_DOCUMENTS: Final = Counter(
    "steelyard_rule_documents", "Documents a rule was tried on, in the batches measured.", ["rule"]
)

SENT: Final = Counter("steelyard_documents_sent", "Documents sent to workers.")
LAPSED: Final = Counter("steelyard_leases_lapsed", "Documents that came back because nobody finished them in time.")
BROKER_FAILURES: Final = Counter("steelyard_broker_failures", "Batches that the broker did not take.")

REQUESTS: Final = Counter("steelyard_api_requests", "Requests answered.", ["method", "path", "status"])
REQUEST_SECONDS: Final = Histogram(
    "steelyard_api_request_seconds", "What a request took.", ["method", "path"], buckets=CALLS
)
