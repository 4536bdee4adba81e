"""What a worker counts: the task itself, run here, and the figures before and after."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest
from workers.deployment import Arrived, keep, listings, small_settings

from monitor.bootstrap import make_celery
from monitor.store import Database, lease_batch
from monitor.store.tables import WorkRow
from monitor.workers.app import SCAN
from monitor.workers.current import Current
from monitor.workers.tasks import MEASURED, add_scan

FLAGS = 'steelyard_flags_total{category="absolute",severity="medium"}'
WAITS = "steelyard_receipt_to_flag_seconds_count"


def figures() -> dict[str, float]:
    """Every figure of the program as it stands."""
    page = generate_latest(REGISTRY).decode()
    return {name: float(value) for name, value in re.findall(r"^(steelyard_\S+) (\S+)$", page, re.MULTILINE)}


def grown(before: dict[str, float], *names: str) -> list[float]:
    after = figures()
    return [after.get(name, 0.0) - before.get(name, 0.0) for name in names]


@pytest.fixture
def task(file_database: Database, tmp_path: Path) -> object:
    """The task of a worker, to be called with a lease."""
    settings = small_settings(tmp_path, file_database.engine.url.render_as_string())
    app = make_celery(settings)
    add_scan(app, settings, Current(settings, lambda: datetime.now(UTC)))
    return app.tasks[SCAN]


def scan(database: Database, task: object, documents: list[Arrived], received: datetime) -> None:
    """Documents kept and scanned as one batch."""
    keep(database, documents, received)
    with database.write() as session:
        lease = lease_batch(session, 100, 600, datetime.now(UTC))
    task(lease.token, list(lease.ids))  # type: ignore[operator]


def test_scans_flags_and_waits_are_counted(file_database: Database, task: object) -> None:
    before = figures()
    scan(file_database, task, listings(4), datetime.now(UTC) - timedelta(seconds=100))
    assert grown(before, "steelyard_documents_scanned_total", FLAGS, WAITS) == [4, 2, 2]
    (waited,) = grown(before, "steelyard_receipt_to_flag_seconds_sum")
    assert waited >= 200


def test_one_batch_of_many_is_measured_rule_by_rule(file_database: Database, task: object) -> None:
    measured = 'steelyard_rule_documents_total{rule="t.word"}'
    before, documents = figures(), listings(2 * (MEASURED + 2))
    for start in range(0, len(documents), 2):
        scan(file_database, task, documents[start : start + 2], datetime.now(UTC))
    batches = MEASURED + 2  # of which the second and the last are measured, each with one document that has the words
    assert grown(before, "steelyard_batch_seconds_count", measured) == [batches, 2]


def test_a_second_scan_of_what_was_flagged_is_no_wait_and_no_new_flag(file_database: Database, task: object) -> None:
    scan(file_database, task, listings(2), datetime.now(UTC))
    with file_database.write() as session:
        for row in session.query(WorkRow):
            row.state = "pending"
    before = figures()
    scan(file_database, task, listings(2), datetime.now(UTC))
    assert grown(before, "steelyard_documents_scanned_total", FLAGS, WAITS) == [2, 0, 0]


def test_what_fails_is_told_by_its_work_and_not_by_its_words(
    file_database: Database, task: object, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Arrived(listings(1)[0].envelope, '{"kind": "listing", "id": "L-000", "title": ["一句话"]}'.encode())
    before = figures()
    scan(file_database, task, [bad], datetime.now(UTC))
    assert grown(before, 'steelyard_documents_failed_total{outcome="retried"}') == [1]
    assert "cannot be scanned" in caplog.text
    assert "一句话" not in caplog.text
