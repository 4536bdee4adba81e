"""What must be so before the parts are started: one start on one data folder, ports that are free."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.config import Settings
from monitor.errors import ConfigurationError


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of a data folder. It ends with this process, however that ends.

    Raises:
        ConfigurationError: another process has it; the message names it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise ConfigurationError(
                f"{folder}: already running, process {file.read().strip() or 'unknown'}; "
                "end that one first, or choose another folder with STEELYARD_DATA"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(folder: Path) -> int | None:
    """The process that holds the lock of a data folder; None: nobody does."""
    try:
        with (folder / "running.lock").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = (folder / "running.lock").read_text()
        return int(text) if text.isdigit() else None
    except OSError:
        return None
    return None


def free_port(host: str, wanted: int) -> int:
    """``wanted`` where it is free on ``host``, else a port the system chooses. 0 always lets it choose.

    Raises:
        ConfigurationError: this machine has no such address.
    """
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if port:
                    continue
                raise ConfigurationError(f"{host}: cannot listen on this address: {error.strerror}") from error
            return int(probe.getsockname()[1])
    raise AssertionError("unreachable")


def with_free_ports(settings: Settings, *names: str) -> tuple[Settings, list[str]]:
    """Settings whose ports (``api``, ``dashboard``) are free, and a line for each that had to be another."""
    changes: dict[str, int] = {}
    told = []
    for name in names:
        host, wanted = getattr(settings, f"{name}_host"), getattr(settings, f"{name}_port")
        port = free_port(host, wanted)
        changes[f"{name}_port"] = port
        if wanted and port != wanted:
            told.append(f"port {wanted} is taken: the {name} is on {port}")
    return settings.model_copy(update=changes), told


def shown(host: str) -> str:
    """The address a browser on this machine uses for ``host``."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (read, not bound)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
