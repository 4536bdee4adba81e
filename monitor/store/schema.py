"""The form of the database: brought up to date by the migrations that ship with the package."""

from __future__ import annotations

from threading import Lock
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

_ALEMBIC: Final = Lock()
"""Alembic keeps what it is doing in its modules, so one thread of a process may use it at a time."""

MIGRATION_LOCK: Final = 0x5AEE1_0001
"""Number of the advisory lock that lets one process migrate a PostgreSQL database at a time."""


def migrate(engine: Engine) -> None:
    """Bring the database to :func:`latest_version`, in one transaction. Done already: nothing happens.

    Two processes, or threads, may call this at once: the second waits, and finds it done.
    """
    config = _config()
    with _ALEMBIC, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def schema_version(engine: Engine) -> str | None:
    """The version the database has; None: it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest_version() -> str:
    """The version this program wants."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package was built without its migrations")
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
