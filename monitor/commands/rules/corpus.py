"""The documents that rules are measured on: files the readers take, or one listing a line; with progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from monitor.documents import Envelope
    from monitor.registry import Registry

CorpusArgument = Annotated[
    list[Path], typer.Argument(metavar="CORPUS…", help="Files or folders of documents; - is standard input.")
]
LinesOption = Annotated[
    bool, typer.Option("--lines", help="Plain lines: each line of a file is the description of one listing.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Read so many documents.", show_default="all")]
DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="The day whose law applies to documents without a day of their own.",
        show_default="today",
    ),
]
RegistryOption = Annotated[
    Path | None, typer.Option("--registry", help="A registry of certificates, JSON Lines.", show_default="none")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; errors stay.")]


@dataclass
class Corpus:
    """Documents read one after another; ``errors`` counts those that could not be."""

    paths: Sequence[Path]
    lines: bool = False
    limit: int | None = None
    quiet: bool = False
    errors: int = 0
    read: int = 0

    def __iter__(self) -> Iterator[Envelope]:
        """The documents, with a bar on standard error where that is a terminal."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (BarColumn(), TextColumn("{task.completed:.0f} documents"), TimeElapsedColumn())
        hidden = self.quiet or not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
            task = progress.add_task("", total=self.limit)
            for envelope in islice(self._lines() if self.lines else self._documents(), self.limit):
                self.read += 1
                yield envelope
                progress.advance(task)

    def _documents(self) -> Iterator[Envelope]:
        from monitor.formats import read_paths

        yield from (item.envelope for item in read_paths(self.paths, on_error=self._told, stdin=sys.stdin.buffer))

    def _lines(self) -> Iterator[Envelope]:
        from monitor.documents import Envelope, Listing

        for path in self.paths:
            for number, line in enumerate(self._text(path).splitlines(), 1):
                if line.strip():
                    yield Envelope(Listing(f"{path.name}:{number}", description=line.strip()))

    def _text(self, path: Path) -> str:
        from monitor.errors import InputError

        try:
            return (sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()).decode("utf-8-sig")
        except OSError as error:
            self._told(InputError(f"cannot be read: {error.strerror or error}", source=str(path)))
        except UnicodeDecodeError:
            self._told(InputError("not UTF-8; without --lines other encodings are recognised", source=str(path)))
        return ""

    def _told(self, error: Exception) -> None:
        note = getattr(error, "note", False)
        self.errors += not note
        if not (note and self.quiet):
            typer.secho(f"{'note' if note else 'error'}: {error}", fg=None if note else "red", err=True)


def day_of(given: datetime | None) -> date:
    """The day given, else today."""
    return given.date() if given else date.today()  # noqa: DTZ011 (the day where the command is given)


def registry_of(path: Path | None) -> Registry | None:
    """The registry of a file, where one is given; one that cannot be loaded ends the command."""
    from monitor.commands.rules.loading import fail
    from monitor.errors import RegistryError
    from monitor.registry import Registry

    try:
        return Registry.load(path) if path else None
    except RegistryError as error:
        fail(str(error))
