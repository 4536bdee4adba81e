"""Before a sweep: whether it was begun already, and if not, its files cut into shards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
from rich.console import Console
from sqlalchemy.exc import IntegrityError

from monitor.commands.telling import say
from monitor.errors import ConfigurationError, InputError
from monitor.formats.cutting import Cutting, cut_file
from monitor.formats.swept import SweepFormat
from monitor.formats.urls import absolute, file_system, files, told
from monitor.store import Database
from monitor.store.sweeps import Cut, Sweep, Wanted, add_sweep, get_sweep, run, sweep_to


class Asked(NamedTuple):
    """What the command line says. ``format`` None: by the ending of ``out``; ``as_of`` None: today, or what the sweep began with."""

    urls: tuple[str, ...]
    out: str
    format: SweepFormat | None
    as_of: date | None
    every: bool
    shard_lines: int
    overwrite: bool


def begun(database: Database, asked: Asked, *, quiet: bool) -> int:
    """The sweep that was asked for: the one that is not done, where it was begun before, else a new one; its number.

    Raises:
        InputError: a file cannot be swept, or the results cannot be written there.
        ConfigurationError: another sweep writes there, or something is there already.
    """
    now = datetime.now(UTC)
    out = absolute(asked.out)
    wanted = Wanted(
        tuple(map(absolute, asked.urls)), out, _format(asked), asked.as_of or now.astimezone().date(), asked.every
    )
    with database.write() as session:
        before = sweep_to(session, out, now)
        if before is not None and before.state != "done":
            _same(before, wanted, asked)
            run(session, before.id, now)
            if not quiet:
                say(f"going on with sweep {before.id}")
            return before.id
    _refuse_existing(out, before, asked)
    cuts = _cuts(wanted, asked.shard_lines, quiet=quiet)
    try:
        with database.write() as session:
            sweep = add_sweep(session, wanted, cuts, datetime.now(UTC))
    except IntegrityError as error:
        raise ConfigurationError(
            f"{out}: another sweep to this place has just begun: give the command again"
        ) from error
    if not quiet:
        say(f"sweep {sweep}: {sum(cut.lines for cut in cuts):,} lines in {len(cuts):,} shards")
    return sweep


def resumed(database: Database, number: int) -> int:
    """The sweep of this number, running.

    Raises:
        NotFound: there is none.
        ConfigurationError: it is done.
    """
    now = datetime.now(UTC)
    with database.write() as session:
        sweep = get_sweep(session, number, now)
        if sweep.state == "done":
            raise ConfigurationError(f"sweep {number} is done: its results are at {sweep.wanted.out}")
        run(session, number, now)
    return number


def _format(asked: Asked) -> SweepFormat:
    return asked.format or ("parquet" if asked.out.lower().endswith((".parquet", ".pq")) else "jsonl")


def _same(before: Sweep, wanted: Wanted, asked: Asked) -> None:
    names = ["urls", "format", "every", *(["as_of"] if asked.as_of else [])]
    other = [name for name in names if getattr(before.wanted, name) != getattr(wanted, name)]
    if other:
        raise ConfigurationError(
            f"sweep {before.id} writes to {wanted.out}, is not done, and was asked for with another {' and '.join(other)}: go on "
            f"with it by --resume {before.id}, forget it by `monitor sweep drop {before.id}`, or give another --out"
        )


def _refuse_existing(out: str, before: Sweep | None, asked: Asked) -> None:
    system, path = file_system(out)
    with told(out):
        there = system.exists(path)
        if there and system.isdir(path):
            raise InputError("is a folder: give the name of a file", source=out)
    if there and not asked.overwrite:
        who = "something" if before is None else f"what sweep {before.id} wrote"
        raise ConfigurationError(f"{out}: {who} is there already: give another --out, or --overwrite")


def _cuts(wanted: Wanted, lines: int, *, quiet: bool) -> list[Cut]:
    """The shards of all files; every file that cannot be swept is told, and then none is."""
    cuts: list[Cut] = []
    problems: list[InputError] = []
    console = Console(stderr=True)
    with console.status("cutting") if console.is_terminal and not quiet else _silent() as shown:
        passed = _Passed(shown)
        for url in files(wanted.urls):
            if url == wanted.out:
                raise InputError("is read and would be written: give --out another name", source=url)
            try:
                cuts += _shards(cut_file(url, lines, passed))
            except InputError as error:
                problems.append(error)
    if problems:
        raise InputError("\n       ".join(map(str, problems)))
    if not cuts:
        raise InputError("there is no line to sweep", source=" ".join(wanted.urls))
    _try_to_write(wanted.out)
    return cuts


def _shards(cutting: Cutting) -> list[Cut]:
    return [
        Cut(cutting.url, cutting.packed, cutting.encoding, *msgspec.structs.astuple(part)) for part in cutting.ranges
    ]


def _try_to_write(out: str) -> None:
    """Fail now rather than in every worker."""
    probe = f"{out}.writable"
    system, path = file_system(probe)
    with told(probe):
        system.makedirs(system._parent(path), exist_ok=True)
        system.pipe_file(path, b"yes")
        system.rm_file(path)


class _Passed:
    """Tells how many bytes were looked at."""

    def __init__(self, status: Any) -> None:
        self._status = status
        self._bytes = 0

    def __call__(self, size: int) -> None:
        self._bytes += size
        if self._status is not None:
            self._status.update(f"cutting: {self._bytes / 1e6:,.0f} MB")


class _silent:  # noqa: N801 (read as a word: with … else _silent())
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
