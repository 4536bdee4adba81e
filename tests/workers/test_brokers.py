"""Real workers on real brokers, from a document kept to its flags; and a worker killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from sqlalchemy import func, select
from workers.databases import in_file, migrated, on_server
from workers.deployment import (
    NOW,
    counts,
    flags,
    keep,
    kill,
    listings,
    process,
    small_scanner,
    small_settings,
    streams,
    wait_until,
)

from monitor.bootstrap import make_celery
from monitor.store import Database, Lease, WorkCounts, lease_batch
from monitor.store.tables import WorkRow
from monitor.workers.app import QUEUE
from monitor.workers.dispatch import celery_sender

Place = Callable[[Path], AbstractContextManager[str]]
Broker = Callable[[], AbstractContextManager[str]]

SCANNING = 1500
"""Segments of a transcript; a dozen of them take a worker long enough to be killed at."""


@contextmanager
def files() -> Iterator[str]:
    yield ""  # the setting's default


@contextmanager
def redis_database() -> Iterator[str]:
    """A database of the server's sixteen for each process that runs tests at the same time."""
    number = 12 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4
    url = f"redis://127.0.0.1:6379/{number}"
    ours = [QUEUE, "unacked", "unacked_index", "unacked_mutex", f"_kombu.binding.{QUEUE}"]
    with redis.Redis.from_url(url) as client:
        client.delete(*ours)
        yield url
        client.delete(*ours)


@contextmanager
def virtual_host() -> Iterator[str]:
    name = f"steelyard-{uuid4().hex}"
    control("add_vhost", name)
    try:
        control("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        yield f"amqp://guest:guest@127.0.0.1:5672/{name}"
    finally:
        control("delete_vhost", name)


def control(*arguments: str) -> None:
    subprocess.run(["rabbitmqctl", "-q", *arguments], check=True, capture_output=True, timeout=30)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("place", "broker"),
    [
        pytest.param(in_file, files, id="sqlite, files"),
        pytest.param(in_file, redis_database, id="sqlite, redis", marks=pytest.mark.redis),
        pytest.param(in_file, virtual_host, id="sqlite, rabbitmq", marks=pytest.mark.rabbitmq),
        pytest.param(on_server, files, id="postgresql, files", marks=pytest.mark.postgresql),
    ],
)
def test_documents_are_scanned_once_whatever_the_broker(place: Place, broker: Broker, tmp_path: Path) -> None:
    with place(tmp_path) as url, migrated(url) as database, broker() as broker_url:
        settings = small_settings(tmp_path, url, broker_url, batch=16)
        keep(database, listings(50))
        with process(settings, "dispatch"), process(settings, "scan"):
            wait_until(lambda: counts(database) == WorkCounts(done=50), "50 documents done")
            keep(database, listings(60))
            wait_until(lambda: counts(database) == WorkCounts(done=60), "10 more")
        assert [name for name, _, _ in flags(database)] == [f"L-{index:03}" for index in range(1, 60, 2)]


def test_a_message_doubled_by_the_broker_changes_nothing(file_database: Database, tmp_path: Path) -> None:
    settings = small_settings(tmp_path, url_of(file_database))
    keep(file_database, listings(10))
    send = celery_sender(make_celery(settings))
    lease = leased(file_database, 60)
    for _ in range(3):
        send(lease.token, lease.ids)
    log = tmp_path / "scan.log"
    with process(settings, "scan"):
        wait_until(lambda: log.read_text().count("late=10") == 2, "two of three messages too late")
    assert (len(flags(file_database)), counts(file_database)) == (5, WorkCounts(done=10))


def test_a_broker_that_loses_everything_loses_nothing(file_database: Database, tmp_path: Path) -> None:
    settings = small_settings(tmp_path, url_of(file_database))
    keep(file_database, listings(10))
    leased(file_database, 1)  # and the message that said so is gone
    with process(settings, "dispatch"), process(settings, "scan"):
        wait_until(lambda: counts(file_database) == WorkCounts(done=10), "everything after all")
    assert len(flags(file_database)) == 5


@pytest.mark.parametrize("whole", [pytest.param(True, id="worker"), pytest.param(False, id="process of the pool")])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    database: Database, tmp_path: Path, whole: bool
) -> None:
    settings = small_settings(tmp_path, url_of(database), batch=12)
    keep(database, streams(12, SCANNING))
    with ExitStack() as running:
        lease = leased(database, 1)
        celery_sender(make_celery(settings))(lease.token, lease.ids)
        worker = running.enter_context(process(settings, "scan", "--concurrency", "1"))
        wait_until(lambda: begun(database), "a batch begun")
        if whole:
            kill(worker)
            running.enter_context(process(settings, "scan", "--concurrency", "1"))
        else:
            os.kill(pool_process(worker.pid), signal.SIGKILL)
        assert counts(database).leased, "it was killed in the middle"
        running.enter_context(process(settings, "dispatch", "--concurrency", "1"))
        wait_until(lambda: counts(database) == WorkCounts(done=12), "everything after all")
    assert flags(database) == calm_run(tmp_path)


def leased(database: Database, seconds: float) -> Lease:
    """A lease of everything, as a dispatcher takes it."""
    with database.write() as session:
        return lease_batch(session, 100, seconds, datetime.now(UTC))


def begun(database: Database) -> int:
    """Documents that a worker is at."""
    with database.read() as session:
        return session.scalar(select(func.count()).where(WorkRow.owner != "")) or 0


def pool_process(worker: int) -> int:
    """The one child of a worker."""
    (child,) = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    return int(child)


def calm_run(folder: Path) -> list[tuple[str, str, float | None]]:
    """What is in the documents, asked of the scanner itself."""
    scanner = small_scanner(folder)
    found = []
    for document in streams(12, SCANNING):
        (result,) = scanner.scan_envelopes([document.envelope], NOW.date())
        found += [(result.document, flag.evidence[0].text, flag.evidence[0].at) for flag in result.flags]
    return sorted(found)


def test_a_worker_told_to_end_finishes_what_it_is_at(file_database: Database, tmp_path: Path) -> None:
    settings = small_settings(tmp_path, url_of(file_database), batch=12)
    keep(file_database, streams(12, SCANNING))
    with process(settings, "dispatch"), process(settings, "scan") as worker:
        wait_until(lambda: begun(file_database), "a batch begun")
        worker.terminate()
        assert worker.wait(60) == 0
        assert counts(file_database) == WorkCounts(done=12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"rules": Path("nowhere.yaml")}, "nowhere.yaml:1:1: file cannot be read", id="rules"),
        pytest.param({"broker": "carrier-pigeon://"}, "STEELYARD_BROKER: carrier-pigeon:// is not one of", id="broker"),
        pytest.param({"database": "sqlite:////proc/nowhere/x.sqlite"}, "x.sqlite", id="database"),
    ],
)
def test_a_worker_says_in_one_line_why_it_cannot_start(tmp_path: Path, change: dict[str, object], said: str) -> None:
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path}/x.sqlite").model_copy(update=change)
    with process(settings, "scan") as worker:
        assert worker.wait(60) == 2
    log = (tmp_path / "scan.log").read_text()
    assert said in log
    assert "Traceback" not in log
