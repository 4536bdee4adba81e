"""A small storm over servers of our own; ``bench/kill_storm.py`` is the large one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import redis
from workers.databases import migrated
from workers.deployment import NOW, listings, small_scanner, small_settings, streams
from workers.servers import OwnServer, own_postgresql, own_redis, postgresql_programs
from workers.storm import JUDGE, Storm, differences, survive
from workers.storm_streams import OnAir

from monitor.store import WorkCounts

TEXTS = tuple(f"第{number}箱，{'这是最好的' if number % 20 == 0 else '今天刚摘的苹果'}" for number in range(300))


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.skipif(postgresql_programs() is None, reason="needs the programs of PostgreSQL")
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
def test_nothing_is_lost_or_doubled_in_a_storm(tmp_path: Path) -> None:
    with own_postgresql(lasting=False) as database, own_redis() as broker:
        settings = small_settings(tmp_path, database.url, broker.url, batch=16, lease=3, stream_lease=3)
        with migrated(settings.database_url):
            pass
        storm = Storm(
            kills=4,
            seed=20261120,
            streams=[OnAir(f"live-{number}", TEXTS, NOW.date()) for number in range(3)],
            trouble={
                "Redis emptied": (1, lambda: empty(broker)),
                "Redis restarted": (1, lambda: restart(broker)),
                "PostgreSQL restarted": (1, lambda: restart(database)),
            },
            pause=(0.2, 0.8),
        )
        report = survive(settings, small_scanner(tmp_path), [*listings(200), *streams(8, 400)], storm, tmp_path)
    assert report.differences == []
    assert report.counts == WorkCounts(done=211)
    assert (report.blows.total(), report.flags) == (7, 132 + 3 * 15)
    assert report.blows[JUDGE] == 1


def empty(broker: OwnServer) -> None:
    with redis.Redis.from_url(broker.url) as client:
        client.flushall()


def restart(server: OwnServer) -> None:
    server.end()
    server.start()


def test_what_is_missing_doubled_or_otherwise_is_told() -> None:
    calm = {"flags": [("a", 1), ("b", 1)]}
    assert differences({"flags": [("b", 1), ("a", 1)]}, calm) == []
    assert differences({"flags": [("a", 1), ("a", 1), ("b", 2)]}, calm) == [
        "flags: missing ('b', 1)",
        "flags: too much ('a', 1)",
        "flags: too much ('b', 2)",
    ]
