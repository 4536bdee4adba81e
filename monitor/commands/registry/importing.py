"""``monitor registry import``: files of certificates into the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from monitor.commands.registry.taking import Asked, Rejects
    from monitor.store import Database
    from monitor.store.imports import Counts

SHOWN: Final = 20
"""Rejected rows that are told on the terminal; the file has all."""


def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV, Excel workbooks (.xlsx) or JSON Lines of certificates.")
    ],
    kind: Annotated[
        str | None,
        typer.Option("--type", help="The type of rows that name none: organic, green-food, food-production …"),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="Read a column as a field; give it more than once."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="What traces call this registry.", show_default="the name of the file"),
    ] = None,
    dated: Annotated[
        datetime | None,
        typer.Option(
            "--date", formats=["%Y-%m-%d"], help="The day the data are of.", show_default="the day the file was written"
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Keep rejected rows in this file, JSON Lines.", show_default="a new file in DATA/rejects"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes and summary; errors stay.")] = False,
) -> None:
    """Bring certificates into the registry of the database; from then on workers, the API and `monitor scan` look them up there.

    A certificate is known by its type and number. One that is there already is replaced where it says something else, and what it
    said is kept: `monitor registry show NUMBER` tells it. The same file again changes nothing. Nothing is deleted: what a list
    no longer has stays as it was.

    Columns are known by the usual Chinese and English headings (证书编号, 企业名称, 统一社会信用代码, 认证范围, 发证日期,
    有效期至, 状态 …); the line of headings may stand below a title. --map tells others, and comes first.
    Fields: type, number, holder, holder_uscc, scope, brand, region, issuer, valid_from, valid_to, validity (a period in one
    cell), status. Days are read in every usual spelling: 2025-06-01, 2025/6/1, 2025年6月1日, days of Excel, 长期.

    A row that cannot be taken is rejected with file, row, column and reason, and kept whole in the rejects file, which can be
    corrected and imported again.
    Exit code 0: all was taken. 2: rows or files were rejected; the rest was taken.

    \b
    Examples:
      monitor registry import 有机证书.xlsx --type organic
      monitor registry import sc.csv --type food-production --name 食品生产许可 --date 2026-06-01
      monitor registry import list.csv --type gi --map 产品登记号=number --map 登记人=holder
      monitor registry import certificates.jsonl --rejects rejected.jsonl
    """
    from monitor.bootstrap import open_database
    from monitor.commands.registry.taking import Rejects
    from monitor.config import read_settings
    from monitor.errors import InputError

    with errors_told():
        settings = read_settings()
        asked = _asked(kind, mapping or [], name, dated)
        place = rejects or settings.data / "rejects" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
        if any(place.exists() and file.exists() and place.samefile(file) for file in files):
            raise InputError("is imported and would be written: give --rejects another name", source=str(place))
        kept = Rejects(place, _teller())
        database = open_database(settings)
        failed = [file for file in files if not _take(database, file, asked, kept, quiet=quiet)]
        kept.close()
        database.close()
        if kept.count:
            columns = ", ".join(f"{column} {count}" for column, count in kept.reasons.most_common(8))
            rows = f"{kept.count:,} {'row' if kept.count == 1 else 'rows'}"
            say(f"{rows} rejected ({columns}); kept in {place}")
    raise typer.Exit(2 if failed or kept.count else 0)


def _asked(kind: str | None, mapping: list[str], name: str | None, dated: datetime | None) -> Asked:
    """What the options say.

    Raises:
        InputError: no such type, or a mapping that is none.
    """
    from monitor.commands.registry.taking import Asked
    from monitor.documents import CertificateType
    from monitor.errors import InputError
    from monitor.registry.records import mapping_of

    kinds = {one: one for one in get_args(CertificateType)}
    if kind is not None and kind not in kinds:
        raise InputError(f"{kind!r} is no type; types are {', '.join(kinds)}", source="--type")
    try:
        return Asked(kinds[kind] if kind else None, mapping_of(mapping), name, dated.date() if dated else None)
    except ValueError as error:
        raise InputError(str(error), source="--map") from error


def _take(database: Database, file: Path, asked: Asked, rejects: Rejects, *, quiet: bool) -> bool:
    """Take one file in and tell what became of it; whether it could be read."""
    from monitor.commands.registry.taking import take_file
    from monitor.errors import InputError
    from monitor.store.imports import Counts

    begun, counts, before = time.monotonic(), Counts(), rejects.count
    try:
        with _progress(file, quiet=quiet) as told:
            for counts in take_file(database, file, asked, rejects, _noter(quiet=quiet)):
                told(counts)
    except InputError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        return False
    if not quiet:
        seconds = time.monotonic() - begun
        say(f"{file}: {summary(counts)}, {rejects.count - before:,} rejected, in {seconds:.1f} s")
    return True


def summary(counts: Counts) -> str:
    """The counts in words."""
    repeated = f", {counts.repeated:,} repeated" if counts.repeated else ""
    return f"{counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged{repeated}"


def _teller() -> Callable[[str], None]:
    """Tells the first rejected rows."""
    told = 0

    def tell(text: str) -> None:
        nonlocal told
        told += 1
        if told <= SHOWN:
            typer.secho(f"rejected: {text}", fg="yellow", err=True)
        elif told == SHOWN + 1:
            say("rejected: more, which stand in the rejects file")

    return tell


def _noter(*, quiet: bool) -> Callable[[str], None]:
    return (lambda _: None) if quiet else say


@contextmanager
def _progress(file: Path, *, quiet: bool) -> Iterator[Callable[[Counts], None]]:
    """A line on standard error that counts, where there is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task(f"{file.name}: reading", total=None)
        yield lambda counts: progress.update(task, description=f"{file.name}: {summary(counts)}")
