"""The Celery app: how messages travel. What they make a worker do is in :mod:`monitor.workers.tasks`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from celery import Celery

from monitor.config import Settings
from monitor.errors import ConfigurationError

QUEUE: Final = "steelyard-scan"
SCAN: Final = "steelyard.scan"
"""Name of the task that scans documents of the database."""

SHARD: Final = "steelyard.shard"
"""Name of the task that scans a shard of a sweep."""

JOB: Final = "steelyard.job"
"""Name of the task that does what fell due."""

POLL: Final = 0.2
"""Seconds between two looks into the broker's folder."""


def make_app(settings: Settings) -> Celery:
    """The app with the broker of the settings; its folders are made.

    Raises:
        ConfigurationError: a broker that is none of ``filesystem://``, ``redis://``, ``rediss://``, ``amqp://``, ``amqps://``.
    """
    app = Celery("steelyard", set_as_current=False)
    app.conf.update(_COMMON)
    app.conf.update(_broker(settings))
    return app


_COMMON: Final[dict[str, Any]] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_compression": None,
    "task_default_queue": QUEUE,
    "task_acks_late": True,
    "task_ignore_result": True,
    "task_publish_retry": False,  # the dispatcher has its own patience, and gives the lease back meanwhile
    "task_default_delivery_mode": 1,  # transient: what a restarted broker forgets, the sweeper sends again
    "worker_prefetch_multiplier": 1,
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,  # the database takes what they find
    "broker_connection_retry_on_startup": True,
    "broker_connection_timeout": 4,
}


def _broker(settings: Settings) -> dict[str, Any]:
    scheme = settings.broker_url.partition("://")[0]
    if scheme == "filesystem":
        return _folders(settings.data / "broker")
    if scheme in {"redis", "rediss"}:
        # Shorter than batch and wait together, a batch would be delivered to a second worker while the first is at it.
        return {
            "broker_url": settings.broker_url,
            "broker_transport_options": {"visibility_timeout": 2 * settings.lease + 60, "socket_timeout": 30},
        }
    if scheme in {"amqp", "amqps", "pyamqp"}:
        return {"broker_url": settings.broker_url, "broker_transport_options": {"confirm_publish": True}}
    raise ConfigurationError(f"STEELYARD_BROKER: {scheme}:// is not one of filesystem, redis, rediss, amqp, amqps")


def _folders(root: Path) -> dict[str, Any]:
    queue, control = root / "queue", root / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "localhost",
        "broker_transport": "monitor.workers.files:Transport",
        "broker_transport_options": {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
            "polling_interval": POLL,
        },
    }
