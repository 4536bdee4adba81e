"""Certificates are taken in once, what they said before is kept, and an import that is broken off does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.documents import Certificate
from monitor.store import Database
from monitor.store import imports as importing
from monitor.store.certificates import StoredRegistry
from monitor.store.imports import Counts, Origin, import_certificates
from monitor.store.registered import counts_by_type, imports, registered
from store.databases import NewDatabase
from store.writing import NOON, NUMBER, after, certificate, took


def test_new_changed_unchanged(database: Database) -> None:
    assert took(database, certificate(), certificate(number="098OP2690002")) == Counts(new=2)
    assert took(database, certificate(), certificate(number="098OP2690002", scope=["茶叶"])) == Counts(0, 1, 1)
    assert took(database, certificate(), certificate(number="098OP2690003")) == Counts(1, 0, 1)


@pytest.mark.parametrize("written", ["098op2690001", "０９８ＯＰ２６９０００１", "098 OP 2690001"])
def test_a_number_is_one_however_it_is_written(database: Database, written: str) -> None:
    took(database, certificate())
    assert took(database, certificate(number=written)).new == 0
    with database.read() as session:
        (found,) = registered(session, NUMBER)
    assert found.record.number == written


def test_the_same_number_of_another_type_is_another_certificate(database: Database) -> None:
    took(database, certificate(), certificate(type="organic-conversion"))
    with database.read() as session:
        assert counts_by_type(session) == {"organic": 1, "organic-conversion": 1}
        assert [one.record.type for one in registered(session, NUMBER)] == ["organic", "organic-conversion"]


def test_history_tells_what_was_said_until_when_and_by_which_import(database: Database) -> None:
    took(database, certificate(), now=NOON, name="目录", dated=date(2026, 6, 1))
    took(database, certificate(status="suspended"), now=after(60), name="目录", dated=date(2026, 7, 1))
    took(database, certificate(status="suspended"), now=after(90))
    took(database, certificate(status="revoked"), now=after(120), name="另一目录", dated=date(2026, 8, 1))
    with database.read() as session:
        (found,) = registered(session, NUMBER, "organic")
    assert (found.record.status, found.origin.name, found.recorded_at) == ("revoked", "另一目录", after(120))
    told = [(past.record.status, past.origin.dated, past.recorded_at, past.replaced_at) for past in found.history]
    assert told == [
        ("suspended", date(2026, 7, 1), after(60), after(120)),
        ("valid", date(2026, 6, 1), NOON, after(60)),
    ]


def test_of_rows_with_one_number_the_last_counts(database: Database) -> None:
    rows = [certificate(scope=[scope]) for scope in ("大米", "茶叶", "苹果")]
    assert took(database, *rows) == Counts(new=1, repeated=2)
    with database.read() as session:
        (found,) = registered(session, NUMBER)
    assert (found.record.scope, found.history) == (("苹果",), ())


def test_an_import_says_what_it_did(database: Database) -> None:
    took(database, certificate(), certificate(type="gi", number="AGI02001"), rejected=3)
    with database.read() as session:
        (told,) = imports(session)
    assert (told.name, told.source, told.new, told.rejected) == ("有机目录", "table.csv", 2, 3)
    assert told.types == {"organic": 1, "gi": 1}
    assert told.finished_at == NOON


def test_what_is_broken_off_keeps_whole_chunks_and_answers_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)

    def broken() -> Iterator[Certificate]:
        yield from (certificate(number=f"098OP269000{last}") for last in range(5))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(import_certificates(database, Origin("x", "x.csv", "0" * 64, date(2026, 1, 1)), broken(), lambda: NOON))
    registry = StoredRegistry(lambda: database)
    with database.read() as session:
        assert counts_by_type(session) == {"organic": 4}
        assert imports(session)[0].finished_at is None
    assert not registry.keeps("organic")
    assert took(database, *(certificate(number=f"098OP269000{last}") for last in range(5))) == Counts(1, 0, 4)
    registry.close()


def test_sums_grow_with_each_chunk(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    rows = [certificate(number=f"098OP269000{last}") for last in range(5)]
    told = import_certificates(database, Origin("x", "x.csv", "0" * 64, date(2026, 1, 1)), rows, lambda: NOON)
    assert [counts.new for counts in told] == [2, 4, 5]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["valid", "revoked", "suspended"])), max_size=5),
        max_size=4,
    )
)
def test_after_any_imports_the_last_word_stands_and_none_is_lost(
    new_database: NewDatabase, files: list[list[tuple[int, str]]]
) -> None:
    said: dict[int, list[str]] = {}
    with new_database() as database:
        for file in files:
            took(database, *(certificate(number=f"098OP269000{last}", status=status) for last, status in file))
            for last, status in dict(file).items():
                if not said.get(last) or said[last][-1] != status:
                    said.setdefault(last, []).append(status)
        with database.read() as session:
            for last, statuses in said.items():
                (found,) = registered(session, f"098OP269000{last}")
                past = [one.record.status for one in reversed(found.history)]
                assert [*past, found.record.status] == statuses


@pytest.mark.parametrize("text", ["甲\0公司", "甲\t公司\\N", "a" * 500, "\\.", "𠮷田农场"])
def test_any_text_is_kept_as_it_came(database: Database, text: str) -> None:
    took(database, certificate(holder=text, number=f"098OP2690001{text[:20]}"))
    with database.read() as session:
        (found,) = registered(session, f"098OP2690001{text[:20]}", "organic")
    assert found.record.holder == text
