"""The same content twice is one revision; changed content is a new one; the work comes with it."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import msgspec
import pytest
from formats.hostile import HOSTILE
from sqlalchemy import text

from monitor.documents import Certificate
from monitor.errors import InputError
from monitor.formats import read_paths
from monitor.store import Database, Ingested, ingest, ingest_all, lease_batch, load_work, work_counts
from monitor.store.contents import get_content
from store.writing import NOON, Arrived, after, arrived, listing, transcript

OTHER = listing(title="五常大米")
CERTIFICATE = Certificate("organic", "123")


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        pytest.param(arrived(listing()), arrived(listing()), "unchanged", id="the same"),
        pytest.param(arrived(listing()), arrived(dict(reversed(listing().items()))), "unchanged", id="other order"),
        pytest.param(arrived(listing()), arrived(OTHER), "revised", id="other title"),
        pytest.param(arrived(listing()), arrived(listing(extra=1)), "revised", id="a key the contract does not know"),
        pytest.param(arrived(listing()), arrived(listing(platform="douyin")), "new", id="other platform"),
        pytest.param(arrived(listing()), arrived(listing(2)), "new", id="other id"),
        pytest.param(arrived(listing()), arrived(listing(), as_of=date(2020, 1, 1)), "revised", id="other day"),
        pytest.param(arrived(listing()), arrived(listing(), registry=[]), "revised", id="no registry"),
        pytest.param(
            arrived(listing(), registry=[]), arrived(listing(), registry=[CERTIFICATE]), "revised", id="other registry"
        ),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
def test_what_becomes_of_a_second_arrival(
    database: Database, first: Arrived, second: Arrived, state: str, together: bool
) -> None:
    if together:
        with database.write() as session:
            done = ingest(session, [first, second], NOON)
    else:
        done = Ingested()
        for arrival in (first, second):
            with database.write() as session:
                done += ingest(session, [arrival], NOON)
    assert [received.state for received in done.ids] == ["new", state]
    assert done.new + done.revised + done.unchanged == 2
    with database.read() as session:
        assert work_counts(session).pending == 2 - done.unchanged


def test_old_content_that_comes_late_brings_nothing_back(database: Database) -> None:
    for document in (listing(), OTHER, listing()):
        with database.write() as session:
            received = ingest(session, [arrived(document)], NOON).ids[0]
    assert (received.state, received.revision) == ("unchanged", 1)
    with database.read() as session:
        assert get_content(session, received.document).key.revision == 2


def test_every_revision_is_kept_as_it_was_given(database: Database) -> None:
    raw = '{ "kind":"listing", "id":"L-1",\n "title": "\\u4e94常", "unknown": [1, {"a": null}] }'.encode()
    envelope = arrived(listing()).envelope
    with database.write() as session:
        ingest(session, [Arrived(envelope, raw)], NOON)
        ingest(session, [arrived(OTHER)], after(1))
        lease = lease_batch(session, 10, 60, after(2))
    with database.read() as session:
        works = load_work(session, lease.token, lease.ids)
    assert [work.raw for work in works] == [raw, msgspec.json.encode(OTHER)]
    assert [work.received_at for work in works] == [NOON, after(1)]


def test_the_circumstances_come_back(database: Database) -> None:
    arrivals = [
        arrived(listing(1), as_of=date(2024, 2, 29), registry=[CERTIFICATE]),
        arrived(transcript(2), registry=[]),
        arrived(listing(3)),
    ]
    with database.write() as session:
        ingest(session, arrivals, NOON)
        lease = lease_batch(session, 10, 60, NOON)
        works = load_work(session, lease.token, lease.ids)
    found = {work.envelope().document.id: work.envelope() for work in works}
    assert found == {arrival.envelope.document.id: arrival.envelope for arrival in arrivals}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(listing("\0" * 100, "最好\0", platform="\0", seller={"name": "\0"}), id="zero characters"),
        pytest.param(listing("😀" * 198, platform="😀" * 500, seller={"name": "😀" * 500}), id="long names"),
    ],
)
def test_hostile_names_are_kept(database: Database, document: dict[str, object]) -> None:
    with database.write() as session:
        first = ingest(session, [arrived(document)], NOON)
        second = ingest(session, [arrived(document)], NOON)
    assert (first.new, second.unchanged) == (1, 1)
    with database.read() as session:
        assert get_content(session, first.ids[0].document).document == arrived(document).envelope.document


def test_many_come_in_batches_each_committed(database: Database) -> None:
    arrivals = [arrived(listing(number)) for number in range(25)]
    batches = ingest_all(database, iter(arrivals), NOON, size=10)
    assert next(batches).new == 10
    with database.read() as session:
        assert work_counts(session).pending == 10
    assert sum(batches, Ingested()).new == 15


def test_two_writers_of_the_same_documents_number_them_once(database: Database) -> None:
    def write(order: int) -> None:
        for title in ("甲", "乙", "丙"):
            arrivals = [arrived(listing(number, title)) for number in range(20)][::order]
            with database.write() as session:
                ingest(session, arrivals, NOON)

    writers = [threading.Thread(target=write, args=(order,)) for order in (1, -1, 1)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.read() as session:
        rows = session.execute(
            text(
                "SELECT d.revision, count(*) FROM documents d JOIN revisions r ON r.document_id = d.id GROUP BY d.id, d.revision"
            )
        )
        assert {tuple(row) for row in rows} == {(3, 3)}


def test_what_a_reader_takes_can_be_kept(database: Database, tmp_path: Path) -> None:
    first, last = (msgspec.json.encode(listing(number)) for number in ("first", "last"))
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join([first, *HOSTILE, last]))
    told: list[InputError] = []
    items = list(read_paths([path], on_error=told.append))
    kept = sum(ingest_all(database, items, NOON), Ingested())
    assert (kept.new, kept.ids[0].external_id, kept.ids[-1].external_id) == (len(items), "L-first", "L-last")
    assert len(items) + len(told) == 2 + sum(map(bool, HOSTILE)), "each line is kept or told"
