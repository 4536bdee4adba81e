"""Live streams over HTTP: on air, told, over; and everything that may be repeated."""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor import cases, store
from monitor.api.gathering import Gathering
from monitor.errors import NotFound, Stale
from monitor.formats.saying import decode_saying
from monitor.scanner import Scanner
from monitor.workers.advance import Advancer

Client = Any
HEAD = {"id": "R-7", "platform": "douyin", "room": "老梁在田间", "x-own": 1}
SAID = [
    {"seq": 1, "start": 0.5, "text": "大家好"},
    {"seq": 2, "start": 2.5, "text": "这是最好的米"},
    {"seq": 3, "listing": "L-1", "from": 4.0},
]


def on_air(client: Client, **more: Any) -> int:
    answer = client.post("/v1/streams", json=HEAD | more)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["stream"])


def test_a_stream_from_its_first_word_to_its_document(
    client: Client, database: store.Database, scanner: Scanner
) -> None:
    stream = on_air(client)
    answer = client.post(f"/v1/streams/{stream}/segments", json=SAID)
    assert (answer.status_code, [item["state"] for item in answer.json()["results"]]) == (202, ["new"] * 3)
    assert client.get(f"/v1/streams/{stream}").json()["waiting"] == 3
    Advancer(database, scanner, lambda: datetime.now(UTC), "t", "test", lease=15, gap=3).look()
    (flag,) = client.get(f"/v1/streams/{stream}/flags").json()["items"]
    assert (flag["standing"], flag["seq"], flag["flag"]["evidence"][0]["at"]) == ("early", 2, 2.5)
    for moment, found in ((flag["changed_at"], 1), ("2999-01-01T00:00:00Z", 0)):
        changed = client.get(f"/v1/streams/{stream}/flags", params={"changed_since": moment}).json()
        assert (len(changed["items"]), changed["total"]) == (found, found)
    live = client.get(f"/v1/streams/{stream}").json()
    assert (live["state"], live["items"], live["waiting"], live["flags"], live["worst"]) == ("open", 3, 0, 1, "medium")
    for revision in (1, None):
        ended = client.post(f"/v1/streams/{stream}/finish")
        assert (ended.status_code, ended.json()["document"], ended.json().get("revision")) == (202, "R-7", revision)
    assert [item["id"] for item in client.get("/v1/streams?on_air=false").json()["items"]] == [stream]
    assert client.get("/v1/streams?on_air=true").json() == {"items": [], "total": 0}
    with database.read() as session:
        assert store.work_counts(session).pending == 1


def test_many_say_at_once_and_each_gets_its_own_answer(client: Client, database: store.Database) -> None:
    gathering = Gathering(database, lambda: datetime.now(UTC))
    streams = [on_air(client, id=f"R-{number}") for number in range(3)]
    client.post(f"/v1/streams/{streams[2]}/finish")
    written, answers = [], {}
    real = gathering._write
    gathering._write = lambda requests: (written.append(len(requests)), real(requests))  # type: ignore[method-assign,assignment]

    def say(stream: int, seq: int) -> None:
        item = decode_saying(json.dumps({"seq": seq, "text": f"第{seq}句"}).encode())
        try:
            answers[stream, seq] = [(taken.seq, taken.state) for taken in gathering.append(stream, [item, item])]
        except (Stale, NotFound) as error:
            answers[stream, seq] = [(seq, type(error).__name__)]

    said = [(stream, seq) for seq in range(1, 9) for stream in [*streams, 99]]
    threads = [threading.Thread(target=say, args=one) for one in said]
    with gathering.turn:  # all come while somebody else writes
        for thread in threads:
            thread.start()
        while len(gathering._waiting) < len(said):
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert written == [len(said)]
    for stream, seq in said:
        known = [(seq, "new"), (seq, "known")]
        assert answers[stream, seq] == {streams[2]: [(seq, "Stale")], 99: [(seq, "NotFound")]}.get(stream, known)


def test_nobody_waits_for_ever(client: Client, database: store.Database) -> None:
    gathering = Gathering(database, lambda: datetime.now(UTC))
    gathering._write = lambda requests: [request.answer.set_result(()) for request in requests]  # type: ignore[method-assign,assignment,return-value]
    answered = []

    def say() -> None:
        for _ in range(3000):
            answered.append(gathering.append(1, ()))  # noqa: PERF401 (one after the other)

    threads = [threading.Thread(target=say, daemon=True) for _ in range(8)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(before)
    assert len(answered) == 8 * 3000


def test_every_call_may_be_repeated(client: Client) -> None:
    stream = on_air(client)
    assert client.post("/v1/streams", json=HEAD).json() == {"stream": stream, "state": "known"}
    for state in ("new", "known"):
        assert client.post(f"/v1/streams/{stream}/segments", json=SAID[0]).json() == {"seq": 1, "state": state}
    headers = {"Idempotency-Key": "first"}
    for _ in range(2):
        answer = client.post(f"/v1/streams/{stream}/segments", json={"text": "没有编号"}, headers=headers)
        assert answer.json() == {"seq": 2, "state": "new"}
    assert client.post(f"/v1/streams/{stream}/finish", headers=headers).status_code == 422  # a key of another request
    assert client.get(f"/v1/streams/{stream}").json()["items"] == 2


def test_a_bad_item_is_a_problem_in_its_place(client: Client) -> None:
    stream = on_air(client)
    bad = [
        {"seq": 0, "text": "x"},
        {"seq": 1},
        {"seq": 1, "text": 7},
        {"seq": 1, "text": "好"},
        {"seq": 1, "text": "坏"},
    ]
    results = client.post(f"/v1/streams/{stream}/segments", json=bad).json()["results"]
    told = [
        item.get("state") or (item["problem"]["status"], item["problem"]["errors"][0]["pointer"]) for item in results
    ]
    assert told == [(422, "/seq"), (422, ""), (422, "/text"), "new", (409, "/seq")]
    assert "number 1 was given to something else" in results[4]["problem"]["detail"]
    alone = client.post(f"/v1/streams/{stream}/segments", json=bad[4])
    assert (alone.status_code, alone.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        pytest.param("post", "streams", {"json": {"platform": "douyin"}}, 422, id="no id"),
        pytest.param("post", "streams", {"json": HEAD | {"segments": [{"text": "x"}]}}, 422, id="segments"),
        pytest.param("post", "streams", {"json": HEAD | {"kind": "listing"}}, 422, id="a listing"),
        pytest.param("post", "streams", {"json": HEAD | {"room": "别的"}}, 409, id="another head"),
        pytest.param("post", "streams", {"content": b"[1"}, 422, id="not JSON"),
        pytest.param("post", "streams?as_of=gestern", {"json": HEAD}, 400, id="no day"),
        pytest.param("post", "streams/99/segments", {"json": SAID}, 404, id="no such stream"),
        pytest.param("post", "streams/1/segments", {"json": []}, 422, id="an empty list"),
        pytest.param("post", "streams/1/segments", {"json": SAID * 334}, 422, id="too many"),
        pytest.param("post", "streams/1/segments", {"content": b"{"}, 400, id="no object"),
        pytest.param("post", "streams/2/segments", {"json": SAID}, 409, id="over"),
        pytest.param("post", "streams/99/finish", {}, 404, id="nothing to finish"),
        pytest.param("get", "streams/99", {}, 404, id="nothing to see"),
        pytest.param("get", "streams/99/flags", {}, 404, id="no flags of nothing"),
        pytest.param("get", "streams/1/flags?changed_since=2026-11-20T20:00:00", {}, 422, id="a moment without a zone"),
        pytest.param("get", "streams?after=x", {}, 422, id="no cursor"),
    ],
)
def test_what_cannot_be_is_refused(client: Client, method: str, path: str, given: dict[str, Any], status: int) -> None:
    on_air(client)
    client.post(f"/v1/streams/{on_air(client, id='R-8')}/finish")
    answer = getattr(client, method)(f"/v1/{path}", **given)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text


def test_saying_and_seeing_need_keys(client: Client, database: store.Database) -> None:
    stream = on_air(client)
    with database.write() as session:
        reader = cases.new_key(session, "reader", ("read",), datetime.now(UTC))
        writer = cases.new_key(session, "writer", ("ingest",), datetime.now(UTC))
    for key, allowed in ((reader, False), (writer, True)):
        headers = {"Authorization": f"Bearer {key}"}
        for answer in (
            client.post("/v1/streams", json=HEAD, headers=headers),
            client.post(f"/v1/streams/{stream}/segments", json=SAID, headers=headers),
            client.post(f"/v1/streams/{stream}/finish", headers=headers),
        ):
            assert answer.status_code == (202 if allowed else 403)
        for path in ("", f"/{stream}", f"/{stream}/flags"):
            assert client.get(f"/v1/streams{path}", headers=headers).status_code == (403 if allowed else 200)


def test_bodies_are_documented(client: Client) -> None:
    schema = json.loads(client.get("/openapi.json").content)
    for path in ("/v1/streams", "/v1/streams/{stream}/segments"):
        assert schema["paths"][path]["post"]["requestBody"]["required"]
    head = schema["components"]["schemas"]["StreamHead"]
    assert ("segments" in head["properties"], head["required"]) == (False, ["id"])
    assert len(schema["components"]["schemas"]["StreamItem"]["oneOf"]) == 2
