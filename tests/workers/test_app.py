"""Brokers by URL, and the broker made of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from monitor.config import Settings
from monitor.errors import ConfigurationError
from monitor.workers.app import QUEUE, make_app


def settings(folder: Path, broker: str = "", lease: float = 120) -> Settings:
    return Settings(_env_file=None, data=folder, broker=broker, lease=lease)


def files(folder: Path) -> Connection:
    """A connection of the app; its folders are made."""
    return make_app(settings(folder)).connection_for_write()


@pytest.mark.parametrize(
    ("broker", "transport"),
    [
        ("redis://queue:6379/2", "redis"),
        ("rediss://queue:6379/2", "rediss"),
        ("amqp://guest:guest@queue:5672//", "amqp"),
        ("amqps://guest:guest@queue:5671//", "amqps"),
    ],
)
def test_a_broker_is_known_by_its_url(tmp_path: Path, broker: str, transport: str) -> None:
    connection = make_app(settings(tmp_path, broker)).connection_for_write()
    assert (connection.transport_cls, connection.hostname) == (transport, "queue")


@pytest.mark.parametrize("broker", ["sqs://queue", "memory://", "queue:6379"])
def test_another_broker_is_refused_by_name(tmp_path: Path, broker: str) -> None:
    with pytest.raises(ConfigurationError, match=r"STEELYARD_BROKER: .* is not one of filesystem, redis"):
        make_app(settings(tmp_path, broker))


@pytest.mark.parametrize("lease", [1, 120, 7200])
def test_redis_waits_longer_than_a_lease_before_it_delivers_again(tmp_path: Path, lease: float) -> None:
    app = make_app(settings(tmp_path, "redis://queue", lease))
    assert app.conf.broker_transport_options["visibility_timeout"] > lease


def test_work_is_acknowledged_late_and_taken_one_batch_at_a_time(tmp_path: Path) -> None:
    conf = make_app(settings(tmp_path)).conf
    assert (conf.task_acks_late, conf.worker_prefetch_multiplier, conf.task_ignore_result) == (True, 1, True)
    assert (conf.task_compression, conf.task_serializer, conf.accept_content) == (None, "json", ["json"])


def test_a_message_in_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    with files(tmp_path) as connection:
        queue = Queue(QUEUE, routing_key=QUEUE)
        producer = connection.Producer()
        folder = tmp_path / "broker" / "queue"
        (folder / "000000000000000_half.part").write_text('{"bo')
        producer.publish({"n": 1}, routing_key=QUEUE, declare=[queue])
        producer.publish({"n": 2}, routing_key=QUEUE, declare=[queue])
        assert len(list(folder.glob(f"*.{QUEUE}.msg"))) == 2
        with connection.SimpleQueue(queue) as reading:
            first, second = reading.get(timeout=5), reading.get(timeout=5)
            assert (first.payload, second.payload) == ({"n": 1}, {"n": 2})
            first.ack()
            second.ack()


def test_what_a_full_disk_or_a_kill_left_behind_stops_nobody(tmp_path: Path) -> None:
    with files(tmp_path) as connection:
        queue = Queue(QUEUE, Exchange(QUEUE), routing_key=QUEUE)
        folder = tmp_path / "broker" / "queue"
        (tmp_path / "broker" / "control" / f"{QUEUE}.exchange").touch()
        (folder / f"000000000000000_empty.{QUEUE}.msg").touch()
        (folder / f"000000000000001_half.{QUEUE}.msg").write_text('{"bo')
        connection.Producer().publish({"n": 1}, exchange=queue.exchange, routing_key=QUEUE, declare=[queue])
        with connection.SimpleQueue(queue) as reading:
            message = reading.get(timeout=5)
            assert message.payload == {"n": 1}
            message.ack()
        assert not list(folder.glob("*.msg"))


def test_a_folder_that_is_gone_is_an_error_of_the_broker(tmp_path: Path) -> None:
    with files(tmp_path) as connection, connection.channel() as channel:
        (tmp_path / "broker" / "queue").rmdir()
        with pytest.raises(ChannelError, match="cannot be written"):
            channel._put(QUEUE, {})
