"""API keys: shown once, kept hashed, ended at once."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from store.writing import NOON, after

from monitor.cases import Client, authenticate, list_keys, new_key, revoke
from monitor.errors import NotFound, Refused
from monitor.store import Database, verify


def test_a_key_opens_what_it_was_made_for(database: Database) -> None:
    with database.write() as session:
        key = new_key(session, "taobao", ["read", "check", "check"], NOON)
    with database.read() as session:
        client = authenticate(session, key)
    assert client == Client("taobao", frozenset({"check", "read"}))
    assert client is not None
    assert (client.may("check"), client.may("ingest")) == (True, False)


def test_admin_may_everything() -> None:
    assert Client("root", frozenset({"admin"})).may("registry")


def test_the_key_does_not_stand_in_the_database(database: Database) -> None:
    with database.write() as session:
        key = new_key(session, "taobao", ["read"], NOON)
    with database.read() as session:
        for table in ("api_keys", "audit"):
            for row in session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 - the names stand here
                assert key.removeprefix("sy_") not in repr(tuple(row))


@pytest.mark.parametrize(
    "name", ["a\x1b[31mb", "a\nadmin", "a\x00b", "a\u2028b"], ids=["escape", "line", "nul", "separator"]
)
def test_a_name_is_one_line_of_text(database: Database, name: str) -> None:
    with database.write() as session, pytest.raises(Refused, match="one line") as caught:
        new_key(session, name, ["read"], NOON)
    assert caught.value.field == "name"


@pytest.mark.parametrize("key", ["", "sy_", "sy_wrong", "Bearer sy_x", "sy_" + "x" * 10_000, "sy_\0\ud800"])
def test_another_key_opens_nothing(database: Database, key: str) -> None:
    with database.write() as session:
        new_key(session, "taobao", ["read"], NOON)
        assert authenticate(session, key) is None


def test_a_revoked_key_opens_nothing_and_its_name_is_free(database: Database) -> None:
    with database.write() as session:
        first = new_key(session, "taobao", ["read"], NOON)
        with pytest.raises(Refused, match="taobao has a live key"):
            new_key(session, "taobao", ["read"], NOON)
        revoke(session, "taobao", after(1))
        second = new_key(session, "taobao", ["check"], after(2))
    with database.read() as session:
        assert authenticate(session, first) is None
        assert authenticate(session, second) is not None
        assert [(key.name, key.capabilities, key.revoked_at) for key in list_keys(session)] == [
            ("taobao", ("read",), after(1)),
            ("taobao", ("check",), None),
        ]
        assert verify(session) is None


def test_only_a_live_key_can_be_revoked(database: Database) -> None:
    with database.write() as session, pytest.raises(NotFound, match="taobao has no live key"):
        revoke(session, "taobao", NOON)


@pytest.mark.parametrize(
    ("name", "capabilities", "field"),
    [
        pytest.param(" ", ["read"], "name", id="no name"),
        pytest.param("x" * 101, ["read"], "name", id="long name"),
        pytest.param("x", [], "capabilities", id="no capability"),
        pytest.param("x", ["fly"], "capabilities", id="unknown capability"),
    ],
)
def test_what_cannot_be_made(database: Database, name: str, capabilities: list[str], field: str) -> None:
    with database.write() as session, pytest.raises(Refused) as refused:
        new_key(session, name, capabilities, NOON)
    assert refused.value.field == field
