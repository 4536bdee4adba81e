"""A complaint without an account: the receipt is shown once, the contact is sealed, reading it is written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from store.writing import NOON, after, flag, scanned, transcript

from monitor.cases import (
    COMPLAINT_LIMIT,
    Complaint,
    Contact,
    Secret,
    add_event,
    complaint_detail,
    complaints,
    file_complaint,
    follow,
    read_contact,
)
from monitor.errors import ConfigurationError, NotFound, Refused, Stale
from monitor.store import Database, verify

SECRET = Secret("of this test, thirty-two letters")
FORM = Complaint("他说是纯红薯的，配料第二个就是木薯淀粉。", "douyin", "T-1", Contact("马春霞", "19900001021"))


def filed(database: Database, form: Complaint = FORM, draw: Callable[[int], int] | None = None) -> str:
    """File a complaint; its receipt."""
    with database.write() as session:
        if draw is None:
            return file_complaint(session, SECRET, form, NOON)
        return file_complaint(session, SECRET, form, NOON, draw=draw)


def test_a_receipt_shows_what_came_of_it_and_nothing_else(database: Database) -> None:
    receipt = filed(database)
    assert len(receipt) == 16
    assert receipt.isdecimal()
    with database.write() as session:
        add_event(session, 1, "in-review", "", "王", 1, after(60))
        add_event(session, 1, "answered", "已责令改正", "王", 2, after(120))
    spaced = f"{receipt[:4]} {receipt[4:8]}-{receipt[8:]}".translate({ord("1"): "１"})
    with database.read() as session:
        shown = follow(session, SECRET, spaced)
    assert [(step.status, step.note) for step in shown.steps] == [
        ("filed", ""),
        ("in-review", ""),
        ("answered", "已责令改正"),
    ]
    assert (shown.status, shown.filed_at, shown.steps[-1].at) == ("answered", NOON, after(120))
    for private in ("马春霞", "19900001021", "红薯", "王"):
        assert private not in repr(shown)


@pytest.mark.parametrize("receipt", ["", "1", "0" * 16, "x" * 10_000, "１" * 200])
def test_another_receipt_finds_nothing(database: Database, receipt: str) -> None:
    filed(database, draw=lambda _: 7)
    with database.read() as session, pytest.raises(NotFound, match="no complaint with this receipt"):
        follow(session, SECRET, receipt)


def test_neither_receipt_nor_contact_stand_in_the_database(database: Database) -> None:
    receipt = filed(database)
    with database.read() as session:
        rows = [tuple(row) for row in session.execute(text("SELECT * FROM complaints"))]
        rows += [tuple(row) for row in session.execute(text("SELECT * FROM audit"))]
        rows += [tuple(row) for row in session.execute(text("SELECT * FROM complaint_events"))]
    kept = " ".join(
        bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell) for row in rows for cell in row
    )
    assert "红薯" in kept, "the words themselves are kept"
    for private in (receipt, "19900001021", "马春霞", "马春霞".encode().hex(), receipt.encode().hex()):
        assert private not in kept


def test_a_receipt_that_is_taken_is_drawn_again(database: Database) -> None:
    numbers = iter([7, 7, 8])
    assert filed(database, draw=lambda _: next(numbers)) == "0" * 15 + "7"
    assert filed(database, draw=lambda _: next(numbers)) == "0" * 15 + "8"


def test_reading_a_contact_is_written_down(database: Database) -> None:
    filed(database)
    with database.write() as session:
        assert read_contact(session, SECRET, 1, "王", after(5)) == Contact("马春霞", "19900001021")
    with database.read() as session:
        actor, action, subject = session.execute(
            text("SELECT actor, action, subject FROM audit ORDER BY number DESC LIMIT 1")
        ).one()
        assert (actor, action, subject) == ("王", "read contact", "complaint 1")
        assert verify(session) is None


@pytest.mark.parametrize("contact", [None, Contact(), Contact(" ", "\n")], ids=["none", "empty", "spaces"])
def test_one_may_stay_unknown(database: Database, contact: Contact | None) -> None:
    filed(database, Complaint(FORM.text, contact=contact))
    with database.write() as session:
        assert not complaints(session).items[0].has_contact
        with pytest.raises(NotFound, match="without a contact"):
            read_contact(session, SECRET, 1, "王", NOON)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        pytest.param(Complaint("太短"), "text", id="short"),
        pytest.param(Complaint("长" * (COMPLAINT_LIMIT + 1)), "text", id="long"),
        pytest.param(Complaint(FORM.text, platform="x" * 101), "platform", id="platform"),
        pytest.param(Complaint(FORM.text, subject="x" * 201), "subject", id="subject"),
        pytest.param(Complaint(FORM.text, contact=Contact(email="x" * 201)), "contact.email", id="contact"),
    ],
)
def test_a_form_has_limits(database: Database, form: Complaint, field: str) -> None:
    with pytest.raises(Refused) as refused:
        filed(database, form)
    assert refused.value.field == field


def test_staff_see_the_words_and_the_flags_of_the_stream(database: Database) -> None:
    scanned(database, transcript(1, "纯红薯"), flag("纯红薯", 0, field="segments[0].text", at=0.0))
    filed(database)
    with database.read() as session:
        detail = complaint_detail(session, 1)
    assert detail.text == FORM.text
    assert [key.external_id for key in detail.documents] == ["T-1"]
    assert [item.words for item in detail.flags] == ["纯红薯"]
    assert "19900001021" not in repr(detail)


def test_complaints_are_listed_by_status_the_newest_first(database: Database) -> None:
    for _ in range(3):
        filed(database)
    with database.write() as session:
        add_event(session, 2, "closed", "", "王", 1, after(1))
    with database.read() as session:
        page = complaints(session, limit=2)
        assert [item.id for item in page.items] == [3, 2]
        assert [item.id for item in complaints(session, limit=2, after=page.next).items] == [1]
        assert [item.id for item in complaints(session, status="filed").items] == [3, 1]
        assert complaints(session, status="closed").total == 1
        with pytest.raises(Refused, match="one of filed"):
            complaints(session, status="lost")


def test_a_step_over_an_unseen_one_is_stale(database: Database) -> None:
    filed(database)
    with database.write() as session:
        add_event(session, 1, "in-review", "", "王", 1, after(1))
    for seen in (0, 1, 7):
        with database.write() as session, pytest.raises(Stale):
            add_event(session, 1, "closed", "", "李", seen, after(2))


@pytest.mark.parametrize(
    ("step", "field"),
    [
        pytest.param(("lost", "x", "王"), "status", id="status"),
        pytest.param(("answered", "", "王"), "note", id="an answer without words"),
        pytest.param(("closed", "x" * (COMPLAINT_LIMIT + 1), "王"), "note", id="long note"),
        pytest.param(("closed", "", ""), "by", id="nobody"),
    ],
)
def test_a_step_has_limits(database: Database, step: tuple[str, str, str], field: str) -> None:
    filed(database)
    with database.write() as session, pytest.raises(Refused) as refused:
        add_event(session, 1, *step, 1, NOON)
    assert refused.value.field == field


def test_another_secret_reads_nothing(database: Database) -> None:
    receipt = filed(database)
    other = Secret("another, of thirty-two letters ..")
    with database.write() as session:
        with pytest.raises(NotFound):
            follow(session, other, receipt)
        with pytest.raises(ConfigurationError, match="not the secret"):
            read_contact(session, other, 1, "王", NOON)
