"""``monitor sweep start``: begin a sweep, or go on with one, and follow it to its end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.store import Database

INTERRUPTED: Final = 130


Urls = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="URL…",
        help="Files of JSON Lines, also packed by gzip: paths, patterns (*.jsonl), or URLs such as s3://bucket/file.jsonl.",
    ),
]
Format = Annotated[
    Literal["jsonl", "parquet"] | None,
    typer.Option("--format", help="Format of the results.", show_default="by the ending of --out, else jsonl"),
]
Workers = Annotated[
    int, typer.Option(min=0, max=256, help="Processes that scan, started for the time; 0: those that run already.")
]
Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="The day whose law applies to documents without a day of their own.",
        show_default="$STEELYARD_AS_OF, else today",
    ),
]


def start(
    urls: Urls = None,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="URL", help="Where the results go.")] = None,
    resume: Annotated[int | None, typer.Option(metavar="ID", help="Go on with this sweep.")] = None,
    workers: Workers = 0,
    output_format: Format = None,
    shard_lines: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Lines a worker takes at once, at most.")
    ] = 2000,
    as_of: Day = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what rules in shadow found and what is waived, with its status.")
    ] = False,
    overwrite: Annotated[bool, typer.Option(help="Replace results that are there.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and report; errors stay.")] = False,
) -> None:
    """Scan files of millions of lines in shards that workers take, and write one result for each line, in order.

    Reads JSON Lines: documents or envelopes. A line that is none has a result that says why; blank lines have none. Nothing is kept
    in the database but how far the sweep is: it goes on after a kill of any process, by the same command or with --resume, and the
    results are those of a run that nothing happened to. Ctrl-C lets what is under way be finished, and pauses.

    Workers must reach the files and the place of the results by the same URLs; what a store asks of a client is set as fsspec says.
    A report is printed at the end and written beside the results (OUT.report.json).

    Exit code 0: done, every line was judged. 2: done, but some lines were not, or a registry did not answer; or it cannot go on, and
    says why. 130: paused.

    \b
    Examples:
      monitor sweep crawl.jsonl --out results.jsonl --workers 2      with workers of its own
      monitor sweep 's3://crawl/2026-11/*.jsonl.gz' --out s3://results/2026-11.parquet
      monitor sweep --resume 3                                       go on with sweep 3
      monitor sweep list                                             the sweeps, and how far they are
    """
    from monitor.bootstrap import open_database
    from monitor.commands.sweep.planning import Asked, begun, resumed
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings
    from monitor.errors import ConfigurationError

    with errors_told():
        if (resume is None) == (not urls or out is None):
            raise ConfigurationError("give files and --out URL, or --resume ID")
        settings = read_settings()
        database = open_database(settings)
        if resume is not None:
            sweep = resumed(database, resume)
        else:
            day = as_of.date() if as_of else settings.as_of
            asked = Asked(tuple(urls or ()), out or "", output_format, day, every, shard_lines, overwrite)
            sweep = begun(database, asked, quiet=quiet)
        raise typer.Exit(_followed(database, settings, sweep, workers, quiet=quiet))


def _followed(database: Database, settings: Settings, sweep: int, workers: int, *, quiet: bool) -> int:
    """Run to the end, with workers of its own or without; the exit code."""
    from monitor.commands.running import check_rules, run_parts, scanning_parts
    from monitor.commands.supervising import ALL
    from monitor.commands.sweep.following import Following
    from monitor.commands.telling import log_writer

    if workers:
        check_rules(settings)
    parts = scanning_parts(settings, workers) if workers else []
    following = Following(database, sweep, quiet=quiet, own=bool(workers))
    log = log_writer([ALL, *(part.name for part in parts)], settings.log)

    def say(name: str, level: str, line: str) -> None:
        if not following.routine(line):
            log(name, level, line)

    run_parts(settings, parts, following.run, say=say)
    database.close()
    return following.code
