"""What people do: find what matters, decide, answer complaints, and hand out keys.

Every function takes a session of :class:`monitor.store.Database` and never commits. Those that write (``decide``,
``file_complaint``, ``add_event``, ``read_contact``, ``new_key``, ``revoke``) need ``database.write()``, the others take
``database.read()``.
"""

from __future__ import annotations

from monitor.cases.complaints import (
    COMPLAINT_LIMIT,
    COMPLAINT_STATUSES,
    CONTACT_LIMIT,
    PLATFORM_LIMIT,
    SHORTEST_COMPLAINT,
    SUBJECT_LIMIT,
    Complaint,
    ComplaintDetail,
    Contact,
    PublicComplaint,
    PublicStep,
    add_event,
    complaint_detail,
    complaints,
    file_complaint,
    follow,
    read_contact,
)
from monitor.cases.decide import NAME_LIMIT, OUTCOMES, REASON_LIMIT, FlagDetail, decide, flag_detail
from monitor.cases.keys import CAPABILITIES, Client, authenticate, list_keys, new_key, revoke
from monitor.cases.live import LiveDetail, OnAir, live_detail, on_air
from monitor.cases.passage import Passage, passage
from monitor.cases.queue import QueueItem, list_flags, queue
from monitor.cases.secret import Secret, open_secret
from monitor.cases.streams import StreamDetail, stream_detail, streams
from monitor.store import Database, DocumentKey, StoredFlag, WorkCounts
from monitor.store.complaints import ComplaintEvent, ComplaintItem
from monitor.store.contents import StreamItem
from monitor.store.decisions import Decision
from monitor.store.flips import Flip, flips
from monitor.store.keys import KeyItem
from monitor.store.overview import Count, DayCount, Overview, overview
from monitor.store.paging import LARGEST_PAGE, Page
from monitor.store.search import TEXT_LIMIT, Choices, FlagFilter, choices
from monitor.store.stream_views import Line, LiveFlag, LiveStream

__all__ = [
    "CAPABILITIES",
    "COMPLAINT_LIMIT",
    "COMPLAINT_STATUSES",
    "CONTACT_LIMIT",
    "LARGEST_PAGE",
    "NAME_LIMIT",
    "OUTCOMES",
    "PLATFORM_LIMIT",
    "REASON_LIMIT",
    "SHORTEST_COMPLAINT",
    "SUBJECT_LIMIT",
    "TEXT_LIMIT",
    "Choices",
    "Client",
    "Complaint",
    "ComplaintDetail",
    "ComplaintEvent",
    "ComplaintItem",
    "Contact",
    "Count",
    "Database",
    "DayCount",
    "Decision",
    "DocumentKey",
    "FlagDetail",
    "FlagFilter",
    "Flip",
    "KeyItem",
    "Line",
    "LiveDetail",
    "LiveFlag",
    "LiveStream",
    "OnAir",
    "Overview",
    "Page",
    "Passage",
    "PublicComplaint",
    "PublicStep",
    "QueueItem",
    "Secret",
    "StoredFlag",
    "StreamDetail",
    "StreamItem",
    "WorkCounts",
    "add_event",
    "authenticate",
    "choices",
    "complaint_detail",
    "complaints",
    "decide",
    "file_complaint",
    "flag_detail",
    "flips",
    "follow",
    "list_flags",
    "list_keys",
    "live_detail",
    "new_key",
    "on_air",
    "open_secret",
    "overview",
    "passage",
    "queue",
    "read_contact",
    "revoke",
    "stream_detail",
    "streams",
]
