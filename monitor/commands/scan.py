"""``monitor scan``: files, folders and standard input against the rules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from monitor.errors import InputError
    from monitor.flags import ScanResult
    from monitor.formats import Item
    from monitor.formats.write import Writer

Format = Literal["table", "jsonl", "csv", "html"]
Level = Literal["info", "low", "medium", "high", "critical"]


def scan(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders; - is standard input (JSON Lines).", metavar="PATH…")
    ],
    rules: Annotated[Path, typer.Option(help="The rulebook.")] = Path("rules.yaml"),
    registry: Annotated[
        Path | None, typer.Option(help="Certificate registry, JSON Lines; none: only the form of numbers is checked.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day whose law applies to documents without a day of their own; default today.",
        ),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to print what was found.")] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
    ] = None,
    min_severity: Annotated[Level, typer.Option(help="Leave out flags below.")] = "info",
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of messages and traces.")] = "zh",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Scan listings and transcripts, and print what may be unlawful, with the words, the law and the reason.

    Reads JSON Lines (documents or envelopes), JSON, CSV of listings, SRT, WebVTT, Whisper and FunASR JSON, and text with or
    without time stamps. Exit code 0: nothing found. 1: something found. 2: something could not be read; the rest was scanned.

    \b
    Examples:
      monitor scan samples
      monitor scan listings.jsonl --registry certificates.jsonl --format html -o report.html
      monitor scan stream.srt --as-of 2026-11-11 --min-severity medium
      cat listings.jsonl | monitor scan - --format jsonl --jobs 2
    """
    from monitor.commands.scanning import Plan, make_scanner, scan_items
    from monitor.errors import RegistryError, RuleError

    plan = Plan(rules, registry, as_of.date() if as_of else date.today(), min_severity, language)  # noqa: DTZ011 (the day here)
    try:
        scanner = make_scanner(plan)
    except (RuleError, RegistryError) as error:
        typer.secho(str(error), err=True)
        raise typer.Exit(2) from error
    run = _Run(quiet=quiet)
    with _opened(output, output_format) as writer:
        for item, result in run.shown(scan_items(run.items(paths), plan, scanner, jobs, run.error)):
            writer.write(result, item.envelope.document)
        writer.close()
    raise typer.Exit(run.end())


class _Run:
    """Counts, progress and the exit code of one scan."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._quiet = quiet
        self._errors = 0
        self._documents = 0
        self._flagged = 0
        self._flags: dict[str, int] = {}

    def error(self, error: InputError) -> None:
        """Tell an error, or a note, on standard error."""
        self._errors += not error.note
        self._console.print(
            f"{'note' if error.note else 'error'}: {error}", style="dim" if error.note else "red", markup=False
        )

    def items(self, paths: list[Path]) -> Iterator[Item]:
        """The documents of all paths, with the listings that transcripts name put in."""
        from monitor.formats import read_path, read_stream
        from monitor.formats.products import named_listings, resolve

        listings = named_listings(path for path in paths if str(path) != "-")
        for path in paths:
            if str(path) == "-":
                read = read_stream(sys.stdin.buffer, name="-", format=None, on_error=self.error)
            else:
                read = read_path(path, on_error=self.error)
            for item in read:
                yield resolve(item, listings)

    def shown(self, results: Iterator[tuple[Item, ScanResult]]) -> Iterator[tuple[Item, ScanResult]]:
        """The results as they come, with progress where there is a terminal."""
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.completed:.0f} documents, {task.fields[flags]} flags"),
            TimeElapsedColumn(),
        )
        hidden = self._quiet or not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=hidden) as progress:
            task = progress.add_task("scan", total=None, flags=0)
            for item, result in results:
                self._count(result)
                progress.update(task, completed=self._documents, flags=sum(self._flags.values()))
                yield item, result

    def _count(self, result: ScanResult) -> None:
        found = [flag for flag in result.flags if flag.status == "in-force"]
        self._documents += 1
        self._flagged += bool(found)
        for flag in found:
            self._flags[flag.category] = self._flags.get(flag.category, 0) + 1

    def end(self) -> int:
        """Print the summary; the exit code."""
        if not self._quiet:
            most = sorted(self._flags.items(), key=lambda entry: -entry[1])
            codes = ", ".join(f"{code} {count}" for code, count in most)
            line = f"{self._documents} documents, {self._flagged} flagged, {sum(self._flags.values())} flags, {self._errors} errors"
            self._console.print(line + (f" ({codes})" if codes else ""))
        return 2 if self._errors else 1 if self._flagged else 0


class _opened:  # noqa: N801 (read as a verb: with _opened(…) as writer)
    """A writer of a format on a file or on standard output."""

    def __init__(self, output: Path | None, output_format: Format) -> None:
        self._output = output
        self._format = output_format

    def __enter__(self) -> Writer:
        try:
            self._stream = self._output.open("wb") if self._output else None
        except OSError as error:
            typer.secho(f"{self._output}: cannot be written: {error.strerror}", err=True)
            raise typer.Exit(2) from error
        return self._writer()

    def __exit__(self, *_: object) -> None:
        if self._stream:
            self._stream.close()

    def _writer(self) -> Writer:
        import io

        binary = self._stream or sys.stdout.buffer
        if self._format == "jsonl":
            from monitor.formats.write_jsonl import JsonlWriter

            return JsonlWriter(binary)
        if self._format == "csv":
            from monitor.formats.write_csv import CsvWriter

            return CsvWriter(binary)
        text = io.TextIOWrapper(binary, encoding="utf-8", write_through=True) if self._stream else sys.stdout
        if self._format == "html":
            from monitor.formats.write_html import HtmlWriter

            return HtmlWriter(text)
        from monitor.formats.write_table import TableWriter

        return TableWriter(text)
