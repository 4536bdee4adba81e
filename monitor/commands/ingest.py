"""``monitor ingest``: keep documents, and have them scanned."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from monitor.formats import OnError
    from monitor.pictures import Filler
    from monitor.store import Database, Ingested


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders; - is standard input, in any format.", metavar="PATH…")
    ],
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes and summary; errors stay.")] = False,
) -> None:
    """Keep listings and live-stream transcripts in the database; workers scan them.

    Reads what `monitor scan` reads. Each document is committed together with its pending scan, some hundred at a time: what
    was told as kept is not lost. The same content again is `unchanged`; changed content is a new revision beside the old
    one. Listings that a transcript names by id are taken from the files of the same command.
    The run has an id, told at the end, that stands in the logs of the workers for every document it brought.
    Exit code 0: all was kept. 2: something could not be read; the rest was kept.

    \b
    Examples:
      monitor ingest samples                                  a folder
      monitor ingest listings.jsonl streams/2026-11-20        files and folders together
      curl -s https://shop.example/export | monitor ingest -  standard input
    """
    from monitor.bootstrap import load_filler, open_database
    from monitor.commands.progress import Run
    from monitor.commands.taking import Taking
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings

    with errors_told():
        run = Run(quiet=quiet)
        settings = read_settings()
        taking = Taking.begin(settings.data)
        database = open_database(settings)
        with _progress(quiet=quiet) as told:
            heard = taking.counted(run.error)
            kept = ingest_paths(database, paths, heard, told, load_filler(settings), correlation=taking.correlation)
        database.close()
        taking.end(kept, run.errors, "quiet" if quiet else settings.log)
    raise typer.Exit(2 if run.errors else 0)


def ingest_paths(
    database: Database,
    paths: Sequence[Path],
    on_error: OnError,
    on_kept: Callable[[Ingested], None],
    filler: Filler | None = None,
    *,
    correlation: str | None = None,
) -> Ingested:
    """Keep every document of files and folders, with the words of its pictures where ``filler`` reads them.

    ``on_kept`` hears the sums after each transaction. ``correlation`` names the run in the logs of the workers.
    """
    from monitor.commands.picturing import filled
    from monitor.formats import read_paths
    from monitor.store import Ingested, ingest_all

    items = filled(read_paths(paths, on_error=on_error, stdin=sys.stdin.buffer), filler, on_error)
    total = Ingested()
    for batch in ingest_all(database, items, lambda: datetime.now(UTC), correlation=correlation):
        total += Ingested(batch.new, batch.revised, batch.unchanged)  # their ids would grow with the input
        on_kept(total)
    return total


def summary(kept: Ingested) -> str:
    """The counts in words."""
    return f"{kept.new} new, {kept.revised} revised, {kept.unchanged} unchanged"


class _progress:  # noqa: N801 (read as a verb: with _progress() as told)
    """A line on standard error that counts, where there is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        hidden = quiet or not console.is_terminal
        self._progress = Progress(*columns, console=console, transient=True, disable=hidden)
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> Callable[[Ingested], None]:
        self._progress.start()
        return lambda kept: self._progress.update(self._task, description=summary(kept))

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
