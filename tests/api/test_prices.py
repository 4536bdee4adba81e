"""Prices over HTTP: kept once, told when they are none, and held against by a check."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from rules.writing import rule_of, write_rulebook

from monitor import cases, store
from monitor.api.app import make_api
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store.prices import count_prices

Client = Any
PRICE = {"listing": "L", "platform": "douyin", "at": "2026-11-15T08:00:00+08:00", "price": "59.00", "kind": "deal"}


def test_a_price_is_kept_once(client: Client, database: store.Database) -> None:
    for new, known in ((1, 0), (0, 1)):
        answer = client.post("/v1/prices", json=PRICE)
        assert (answer.status_code, answer.json()) == (200, {"new": new, "known": known})
    assert client.post("/v1/prices", json=[PRICE, PRICE | {"price": 49}]).json() == {"new": 1, "known": 1}
    with database.read() as session:
        assert count_prices(session) == 2


def test_a_bad_item_is_told_by_its_place_and_the_rest_is_kept(client: Client) -> None:
    answer = client.post("/v1/prices", json=[PRICE | {"price": -1}, PRICE, PRICE | {"at": "gestern"}, 7])
    body = answer.json()
    assert (answer.status_code, body["new"], body["known"]) == (200, 1, 0)
    told = [(item["index"], item["problem"]["errors"][0]["pointer"]) for item in body["problems"]]
    assert told == [(0, ""), (2, "/at"), (3, "")]
    assert "above 0" in body["problems"][0]["problem"]["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"json": PRICE | {"price": "NaN"}}, 422, id="no number"),
        pytest.param({"json": PRICE | {"kind": "gift"}}, 422, id="another kind"),
        pytest.param({"json": {"listing": "L"}}, 422, id="no price"),
        pytest.param({"json": []}, 422, id="an empty list"),
        pytest.param({"json": [PRICE] * 1001}, 422, id="too many"),
        pytest.param({"content": b"59"}, 400, id="no object"),
    ],
)
def test_what_is_no_price_is_refused(
    client: Client, database: store.Database, body: dict[str, Any], status: int
) -> None:
    answer = client.post("/v1/prices", **body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    with database.read() as session:
        assert count_prices(session) == 0


def test_prices_need_a_key_that_may_ingest(client: Client, database: store.Database) -> None:
    with database.write() as session:
        key = cases.new_key(session, "reader", ("read", "check"), datetime.now(UTC))
    assert client.post("/v1/prices", json=PRICE, headers={"Authorization": f"Bearer {key}"}).status_code == 403
    assert client.post("/v1/prices", json=PRICE, headers={"Authorization": "none"}).status_code == 401


def test_a_check_holds_prices_against_the_history(database: store.Database, tmp_path: Path) -> None:
    body = "applies: {kinds: listing, when: {field: price.reference}}\nmissing: {price: reference, at-most: {lowest-deal: 7}}"
    app = make_api(
        database, Scanner(load_rulebook(write_rulebook(tmp_path, rule_of(body)))), cases.open_secret("", tmp_path)
    )
    document = {"kind": "listing", "id": "L", "platform": "douyin", "title": "保温杯"}
    document |= {"observed_at": "2026-11-20T12:00:00+08:00", "price": {"current": "39", "reference": "99"}}
    with TestClient(app, raise_server_exceptions=False) as made:
        with database.write() as session:
            key = cases.new_key(session, "shop", ("check", "ingest"), datetime.now(UTC))
        made.headers["Authorization"] = f"Bearer {key}"
        before = made.post("/v1/check", json=document).json()
        made.post("/v1/prices", json=PRICE)
        after = made.post("/v1/check", json=document).json()
        own = made.post("/v1/check", json={"document": document, "prices": []}).json()
    assert ("flags" in before, len(before["unknown"])) == (False, 1)
    assert [item["text"] for item in after["flags"][0]["evidence"]] == ["保温杯", "99.00", "59.00 (2026-11-15)"]
    assert ("flags" in own, len(own["unknown"])) == (False, 1)
