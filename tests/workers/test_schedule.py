"""Exactly one sends what falls due, whatever dies; jobs are done once at a time, and say what they did."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from rules.writing import RULE, write_rulebook
from workers.databases import in_file, migrated, on_server
from workers.deployment import (
    NOW,
    counts,
    flags,
    keep,
    listings,
    process,
    small_scanner,
    small_settings,
    wait_until,
)

from monitor.cases import flips
from monitor.store import Database
from monitor.store.schedules import (
    begin_job,
    end_job,
    hold,
    holder_of,
    jobs,
    let_go,
    note_sent,
    note_unsent,
    sent_times,
)
from monitor.workers.duties import do
from monitor.workers.jobs import JOBS, Duty, Job
from monitor.workers.looks import take

SHORT = 2.0
"""Seconds of a lease of work; that of the schedule is a quarter."""


def test_a_lease_has_one_holder_until_it_ends(database: Database) -> None:
    later = NOW + timedelta(seconds=11)
    with database.write() as session:
        assert hold(session, "beat", "a", 10, NOW)
        assert not hold(session, "beat", "b", 10, NOW)
        assert hold(session, "beat", "a", 10, NOW + timedelta(seconds=5))
        assert not hold(session, "beat", "b", 10, later)
        assert hold(session, "beat", "b", 10, NOW + timedelta(seconds=16))
        let_go(session, "beat", "a")
        assert holder_of(session, "beat", later) == "b"
        let_go(session, "beat", "b")
        assert holder_of(session, "beat", later) is None


def test_a_job_is_sent_once_however_many_believe_they_send(database: Database) -> None:
    every = timedelta(minutes=5)
    with database.write() as session:
        assert [note_sent(session, "days", every, NOW) for _ in range(3)] == [True, False, False]
        assert note_sent(session, "days", every, NOW + every)
        note_unsent(session, "days")
        assert note_sent(session, "days", every, NOW + every)


def test_a_job_that_was_lost_on_its_way_is_due_again(database: Database) -> None:
    day, later = timedelta(days=1), NOW + timedelta(minutes=11)
    with database.write() as session:
        note_sent(session, "retention", day, NOW)
        assert sent_times(session, NOW + timedelta(minutes=1)) == {"retention": NOW}
        assert sent_times(session, later) == {"retention": None}
        assert note_sent(session, "retention", day, later)
        begin_job(session, "retention", later)
        end_job(session, "retention", "", later)
        assert not note_sent(session, "retention", day, later + timedelta(minutes=11))


@pytest.fixture
def duty(file_database: Database, tmp_path: Path) -> Duty:
    scanner = small_scanner(tmp_path)
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'steelyard.sqlite'}")
    return Duty(file_database, settings, lambda: NOW, lambda: scanner)


def test_a_job_is_done_by_one_at_a_time(duty: Duty) -> None:
    with duty.database.write() as session:
        assert begin_job(session, "leases", NOW)
    assert do("leases", duty) is None
    with duty.database.write() as session:
        end_job(session, "leases", "", NOW)
    assert do("leases", duty) == ""


def test_a_job_that_fails_says_so_and_the_next_is_done(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Duty) -> str:
        raise ZeroDivisionError("no such day")

    broken = dict(JOBS) | {"days": Job("days", timedelta(minutes=1), fails)}
    monkeypatch.setattr("monitor.workers.duties.JOBS", broken)
    do("days", duty)
    do("leases", duty)
    with duty.database.read() as session:
        told = {job.name: (job.failed, job.outcome) for job in jobs(session)}
    assert told == {"days": (True, "ZeroDivisionError: no such day"), "leases": (False, "")}


def test_every_job_does_nothing_where_nothing_is(duty: Duty) -> None:
    take(duty.database, duty.scanner(), NOW)
    assert {name: do(name, duty) for name in JOBS} == dict.fromkeys(JOBS, "")


def said(folder: Path, name: str) -> str:
    return (folder / f"{name}.log").read_text()


@pytest.mark.postgresql
def test_of_two_one_sends_and_the_other_takes_over_when_it_is_killed(tmp_path: Path) -> None:
    with on_server(tmp_path) as url, migrated(url) as database:
        settings = small_settings(tmp_path, url, lease=SHORT)
        with process(settings, "schedule", log="a") as first:
            wait_until(lambda: "sends what falls due" in said(tmp_path, "a"), "the first to send")
            wait_until(lambda: _sent(database) == set(JOBS), "every job to be sent")
            with process(settings, "schedule", log="b"):
                wait_until(lambda: "stands by" in said(tmp_path, "b"), "the second to stand by")
                once = _times(database)
                assert "sends" not in said(tmp_path, "b").replace("another one sends", "")
                os.killpg(first.pid, signal.SIGKILL)
                wait_until(lambda: "sends what falls due" in said(tmp_path, "b"), "the second to take over")
                slow = [name for name, job in JOBS.items() if job.every >= timedelta(minutes=10)]
                after = _times(database)  # those were not due meanwhile, so they were not sent again
                assert [after[name] for name in slow] == [once[name] for name in slow]
                with database.write() as session:
                    note_unsent(session, "leases")
                wait_until(lambda: _times(database)["leases"] is not None, "the second to send")


def _times(database: Database) -> dict[str, object]:
    with database.read() as session:
        return {job.name: job.sent_at for job in jobs(session)}


def _sent(database: Database) -> set[str]:
    return {name for name, at in _times(database).items() if at is not None}


def test_workers_take_an_edited_rule_and_scan_again_by_themselves(tmp_path: Path) -> None:
    with in_file(tmp_path) as url, migrated(url) as database:
        settings = small_settings(tmp_path, url, lease=20, cache=str(tmp_path / uuid4().hex))
        keep(database, listings(10))
        with process(settings, "scan"), process(settings, "dispatch"), process(settings, "schedule"):
            wait_until(lambda: counts(database).done == 10, "the documents to be scanned")
            assert len(flags(database)) == 5
            write_rulebook(tmp_path, RULE.replace("最好", "新鲜"))
            wait_until(lambda: len(_flips(database)) == 10, "what flips")
            wait_until(lambda: counts(database).done == 10, "the work to be done")
        assert sorted(_flips(database)) == ["appeared"] * 5 + ["disappeared"] * 5


def _flips(database: Database) -> list[str]:
    with database.write() as session:
        note_unsent(session, "rulebook")  # a minute need not be waited for
    with database.read() as session:
        return [flip.what for flip in flips(session)]
