"""What a deployment tells of itself while it runs: its metrics, and how its parts do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from monitor import __version__
from monitor.bootstrap import open_database
from monitor.commands.starting import shown
from monitor.commands.supervising import ALL, Say, State
from monitor.config import Settings
from monitor.logs import get
from monitor.metrics.sharing import FOLDER, cleared, folder_of
from monitor.store import Database

Changed = Callable[[Mapping[str, State]], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """What the parts are given so that they count together, and who hears how they do."""

    changed: Changed
    environment: Mapping[str, str] = field(default_factory=dict)


def parts_file(settings: Settings) -> Path:
    """Where ``monitor up`` keeps how its parts do, for ``monitor status``."""
    return settings.data / "parts.json"


def read_parts(settings: Settings) -> dict[str, State] | None:
    """How the parts of ``monitor up`` on this data folder did last; None: it has not run here, or an older version did."""
    try:
        return msgspec.json.decode(parts_file(settings).read_bytes(), type=dict[str, State])
    except (OSError, msgspec.DecodeError):
        return None


@contextmanager
def watched(settings: Settings, rulebook: str, say: Say, told: Path | None = None) -> Iterator[Watch]:
    """Serve the metrics of a deployment, where the settings want that, while its parts run.

    Raises:
        ConfigurationError: nothing can listen on the address of the settings.
    """
    if not settings.metrics_host:
        yield Watch(lambda states: _keep(states, told))
        return
    from monitor.metrics.serving import Parts, listening, show
    from monitor.metrics.stored import StoredWork

    known, database = Parts(__version__, rulebook), open_database(settings)

    def changed(states: Mapping[str, State]) -> None:
        known.ready = {name: state.ready for name, state in states.items()}
        known.restarts = {name: state.restarts for name, state in states.items()}
        _keep(states, told)

    with listening(settings.metrics_host, settings.metrics_port) as (port, registry):
        folder = cleared(folder_of(settings.data, port))
        show(registry, [known, StoredWork(database, lambda: datetime.now(UTC))], folder)
        if settings.metrics_port not in {0, port}:
            say(ALL, "warning", f"port {settings.metrics_port} is taken: the metrics are on {port}")
        say(ALL, "info", f"metrics    {_address(settings, port)}")
        try:
            yield Watch(changed, {FOLDER: str(folder.absolute())})
        finally:
            database.close()


@contextmanager
def served_here(settings: Settings, database: Database, rulebook: str) -> Iterator[None]:
    """Serve the metrics of this process, where the settings want that and nobody else does.

    Raises:
        ConfigurationError: nothing can listen on the address of the settings.
    """
    if not settings.metrics_host or FOLDER in os.environ:
        yield
        return
    from monitor.metrics.serving import Parts, listening, show
    from monitor.metrics.stored import StoredWork

    with listening(settings.metrics_host, settings.metrics_port) as (port, registry):
        show(registry, [Parts(__version__, rulebook), StoredWork(database, lambda: datetime.now(UTC))], None)
        get(__name__).info("metrics", address=_address(settings, port))
        yield


def _address(settings: Settings, port: int) -> str:
    return f"http://{shown(settings.metrics_host)}:{port}/metrics"


def _keep(states: Mapping[str, State], told: Path | None) -> None:
    """Write the file whole: whoever reads it meanwhile reads the one before."""
    if told is None:
        return
    part = told.with_name(f".{told.name}.part")
    part.write_bytes(msgspec.json.encode(states))
    part.replace(told)
