"""The chain of audit rows: whoever changes, removes or slips in a row is found."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from monitor.store import Broken, Database, record, verify
from store.writing import after


def write(database: Database, count: int = 5) -> None:
    """Some rows of audit."""
    for number in range(count):
        with database.write() as session:
            record(session, "王\0", "decide", f"flag {number}", after(number), outcome="upheld", decision=number)


def tamper(database: Database, *statements: str) -> None:
    """What somebody can do who owns the database: pass by the triggers."""
    with database.write() as session:
        if database.engine.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_no_update"))
            session.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_chain_is_whole(database: Database) -> None:
    with database.read() as session:
        assert verify(session) is None


def test_what_was_recorded_is_whole(database: Database) -> None:
    write(database)
    with database.read() as session:
        assert verify(session) is None


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        pytest.param(["UPDATE audit SET actor = '李' WHERE number = 3"], 3, id="another actor"),
        pytest.param(["UPDATE audit SET detail = '{}' WHERE number = 1"], 1, id="no detail"),
        pytest.param(["UPDATE audit SET at = '2026-11-20 11:00:00' WHERE number = 2"], 2, id="another time"),
        pytest.param(["DELETE FROM audit WHERE number = 2"], 2, id="a row removed"),
        pytest.param(["DELETE FROM audit WHERE number = 1"], 1, id="the first row removed"),
        pytest.param(
            ["DELETE FROM audit WHERE number = 2", "UPDATE audit SET number = number - 1 WHERE number = 3"],
            2,
            id="a row removed and the next moved up",
        ),
        pytest.param(["UPDATE audit SET previous = 'x' WHERE number = 4"], 4, id="the chain cut"),
    ],
)
def test_the_first_broken_row_is_found(database: Database, statements: list[str], broken: int) -> None:
    write(database)
    tamper(database, *statements)
    with database.read() as session:
        found = verify(session)
    assert isinstance(found, Broken)
    assert found.number == broken


def test_writers_at_once_make_one_chain(database: Database) -> None:
    writers = [threading.Thread(target=write, args=(database, 10)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.read() as session:
        assert verify(session) is None
        assert session.scalar(text("SELECT max(number) FROM audit")) == 30
