"""Servers of our own, in a folder, on ports of their own: to be stopped, killed and emptied without harm to anybody."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis
from kombu import Connection

PATIENCE = 120.0
"""Seconds a server has to begin to answer."""

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class OwnServer:
    """A process that answers at ``url`` once it is ready. It can be ended in any way and started again with what it keeps."""

    def __init__(
        self,
        url: str,
        command: Sequence[str],
        ready: Callable[[], object],
        log: Path,
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self._command = command
        self._ready = ready
        self._log = log
        self._user = user if os.geteuid() == 0 else None
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers.

        Raises:
            AssertionError: it did not within :data:`PATIENCE`; its log says why.
        """
        begun = time.monotonic()
        while not self._answers():
            assert time.monotonic() - begun < PATIENCE, f"no answer from {self.url}: see {self._log}"
            if self._process is None or self._process.poll() is not None:
                self._launch()
            time.sleep(0.05)

    def end(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the server, and wait until it is gone; after a while it is killed with all it started."""
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        """The end, for the process and whatever it left behind."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _launch(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                env=self._environment,
                cwd=self._log.parent,
            )

    def _answers(self) -> bool:
        try:
            self._ready()
        except Exception:  # each server has its own
            return False
        return True


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_folder(owner: str | None, folder: Path | None = None) -> Iterator[Path]:
    """A folder that belongs to the user a server runs as; removed at the end unless it was given."""
    made = Path(tempfile.mkdtemp(prefix="steelyard-storm-")) if folder is None else folder
    if owner is not None and os.geteuid() == 0:
        shutil.chown(made, owner, owner)
    try:
        yield made
    finally:
        if folder is None:
            shutil.rmtree(made, ignore_errors=True)


def postgresql_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, the newest; None: not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def own_postgresql(folder: Path | None = None, *, lasting: bool = True) -> Iterator[OwnServer]:
    """A PostgreSQL of our own with an empty database. ``lasting`` False: what it says is written need not survive a power cut."""
    programs = postgresql_programs()
    assert programs is not None, "PostgreSQL is not installed"
    with open_folder("postgres", folder) as place:
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            [programs / "initdb", "-D", place / "cluster", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            check=True, capture_output=True, user=user, group=user, cwd=place,
        )  # fmt: skip
        port = free_port()
        command = [
            str(programs / "postgres"),
            "-D",
            str(place / "cluster"),
            "-p",
            str(port),
            "-k",
            str(place),
            "-h",
            "127.0.0.1",
        ]
        command += [f"-cfsync={'on' if lasting else 'off'}", "-cmax_wal_size=256MB", "-cshared_buffers=64MB"]
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        yield from _running(
            OwnServer(
                url, command, lambda: psycopg.connect(url, connect_timeout=2).close(), place / "log", user="postgres"
            )
        )


@contextmanager
def own_redis() -> Iterator[OwnServer]:
    """A Redis of our own that keeps nothing."""
    with open_folder(None) as place:
        port = free_port()
        command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(place),
        ]
        url = f"redis://127.0.0.1:{port}/0"

        def ready() -> None:
            with redis.Redis.from_url(url) as client:
                client.ping()

        yield from _running(OwnServer(url, command, ready, place / "log"))


@contextmanager
def own_rabbitmq() -> Iterator[OwnServer]:
    """A RabbitMQ node of our own. It shares the machine's port mapper with other nodes, and nothing else."""
    with open_folder("rabbitmq") as place:
        port, distribution = free_port(), free_port()
        environment = {
            "HOME": str(place),
            "RABBITMQ_NODENAME": f"storm{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
            "RABBITMQ_LOG_BASE": str(place / "logs"),
            "RABBITMQ_PID_FILE": str(place / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq"),
        }
        url = f"amqp://guest:guest@127.0.0.1:{port}//"

        def ready() -> None:
            with Connection(url, connect_timeout=3) as connection:
                connection.connect()

        server = OwnServer(url, [str(RABBITMQ)], ready, place / "log", user="rabbitmq", environment=environment)
        yield from _running(server)


def _running(server: OwnServer) -> Iterator[OwnServer]:
    try:
        server.start()
        yield server
    finally:
        server.close()


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of this size, in memory, which only root can mount."""
    place = Path(tempfile.mkdtemp(prefix="steelyard-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "steelyard-storm", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()
