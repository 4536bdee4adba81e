"""What is past its term goes in bounded transactions, with a proof in the audit; what is held, open or decided late stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from monitor.cases import Complaint, add_event, decide, file_complaint
from monitor.cases.secret import Secret
from monitor.config import Settings
from monitor.errors import NotFound
from monitor.formats.saying import decode_head, decode_saying
from monitor.store import Database, append, complete, finish, ingest, lease_batch, open_stream, remember, verify
from monitor.store import retention as store
from monitor.store.answers import Answer
from monitor.store.columns import Row
from monitor.store.holds import hold_complaint, hold_document, holds, release_hold
from monitor.store.retention import KINDS, due, held, proof, remove
from monitor.store.tables import AuditRow
from monitor.store.terms import terms_of
from store.writing import NOON, arrived, flag, listing, result, scanned, transcript

YEARS = timedelta(days=1096)
LATER = NOON + YEARS + timedelta(days=1)
TERM = LATER - YEARS


KEPT_BY_TRIGGERS = {"open_flags", "flag_tallies", "tallies"}
"""Counts: their rows stay when what they count is gone."""


def rows(database: Database) -> dict[str, int]:
    """Rows by table, of tables that have any; counts left out."""
    with database.read() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) for name, table in Row.metadata.tables.items()
        }
    return {name: count for name, count in counts.items() if count and name not in KEPT_BY_TRIGGERS}


def taken(database: Database, kind: str, before: datetime = TERM, most: int | None = None) -> list[store.Removed]:
    return remove(database, kind, before, "王", lambda: LATER, most=most)


def audited(database: Database) -> list[AuditRow]:
    with database.read() as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == "retention").order_by(AuditRow.number)))


def test_a_document_goes_with_all_that_hangs_on_it_and_the_proof_can_be_computed_again(database: Database) -> None:
    scanned(database, listing(), flag())
    scanned(database, transcript(), flag())
    with database.write() as session:
        decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON)
    lines = _lines(database)
    assert taken(database, "listings", NOON) == []  # its last day
    (removed,) = taken(database, "listings")
    assert removed.rows == {"decisions": 1, "flags": 1, "work": 1, "revisions": 1, "documents": 1}
    assert rows(database) == {"documents": 1, "revisions": 1, "work": 1, "flags": 1, "audit": 2}
    (row,) = audited(database)
    assert (row.actor, row.subject) == ("王", "listings")
    assert proof(lines) in row.detail
    assert removed.lines == tuple(sorted(lines))
    with database.read() as session:
        assert verify(session) is None


def _lines(database: Database) -> Sequence[str]:
    """What the first document consists of, as the proof has it."""
    with database.read() as session:
        found = session.execute(
            text(
                "SELECT d.identity, r.content_sha256, f.identity FROM documents d JOIN revisions r ON r.document_id = d.id "
                "JOIN flags f ON f.revision_id = r.id WHERE d.id = 1"
            )
        ).one()
    return [f"revision {found[0]} 1 {found[1]}", f"flag {found[2]}", "decision 1"]


def test_nothing_of_what_is_guarded_can_be_deleted_otherwise(database: Database) -> None:
    scanned(database, listing(), flag())
    scanned(database, listing(2), flag())
    taken(database, "listings", most=0)
    listed = "INSERT INTO expiring (kind, row_id) VALUES ('flags', 1)"
    for table, statements in (
        ("flags", ["DELETE FROM flags"]),
        ("revisions", ["DELETE FROM revisions"]),
        ("flags", [listed, "DELETE FROM flags"]),  # the other is not listed
        ("flags", [listed, "UPDATE flags SET score = 0 WHERE id = 1"]),
    ):
        with pytest.raises(DBAPIError, match=f"rows of {table} are written once"):
            _execute(database, statements)
    assert "expiring" not in rows(database)


def _execute(database: Database, statements: Sequence[str]) -> None:
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))


def test_it_goes_in_pieces_each_with_its_row_and_a_broken_off_one_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PIECE", 2)
    for number in range(5):
        scanned(database, listing(number), flag())
    assert [one.removed for one in taken(database, "listings", most=1)] == [2]
    with database.read() as session:
        assert due(session, "listings", TERM) == 3
    assert [one.removed for one in taken(database, "listings")] == [2, 1]
    assert len(audited(database)) == 3
    assert rows(database) == {"audit": 3}


def test_what_fails_leaves_nothing_half_removed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned(database, listing(), flag())
    before = rows(database)
    monkeypatch.setattr(store, "record", _fails)
    with pytest.raises(ZeroDivisionError):
        taken(database, "listings")
    assert rows(database) == before


def _fails(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError


def test_a_hold_keeps_it_until_it_is_released(database: Database) -> None:
    scanned(database, listing(), flag())
    scanned(database, listing(2), flag())
    with database.write() as session:
        number = hold_document(session, "kuaishou", "L-1", "案件 123", "王", LATER)
    with database.read() as session:
        assert (due(session, "listings", TERM), held(session, "listings", TERM)) == (1, 1)
        assert [(hold.what, hold.reason) for hold in holds(session)] == [("kuaishou/L-1", "案件 123")]
    assert sum(one.removed for one in taken(database, "listings")) == 1
    with database.write() as session:
        release_hold(session, number, "李", LATER)
        with pytest.raises(NotFound, match="no hold 1 in force"):
            release_hold(session, number, "李", LATER)
    assert sum(one.removed for one in taken(database, "listings")) == 1
    with database.read() as session:
        assert [row.action for row in session.scalars(select(AuditRow).order_by(AuditRow.number))] == [
            "hold",
            "retention",
            "release-hold",
            "retention",
        ]


def test_what_is_not_there_cannot_be_held(database: Database) -> None:
    with database.write() as session:
        for ask in (
            lambda: hold_document(session, "", "L-9", "x", "王", LATER),
            lambda: hold_complaint(session, 9, "x", "王", LATER),
        ):
            with pytest.raises(NotFound, match="there is no"):
                ask()


def test_what_was_decided_late_waits_or_is_complained_about_stays(database: Database) -> None:
    scanned(database, listing(1), flag())
    with database.write() as session:
        decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON + timedelta(days=30))
    with database.write() as session:
        ingest(session, [arrived(listing(2))], NOON)  # nobody scanned it
    scanned(database, listing(3, "别的"), now=NOON - timedelta(seconds=1))
    _complain(database, "L-3")
    with database.read() as session:
        assert due(session, "listings", TERM) == 0
    assert taken(database, "listings", TERM + timedelta(days=31))[0].removed == 1


def test_the_latest_revision_goes_last(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PIECE", 1)
    scanned(database, listing(1, "第一"), flag("第一", 0))
    scanned(database, listing(1, "第二"), flag("第二", 0), now=NOON + timedelta(days=400))
    assert sum(one.removed for one in taken(database, "listings")) == 1
    assert rows(database)["documents"] == 1
    assert [one.removed for one in taken(database, "listings", TERM + timedelta(days=401))] == [1]
    assert "documents" not in rows(database)


def _complain(database: Database, subject: str, now: datetime = NOON) -> int:
    with database.write() as session:
        file_complaint(
            session, Secret("0" * 40), Complaint(text="买到的苹果是坏的，商家一直不理", subject=subject), now
        )
        return session.scalar(text("SELECT max(id) FROM complaints")) or 0


def test_complaints_go_once_they_are_closed_and_quiet(database: Database) -> None:
    closed, late, open_one, kept = (_complain(database, "L-1") for _ in range(4))
    with database.write() as session:
        for number in (closed, kept):
            add_event(session, number, "closed", "已处理", "王", 1, NOON)
        add_event(session, late, "closed", "已处理", "王", 1, LATER)
        hold_complaint(session, kept, "案件 123", "王", LATER)
    with database.read() as session:
        assert (due(session, "complaints", TERM), held(session, "complaints", TERM)) == (1, 1)
    (removed,) = taken(database, "complaints")
    assert removed.rows == {"complaint_events": 2, "complaints": 1}
    with database.read() as session:
        assert sorted(session.scalars(text("SELECT id FROM complaints"))) == sorted([late, open_one, kept])


def test_answers_and_prices_go_by_their_moment(database: Database) -> None:
    scanned(database, listing(price={"current": "39.90", "currency": "CNY"}, observed_at=NOON.isoformat()))
    with database.write() as session:
        for key in ("a", "b"):
            remember(session, "client", key, b"{}", Answer(200, b"{}"), NOON)
    assert [one.rows for one in taken(database, "answers")] == [{"answers": 2}]
    assert [one.rows for one in taken(database, "prices")] == [{"price_observations": 1}]
    assert taken(database, "streams") == []


def test_a_live_stream_goes_with_its_document_and_stays_while_it_is_on_air(database: Database) -> None:
    told, unsaid = _on_air(database, "T-1"), _on_air(database, "T-2")
    with database.write() as session:
        append(session, told, [decode_saying('{"text": "全网最好"}'.encode())], NOON)
        document = finish(session, told, NOON, by="silence").document
        assert finish(session, unsaid, NOON).document is None
    _scan_all(database, NOON)
    with database.write() as session:
        append(session, told, [decode_saying(b'{"text": "again"}')], NOON + timedelta(hours=1))
    (removed,) = taken(database, "streams")
    assert (removed.rows, removed.lines[0][:7]) == ({"streams": 1}, "stream ")
    assert document is not None
    with database.write() as session:
        assert finish(session, told, NOON + timedelta(hours=2)).document == document
    _scan_all(database, NOON + timedelta(hours=2))
    kinds = {"stream_items": 2, "streams": 1, "documents": 1}
    assert {name: rows(database).get(name) for name in kinds} == kinds
    assert sum(one.removed for one in taken(database, "streams", LATER)) == 2
    assert rows(database) == {"audit": 3}


def _on_air(database: Database, name: str) -> int:
    head = f'{{"id": "{name}", "platform": "douyin"}}'.encode()
    with database.write() as session:
        return open_stream(session, decode_head(head), head, NOON, source="test").stream


def _scan_all(database: Database, now: datetime) -> None:
    with database.write() as session:
        lease = lease_batch(session, 10, 60, now)
        complete(session, lease.token, {key: result("T-1", flag()) for key in lease.ids}, now)


def test_every_kind_has_a_term_in_the_settings() -> None:
    settings = Settings(_env_file=None, keep_prices=400)
    assert set(terms_of(settings.keep, LATER)) == set(KINDS)
    assert terms_of({"streams": 1096}, LATER) == {"streams": TERM}
