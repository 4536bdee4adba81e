"""Each call: what it promises, and every way to be refused."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from prometheus_client import REGISTRY
from registry.silent import Silent
from rules.writing import rule_of, write_rulebook
from sqlalchemy import text

from monitor import cases, logs, store
from monitor.api.app import make_api
from monitor.documents import Listing
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

Client = Any
GOOD = {"kind": "listing", "id": "L-1", "title": "这是全网最好吃的苹果"}
CLEAN = {"kind": "listing", "id": "L-2", "title": "红富士苹果"}
COMPLAINT = {
    "platform": "douyin",
    "subject": "L-1",
    "text": "收到的苹果和直播里说的完全不一样，要求退款。",
    "contact": {"name": "某人", "phone": "19900000000"},
}


def test_a_document_is_checked_and_nothing_is_stored(client: Client, database: store.Database) -> None:
    answer = client.post("/v1/check", json=GOOD)
    body = answer.json()
    assert (answer.status_code, body["action"], body["document"]) == (200, "review", "L-1")
    evidence = body["flags"][0]["evidence"][0]
    assert GOOD["title"][evidence["start"] : evidence["end"]] == evidence["text"] == "最好"
    with database.read() as session:
        assert cases.overview(session).documents == 0


def test_an_envelope_is_judged_on_its_day(client: Client) -> None:
    answer = client.post("/v1/check", json={"document": GOOD, "as_of": "2014-01-01"}).json()
    assert (answer["action"], answer.get("flags", [])) == ("pass", [])


def test_the_trace_comes_only_when_asked_for(client: Client) -> None:
    plain = client.post("/v1/check", json=GOOD).json()["flags"][0]
    (traced,) = client.post("/v1/check?trace=true", json=GOOD).json()["flags"]
    assert traced.pop("trace")[0]["facts"]["folded"] == "最好"
    assert traced == plain
    assert client.post("/v1/check?trace=perhaps", json=GOOD).status_code == 400


def test_a_bad_item_does_not_fail_the_batch(client: Client) -> None:
    answer = client.post("/v1/check", json=[GOOD, {"kind": "listing", "id": 7, "title": "x"}, CLEAN])
    first, second, third = answer.json()["results"]
    assert (answer.status_code, first["action"], third["action"]) == (200, "review", "pass")
    assert second["problem"]["errors"] == [{"pointer": "/id", "message": "Expected `str`, got `int`"}]


def test_a_registry_that_does_not_answer_lets_nothing_pass(database: store.Database, tmp_path: Path) -> None:
    rule = rule_of("match: {text: 有机}\nrequires: {certificate: organic}")
    silent = Scanner(load_rulebook(write_rulebook(tmp_path, rule)), Silent())
    shown = {"title": "有机苹果", "certificates": [{"type": "organic", "number": "098OP2690001"}]}
    with TestClient(make_api(database, silent, cases.open_secret("", tmp_path))) as client:
        with database.write() as session:
            key = cases.new_key(session, "another", ("check",), datetime.now(UTC))
        headers = {"Authorization": f"Bearer {key}"}
        answer = client.post("/v1/check", json=CLEAN | shown, headers=headers).json()
        assert (answer["action"], answer["degraded"]) == ("review", ["far: timed out"])
        assert (answer.get("flags", []), answer["unknown"][0]["rule"]) == ([], "t.rule")
        plain = client.post("/v1/check", json=CLEAN, headers=headers).json()
        assert (plain["action"], "degraded" in plain) == ("pass", False)


REFUSED = [
    pytest.param("post", "/v1/check", {"content": b"not json"}, 400, None, id="not JSON"),
    pytest.param("post", "/v1/check", {"json": []}, 422, "", id="an empty batch"),
    pytest.param("post", "/v1/check", {"json": [CLEAN] * 101}, 422, "", id="too many"),
    pytest.param("post", "/v1/check", {"json": {"kind": "parcel", "id": "1"}}, 422, "/kind", id="another kind"),
    pytest.param(
        "post",
        "/v1/check",
        {"json": {"kind": "transcript", "id": "1", "segments": [{"text": "a"}, {}]}},
        422,
        "/segments/1/text",
        id="a segment",
    ),
    pytest.param("post", "/v1/check", {"json": {**CLEAN, "title": "a\0b"}}, 422, "/title", id="NUL"),
    pytest.param(
        "post",
        "/v1/check",
        {"content": b'{"kind":"listing","id":"1","title":"\\ud800"}'},
        400,
        None,
        id="half a character",
    ),
    pytest.param("post", "/v1/check", {"content": b"[" * 100_000}, 400, None, id="nested deeply"),
    pytest.param("post", "/v1/check", {"content": b" " * 16_000_001}, 413, None, id="too large"),
    pytest.param("get", "/v1/flags", {"params": {"limit": 1000}}, 400, "/limit", id="a page too long"),
    pytest.param("get", "/v1/flags", {"params": {"severity": "grave"}}, 400, "/severity", id="no such severity"),
    pytest.param("get", "/v1/flags", {"params": {"category": "rudeness"}}, 400, "/category", id="no such code"),
    pytest.param("get", "/v1/flags", {"params": {"after": "nonsense"}}, 422, "/after", id="no cursor"),
    pytest.param(
        "post", "/v1/complaints", {"json": {**COMPLAINT, "text": "短"}}, 422, "/text", id="a complaint too short"
    ),
    pytest.param("get", "/v1/complaints/1234567890123456", {}, 404, None, id="no such receipt"),
    pytest.param("get", "/v1/nothing", {}, 404, None, id="no such path"),
    pytest.param("delete", "/v1/check", {}, 405, None, id="no such method"),
]


@pytest.mark.parametrize(("method", "path", "request_", "status", "pointer"), REFUSED)
def test_a_refusal_is_a_problem(
    client: Client, method: str, path: str, request_: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = client.request(method, path, **request_)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["status"], body["instance"]) == (status, path)
    assert "Traceback" not in answer.text
    if pointer is not None:
        assert [error["pointer"] for error in body["errors"]] == [pointer]


KEYS = [
    pytest.param("", 401, id="no key"),
    pytest.param("Basic abc", 401, id="another scheme"),
    pytest.param("Bearer sy_unknown", 401, id="an unknown key"),
]


@pytest.mark.parametrize(("header", "status"), KEYS)
def test_without_a_good_key_nobody_comes_in(client: Client, header: str, status: int) -> None:
    answer = client.post("/v1/check", json=CLEAN, headers={"Authorization": header})
    assert answer.status_code == status
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_does_what_it_may_and_no_more(client: Client, database: store.Database) -> None:
    with database.write() as session:
        key = cases.new_key(session, "reader", ("read",), datetime.now(UTC))
    header = {"Authorization": f"Bearer {key}"}
    assert client.get("/v1/flags", headers=header).status_code == 200
    assert client.post("/v1/check", json=CLEAN, headers=header).status_code == 403
    with database.write() as session:
        cases.revoke(session, "reader", datetime.now(UTC))
    assert client.get("/v1/flags", headers=header).status_code == 401


def test_documents_are_taken_in_once(client: Client, database: store.Database) -> None:
    header = {"Idempotency-Key": "k-1"}
    first = client.post("/v1/documents", json=[GOOD, {"kind": "listing"}], headers=header)
    again = client.post("/v1/documents", json=[GOOD, {"kind": "listing"}], headers=header)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert [result.get("state") for result in first.json()["results"]] == ["new", None]
    other = client.post("/v1/documents", json=CLEAN, headers=header)
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    with database.read() as session:
        counts = cases.overview(session)
        assert (counts.documents, counts.work.pending) == (1, 1)
    assert client.post("/v1/documents", json=GOOD).json()["state"] == "unchanged"
    assert client.post("/v1/documents", json={**GOOD, "title": "改了"}).json() == {
        "document": "L-1",
        "revision": 2,
        "state": "revised",
    }


def test_flags_come_in_stable_pages(client: Client, database: store.Database, scanner: Scanner) -> None:
    for number in range(3):
        assert client.post("/v1/documents", json={**GOOD, "id": f"L-{number}"}).status_code == 202
    now = datetime.now(UTC)
    with database.write() as session:
        lease = store.lease_batch(session, 10, 60, now)
        items = store.load_work(session, lease.token, lease.ids)
        results = {item.id: scanner.scan(item.envelope().document, date(2026, 11, 20)) for item in items}
        store.complete(session, lease.token, results, now)
    first = client.get("/v1/flags", params={"limit": 2}).json()
    second = client.get("/v1/flags", params={"limit": 2, "after": first["next"]}).json()
    seen = [item["document"] for item in first["items"] + second["items"]]
    assert (first["total"], seen) == (3, ["L-0", "L-1", "L-2"])
    assert "next" not in second
    assert client.get("/v1/flags", params={"category": "medical"}).json()["total"] == 0
    assert client.get("/v1/flags", params={"document": "L-1"}).json()["items"][0]["flag"]["rule"] == "t.word"


def test_a_complaint_is_followed_by_its_receipt(client: Client) -> None:
    del client.headers["Authorization"]
    receipt = client.post("/v1/complaints", json=COMPLAINT).json()["receipt"]
    assert len(receipt) == 16
    answer = client.get(f"/v1/complaints/{receipt}")
    assert answer.json()["status"] == "filed"
    assert "19900000000" not in answer.text


def test_complaints_are_limited_per_address(client: Client) -> None:
    statuses = [client.post("/v1/complaints", json=COMPLAINT).status_code for _ in range(12)]
    assert statuses[0] == 201
    assert statuses[-1] == 429


def test_every_answer_says_which_rulebook_judged(client: Client, scanner: Scanner) -> None:
    for path in ("/v1/health", "/v1/nothing"):
        answer = client.get(path, headers={"X-Request-ID": "abc-123"})
        assert answer.headers["Steelyard-Rulebook"] == scanner.rulebook.digest
        assert answer.headers["X-Request-ID"] == "abc-123"


def test_the_documentation_names_every_route_and_the_documents(client: Client) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/v1/check",
        "/v1/documents",
        "/v1/prices",
        "/v1/flags",
        "/v1/streams",
        "/v1/streams/{stream}",
        "/v1/streams/{stream}/segments",
        "/v1/streams/{stream}/finish",
        "/v1/streams/{stream}/flags",
        "/v1/complaints",
        "/v1/complaints/{receipt}",
        "/v1/health",
        "/health/live",
        "/health/ready",
    }
    assert {"Listing", "Transcript", "Segment", "Envelope"} <= set(schema["components"]["schemas"])
    one = schema["paths"]["/v1/check"]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert {"$ref": "#/components/schemas/Listing"} in one
    prices = schema["paths"]["/v1/prices"]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert prices[0] == {"$ref": "#/components/schemas/PriceObservation"}
    page = client.get("/docs")
    assert "/assets/swagger-ui-bundle.js" in page.text
    assert "https://cdn" not in page.text
    assert client.get("/assets/swagger-ui-bundle.js").status_code == 200


def test_what_is_checked_is_what_the_scanner_finds(client: Client, scanner: Scanner) -> None:
    direct = scanner.scan(msgspec.convert(GOOD, Listing), datetime.now(UTC).date())
    assert client.post("/v1/check", json=GOOD).json()["flags"] == msgspec.json.decode(msgspec.json.encode(direct.flags))


def test_health_says_whether_documents_can_be_taken_in(client: Client, database: store.Database) -> None:
    assert (client.get("/health/live").status_code, client.get("/health/live").json()) == (200, {"live": True})
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert [check["name"] for check in answer.json()["checks"]] == [
        "database",
        "schema",
        "work",
        "streams",
        "rulebook",
    ]
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        assert client.get("/health/live").status_code == 200
    finally:
        with database.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": store.latest_version()})


def test_what_a_request_brings_is_known_by_its_id(client: Client, database: store.Database) -> None:
    client.post("/v1/documents", json=GOOD, headers={"X-Request-ID": "shop-7"})
    client.post("/v1/documents", json=CLEAN, headers={"X-Request-ID": "not sane\u00e9".encode()})
    with database.write() as session:
        lease = store.lease_batch(session, 10, 60, datetime.now(UTC))
        first, second = store.load_work(session, lease.token, lease.ids)
    assert first.correlation == "shop-7"
    assert len(second.correlation or "") == 32


def test_requests_are_counted_and_logged_by_route_without_what_is_secret(client: Client) -> None:
    def counted() -> float:
        labels = {"method": "GET", "path": "/v1/complaints/{receipt}", "status": "404"}
        return REGISTRY.get_sample_value("steelyard_api_requests_total", labels) or 0

    before, stream = counted(), io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.set_up("json", "api", stream)
        client.get("/v1/complaints/1234567890123456", headers={"X-Request-ID": "abc-9"})
    finally:
        root.handlers[:], root.level = handlers, level
    line = next(json.loads(line) for line in stream.getvalue().splitlines() if '"request"' in line)
    assert (line["path"], line["status"], line["correlation"]) == ("/v1/complaints/{receipt}", 404, "abc-9")
    assert "1234567890123456" not in stream.getvalue()
    assert counted() == before + 1
