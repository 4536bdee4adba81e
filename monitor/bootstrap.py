"""The one place that builds real objects from settings: database, scanner, secret, Celery.

Each function imports what it needs, so that a command which needs no spaCy, SQLAlchemy or Celery does not load it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.config import Settings
from monitor.errors import ConfigurationError

if TYPE_CHECKING:
    from celery import Celery
    from sqlalchemy import Engine

    from monitor.cases import Secret
    from monitor.pictures import Filler
    from monitor.registry import Source
    from monitor.scanner import Scanner
    from monitor.store import Database

PREFIX: Final = "STEELYARD_"
_OFF: Final = frozenset({"off", "none"})
SERVICES: Final = "steelyard.registries"
"""The entry points by which a package offers a registry: a function from the settings to a source."""


def open_database(settings: Settings) -> Database:
    """The database, ready to be used. An empty one is given its tables.

    Raises:
        ConfigurationError: it cannot be opened, or its tables are of another version of this program.
    """
    from monitor.store import Database, latest_version, migrate, schema_version

    with _opened(settings) as engine:
        version, wanted = schema_version(engine), latest_version()
        if version is None:
            migrate(engine)
        elif version != wanted:
            raise ConfigurationError(
                f"the database has tables of version {version}, this program wants {wanted}: "
                "`monitor init` brings it up to date"
            )
        return Database(engine)


def prepare_database(settings: Settings) -> Database:
    """The database, its tables brought up to date whatever they were.

    Raises:
        ConfigurationError: it cannot be opened.
    """
    from monitor.store import Database, migrate

    with _opened(settings) as engine:
        migrate(engine)
        return Database(engine)


def look_at_database(settings: Settings) -> Engine:
    """An engine of the database as it is: nothing is made, changed or required of it.

    Raises:
        ConfigurationError: no URL of a database, or a file that is not there.
    """
    from sqlalchemy import make_url

    from monitor.store import open_engine

    url = settings.database_url
    file = make_url(url).database if url.startswith("sqlite") else None
    if file and file != ":memory:" and not Path(file).is_file():
        raise ConfigurationError(f"STEELYARD_DATABASE: {file}: there is no such file; `monitor init` makes it")
    return open_engine(url)


def load_scanner(settings: Settings, *, language: str = "zh") -> Scanner:
    """The scanner of the rulebook and the registries; takes a moment, so build it once in a process.

    Messages and traces are in ``language`` (``zh`` or ``en``).

    Raises:
        RuleError, RegistryError: they cannot be loaded.
    """
    from monitor.rules.cache import compiled_rulebook
    from monitor.scanner import Scanner

    compiled = compiled_rulebook(settings.rules, settings.cache_folder)
    return Scanner(compiled, open_registry(settings), language=language)


def open_registry(settings: Settings) -> Source | None:
    """The registries the settings name, chained where they are several; None: no registry is loaded.

    ``auto`` is the database, where it has tables for certificates; one that does not answer now is asked all the same, so that what
    it may hold stays unknown. A name that an installed package gives in the entry points ``steelyard.registries`` is a service: its
    function gets the settings, and its answers are kept in the database for a while.

    Raises:
        RegistryError: a file cannot be loaded.
        ConfigurationError: there is no such registry, or ``off`` stands among others.
    """
    from monitor.registry import Chain

    parts = list(dict.fromkeys(part.strip() for part in settings.registry.split(",") if part.strip()))
    if len(parts) > 1 and not _OFF.isdisjoint(parts):
        raise ConfigurationError(f"registries {settings.registry}: `off` stands by itself; take it or the others away")
    found = [source for part in parts if (source := _source(part, settings)) is not None]
    return found[0] if len(found) == 1 else Chain(found) if found else None


def files_state(settings: Settings) -> str:
    """What the files of rules and registries look like from outside (names, sizes, times): another after each change."""
    from monitor.rules.cache import rule_files

    told = []
    for path in (*rule_files(settings.rules), *_registry_files(settings)):
        try:
            status = path.stat()
        except OSError:
            continue
        told.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return "\n".join(told)


def registry_digest(settings: Settings) -> str:
    """SHA-256 over the registries that are files; empty: none is."""
    files = [path for path in _registry_files(settings) if path.is_file()]
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest() if files else ""


def load_filler(settings: Settings) -> Filler | None:
    """What puts the words of pictures into documents; None where the settings name no folder of pictures.

    Without the extra ``ocr`` every picture is told as unread. Loading takes a moment, so build it once in a process.
    """
    from monitor.pictures import Filler, Places, load_reader
    from monitor.pictures.fetching import fetch

    if settings.pictures is None:
        return None
    return Filler(load_reader(), Places(settings.pictures, fetch if settings.fetch_pictures else None))


def open_secret(settings: Settings) -> Secret:
    """What encrypts complainants' data: the setting, else a key file made once in the data folder."""
    from monitor.cases import open_secret as opened

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return opened(settings.secret, settings.data)


def make_celery(settings: Settings) -> Celery:
    """The Celery app, which can send tasks; :mod:`monitor.workers.tasks` adds what a worker runs."""
    from monitor.workers.app import make_app

    return make_app(settings)


def environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for a child process that shall have exactly these."""
    return {f"{PREFIX}{name.upper()}": _written(value) for name, value in settings if value is not None}


def starting_rules() -> Traversable:
    """The ``rules.yaml`` that ships with the program.

    Raises:
        ConfigurationError: this installation lacks it.
    """
    checkout = Path(__file__).parents[1] / "rules.yaml"
    for place in (resources.files("monitor").joinpath("rules.yaml"), checkout):
        if place.is_file():
            return place
    raise ConfigurationError("this installation has no rules.yaml; install it again, or give one with --rules")


def _source(part: str, settings: Settings) -> Source | None:
    """One registry by the name the settings give it."""
    if part in _OFF:
        return None
    if part in {"auto", "db"}:
        return _stored(settings) if _has_registry(settings, asked=part == "db") else None
    service = next(iter(entry_points(group=SERVICES, name=part)), None)
    if service is not None:
        from monitor.store.remembered import Remembered

        kept = timedelta(hours=settings.registry_keep)
        return Remembered(service.load()(settings), partial(_database, settings), partial(datetime.now, UTC), kept)
    from monitor.registry import Registry

    path = Path(part)
    if not path.exists():
        services = ", ".join(sorted(entry.name for entry in entry_points(group=SERVICES))) or "none"
        raise ConfigurationError(
            f"registry {part}: no such file, and no installed service of that name (installed: {services}); "
            "the others are auto, db and off"
        )
    dated = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date() if path.is_file() else None
    return Registry.load(path, dated=dated)


def _registry_files(settings: Settings) -> list[Path]:
    names = (part.strip() for part in settings.registry.split(","))
    return [path for name in names if name and name not in {"auto", "db", *_OFF} and (path := Path(name)).is_file()]


def _stored(settings: Settings) -> Source:
    from monitor.store.certificates import StoredRegistry

    return StoredRegistry(partial(_database, settings))


def _has_registry(settings: Settings, *, asked: bool) -> bool:
    """Whether the database can have certificates. ``asked``: the settings name it, so it is an error if it cannot."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from monitor.store.certificates import has_registry

    file = make_url(settings.database_url).database if settings.database_url.startswith("sqlite") else None
    if file and not Path(file).is_file():
        there = False
    else:
        try:
            there = has_registry(_database(settings).engine)
        except (SQLAlchemyError, OSError):
            return True  # nobody knows: every look-up will say that it was not answered
    if asked and not there:
        raise ConfigurationError(
            "STEELYARD_REGISTRY: db: the database has no certificates: `monitor registry import FILE…` brings them in"
        )
    return there


def _database(settings: Settings) -> Database:
    """One for each process: connections must not cross a fork."""
    return _database_of(settings.database_url, os.getpid())


@cache
def _database_of(url: str, process: int) -> Database:
    from monitor.store import Database, open_engine

    del process
    return Database(open_engine(url))


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    """An engine, closed if the block fails. A database that does not answer is a setting that is wrong."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import DatabaseError

    from monitor.store import open_engine

    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = open_engine(settings.database_url)
        try:
            yield engine
        except BaseException:
            engine.dispose()
            raise
    except (DatabaseError, OSError) as error:
        reason = error.orig if isinstance(error, DatabaseError) else error
        place = make_url(settings.database_url).render_as_string()  # without the password
        raise ConfigurationError(f"STEELYARD_DATABASE: {place} cannot be opened: {reason}") from error


def _written(value: object) -> str:
    return value.as_posix() if isinstance(value, Path) else str(value)
