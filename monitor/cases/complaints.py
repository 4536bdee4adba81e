"""Complaints: filed without an account, followed by a receipt, answered in public words.

Who complained is known to nobody who does not ask for it by name, and asking is written down.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.cases.decide import NAME_LIMIT
from monitor.cases.queue import QueueItem, queue_item
from monitor.cases.secret import Secret
from monitor.cases.typed import one_of, typed
from monitor.errors import NotFound, Stale
from monitor.store import record
from monitor.store.complaints import (
    ComplaintEvent,
    ComplaintItem,
    complaint_page,
    find_complaint,
    get_complaint,
    insert_complaint,
    insert_event,
)
from monitor.store.contents import documents_called
from monitor.store.documents import DocumentKey
from monitor.store.flags import flags_of
from monitor.store.paging import Page

COMPLAINT_STATUSES: Final = ("filed", "in-review", "answered", "closed")

RECEIPT_DIGITS: Final = 16
SHORTEST_COMPLAINT: Final = 10
COMPLAINT_LIMIT: Final = 5000
"""Characters of a complaint, and of a note."""

PLATFORM_LIMIT: Final = 100
SUBJECT_LIMIT: Final = 200
CONTACT_LIMIT: Final = 200
"""Characters of each part of a contact."""

_DRAWS: Final = 20


class Contact(Struct, frozen=True):
    """Who complained; each part may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""


class Complaint(Struct, frozen=True):
    """The form: what was wrong, where (``subject``: the id of a listing or stream, may be empty), and whom to answer."""

    text: str
    platform: str = ""
    subject: str = ""
    contact: Contact | None = None


class PublicStep(Struct, frozen=True):
    """A step of a complaint, without who took it."""

    at: datetime
    status: str
    note: str


class PublicComplaint(Struct, frozen=True):
    """What the receipt shows: nothing that the complainant wrote, for a receipt may be lost."""

    filed_at: datetime
    platform: str
    status: str
    steps: tuple[PublicStep, ...]


class ComplaintDetail(Struct, frozen=True):
    """A complaint as staff see it. ``documents`` are those its subject may mean, ``flags`` those of their latest revisions."""

    item: ComplaintItem
    text: str
    events: tuple[ComplaintEvent, ...]
    documents: tuple[DocumentKey, ...]
    flags: tuple[QueueItem, ...]

    @property
    def last_event(self) -> int:
        """What :func:`add_event` must be told as ``seen``."""
        return self.events[-1].number


def file_complaint(
    session: Session,
    secret: Secret,
    form: Complaint,
    now: datetime,
    *,
    draw: Callable[[int], int] = secrets.randbelow,
) -> str:
    """Keep a complaint; its receipt of 16 digits, which is shown once and kept nowhere.

    Raises:
        Refused: a part of the form is missing or too long; ``field`` says which, as in ``contact.phone``.
    """
    text = typed(form.text, "text", least=SHORTEST_COMPLAINT, most=COMPLAINT_LIMIT, lines=True)
    platform = typed(form.platform, "platform", least=0, most=PLATFORM_LIMIT)
    subject = typed(form.subject, "subject", least=0, most=SUBJECT_LIMIT)
    contact = _contact(form.contact)
    sealed = None if contact is None else secret.encrypt(msgspec.json.encode(contact))
    for _ in range(_DRAWS):
        receipt = f"{draw(10**RECEIPT_DIGITS):0{RECEIPT_DIGITS}}"
        key = insert_complaint(
            session,
            receipt=secret.hash_receipt(receipt),
            platform=platform,
            subject=subject,
            text=text,
            contact=sealed,
            now=now,
        )
        if key is not None:
            record(session, "public", "file complaint", f"complaint {key}", now)
            return receipt
    raise RuntimeError(f"{_DRAWS} receipts in a row were taken: the source of randomness is broken")


def follow(session: Session, secret: Secret, receipt: str) -> PublicComplaint:
    """What came of a complaint. Spaces and hyphens in the receipt do not matter, nor full-width digits.

    Raises:
        NotFound: no complaint has this receipt.
    """
    stored = find_complaint(session, secret.hash_receipt(_digits(receipt)))
    steps = tuple(PublicStep(event.at, event.status, event.note) for event in stored.events)
    return PublicComplaint(stored.item.filed_at, stored.item.platform, stored.item.status, steps)


def complaints(
    session: Session, *, status: str | None = None, after: str | None = None, limit: int = 50
) -> Page[ComplaintItem]:
    """A page of complaints, the newest first; ``status`` None: all.

    Raises:
        Refused: a status, cursor or limit that cannot be.
    """
    if status is not None:
        one_of(status, COMPLAINT_STATUSES, "status")
    return complaint_page(session, status=status, after=after, limit=limit)


def complaint_detail(session: Session, complaint_id: int) -> ComplaintDetail:
    """One complaint, without its contact.

    Raises:
        NotFound: there is none.
    """
    stored = get_complaint(session, complaint_id)
    subject = stored.item.subject
    documents = documents_called(session, subject, stored.item.platform) if subject else ()
    flags = [flag for key in documents for flag in flags_of(session, key.document, key.revision)]
    return ComplaintDetail(
        stored.item, stored.text, stored.events, documents, tuple(queue_item(flag) for flag in flags)
    )


def read_contact(session: Session, secret: Secret, complaint_id: int, by: str, now: datetime) -> Contact:
    """Who complained. Writes an audit row, so it needs a writing transaction.

    Raises:
        NotFound: no such complaint, or it was filed without a contact.
        Refused: ``by`` is missing or too long.
    """
    by = typed(by, "by", most=NAME_LIMIT)
    sealed = get_complaint(session, complaint_id).contact
    if sealed is None:
        raise NotFound(f"complaint {complaint_id} was filed without a contact")
    record(session, by, "read contact", f"complaint {complaint_id}", now)
    return msgspec.json.decode(secret.decrypt(sealed), type=Contact)


def add_event(session: Session, complaint_id: int, status: str, note: str, by: str, seen: int, now: datetime) -> None:
    """Take a step: a new status with a note the complainant can read, and an audit row.

    ``seen`` is the number of the last step the person saw (:attr:`ComplaintDetail.last_event`). An answer needs a note.

    Raises:
        Stale: somebody took a step since.
        NotFound: there is no such complaint.
        Refused: status, note or name is missing, unknown or too long.
    """
    one_of(status, COMPLAINT_STATUSES, "status")
    note = typed(note, "note", least=1 if status == "answered" else 0, most=COMPLAINT_LIMIT, lines=True)
    by = typed(by, "by", most=NAME_LIMIT)
    last = get_complaint(session, complaint_id).events[-1]
    step = ComplaintEvent(seen + 1, status, note, by, now)
    if last.number != seen or not insert_event(session, complaint_id, step):
        raise Stale(f"somebody took a step on complaint {complaint_id} since you read it: read it again")
    record(session, by, "complaint step", f"complaint {complaint_id}", now, status=status)


def _contact(contact: Contact | None) -> Contact | None:
    """The contact trimmed, None if it says nothing."""
    if contact is None:
        return None
    parts = {
        name: typed(getattr(contact, name), f"contact.{name}", least=0, most=CONTACT_LIMIT)
        for name in contact.__struct_fields__
    }
    return Contact(**parts) if any(parts.values()) else None


def _digits(receipt: str) -> str:
    return "".join(str(int(character)) for character in receipt[:100] if character.isdecimal())
