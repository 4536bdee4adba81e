"""``monitor scan``: files, folders and standard input against the rules."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from monitor.commands.scanning import Plan
    from monitor.pictures import Filler

Format = Literal["table", "jsonl", "csv", "html"]
History = Annotated[
    Path | None,
    typer.Option(
        help="Price history, JSON Lines, CSV or .xlsx. Without one no price is held against its past.",
        show_default="none",
    ),
]
Level = Literal["info", "low", "medium", "high", "critical"]

FLAGGED = 1
FAILED = 2
INTERRUPTED = 130
BROKEN_PIPE = 141


def scan(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders; - is standard input, in any format.", metavar="PATH…")
    ],
    rules: Annotated[
        Path | None, typer.Option(help="The rulebook.", show_default="$STEELYARD_RULES, else rules.yaml")
    ] = None,
    registry: Annotated[
        str | None,
        typer.Option(
            help="Registries to look certificates up in: a file of JSON Lines, db (what was imported), off; several by commas.",
            show_default="$STEELYARD_REGISTRY, else what was imported",
        ),
    ] = None,
    prices: History = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day whose law applies to documents without a day of their own.",
            show_default="$STEELYARD_AS_OF, else today",
        ),
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Read the pictures that listings name, from here.")
    ] = None,
    fetch_pictures: Annotated[bool, typer.Option(help="Fetch those that are not there from public servers.")] = False,
    output_format: Annotated[Format, typer.Option("--format", help="How to print what was found.")] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
    ] = None,
    min_severity: Annotated[Level, typer.Option(help="Leave out flags below. info leaves out none.")] = "info",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Processes.")] = 1,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of messages and traces.")] = "zh",
    every: Annotated[
        bool, typer.Option("--all", help="Also what rules in shadow found and what is waived, with its status.")
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="With --format jsonl: each flag also with the steps of its verdict as data.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes and summary; errors stay.")] = False,
) -> None:
    """Scan listings and transcripts, and print what may be unlawful, with the words, the law and the reason.

    Reads JSON Lines (documents or envelopes), JSON, tables of listings (CSV), SRT, WebVTT, the output of Whisper, FunASR and
    Amazon Transcribe, and text with or without time stamps; UTF-8, GBK or Big5. Transcripts that name listings by id are judged
    with them, where they are in the same files or folders.

    Progress, notes, errors and the summary go to standard error; standard output has nothing but the results.

    Certificates are looked up in a registry, if there is one; without, only the form of their numbers is checked. What a registry that
    does not answer may hold is undecided: it is not flagged, and the last line says DEGRADED.

    Exit code 0: nothing found. 1: something found. 2: something could not be read, or a registry did not answer (the rest was
    scanned and printed).

    \b
    Examples:
      monitor scan samples                                    a folder, as a table
      monitor scan stream.srt --as-of 2026-11-11              under the law of that day
      monitor scan samples --prices samples/prices.csv        hold prices against their history
      monitor scan shop.csv --registry certificates.jsonl     look certificates up in a file
      monitor scan shop.csv --registry db,more.jsonl          in what was imported, then in a file
      monitor scan samples --format html -o report.html       a report for the browser, in one file
      monitor scan samples --format csv -o flags.csv          for a spreadsheet
      monitor scan listings.jsonl --format jsonl --jobs 2     one line a document, for programs
      cat stream.txt | monitor scan - --min-severity high     standard input
      monitor scan shop.jsonl --pictures shop                 read the pictures that the listings name, too
    """
    if trace and output_format != "jsonl":
        _fail("--trace goes with --format jsonl: the other formats have the lines of the trace already")
    plan = _plan(rules, registry, prices, as_of, min_severity, language, every=every, trace=trace)
    filler = _filler(pictures, fetch=fetch_pictures)
    raise typer.Exit(_guarded(lambda: _run(paths, plan, filler, output_format, output, jobs, quiet=quiet)))


def _guarded(run: Callable[[], int]) -> int:
    """The exit code of a run. A fault of ours is 2: Python would end with 1, which says that something was found."""
    try:
        return run()
    except typer.Exit:
        raise
    except Exception:
        traceback.print_exc()
        return FAILED


def _plan(
    rules: Path | None,
    registry: str | None,
    prices: Path | None,
    as_of: datetime | None,
    floor: Level,
    language: str,
    *,
    every: bool,
    trace: bool,
) -> Plan:
    """What was asked for, else the settings, else today's law."""
    from monitor.commands.scanning import Plan
    from monitor.config import read_settings
    from monitor.errors import ConfigurationError

    try:
        settings = read_settings()
    except ConfigurationError as error:
        _fail(str(error))
    day = as_of.date() if as_of else settings.as_of or date.today()  # noqa: DTZ011 (the day where the command is given)
    asked = {"rules": rules or settings.rules, "registry": registry or settings.registry}
    return Plan(settings.model_copy(update=asked), day, floor, language, every, trace, prices)


def _filler(folder: Path | None, *, fetch: bool) -> Filler | None:
    """What reads pictures, from the folder given or else that of the settings."""
    from monitor.bootstrap import load_filler
    from monitor.config import read_settings

    settings = read_settings()
    folder = folder or settings.pictures
    if folder is None:
        if fetch:
            _fail("--fetch-pictures goes with --pictures FOLDER, which is looked into first")
        return None
    if not folder.is_dir():
        _fail(f"{folder}: no folder of pictures")
    return load_filler(
        settings.model_copy(update={"pictures": folder, "fetch_pictures": fetch or settings.fetch_pictures})
    )


def _run(
    paths: list[Path],
    plan: Plan,
    filler: Filler | None,
    output_format: Format,
    output: Path | None,
    jobs: int,
    *,
    quiet: bool,
) -> int:
    """Scan and print; the exit code."""
    from monitor.commands.output import opened
    from monitor.commands.picturing import filled
    from monitor.commands.progress import Run
    from monitor.commands.scanning import prepare, scan_items
    from monitor.errors import ConfigurationError, InputError, RegistryError, RuleError
    from monitor.formats import read_paths
    from monitor.formats.write import make_writer

    try:
        scanner = prepare(plan, jobs)
        run = Run(quiet=quiet)
        items = filled(read_paths(paths, on_error=run.error, stdin=sys.stdin.buffer), filler, run.error)
        with opened(output, paths) as stream:
            writer = make_writer(output_format, stream)
            for item, result in run.shown(scan_items(items, plan, scanner, jobs, run.error)):
                writer.write(result, item.envelope.document)
            writer.close()
    except (RuleError, RegistryError, ConfigurationError, InputError) as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    run.summary(pictures=filler is not None)
    return FAILED if run.errors or run.degraded else FLAGGED if run.flagged else 0


def _fail(reason: str) -> NoReturn:
    typer.secho(reason, err=True)
    raise typer.Exit(FAILED)
