"""``monitor rules profile``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from monitor.commands.rules.corpus import (
    Corpus,
    CorpusArgument,
    DayOption,
    LimitOption,
    LinesOption,
    QuietOption,
    RegistryOption,
    day_of,
    registry_of,
)
from monitor.commands.rules.loading import FAILED, RULES, RulesOption, fail, read

if TYPE_CHECKING:
    from monitor.commands.rules.measuring import TimedScanner

_PIPED: Final = 160
"""Columns of a table that is not shown on a terminal."""


def profile(
    corpus: CorpusArgument,
    rules: RulesOption = RULES,
    top: Annotated[int, typer.Option("--top", min=1, help="Rules to show.")] = 20,
    lines: LinesOption = False,
    limit: LimitOption = None,
    as_of: DayOption = None,
    registry: RegistryOption = None,
    output_format: Annotated[Literal["table", "jsonl"], typer.Option("--format", help="How to print.")] = "table",
    quiet: QuietOption = False,
) -> None:
    """Scan a corpus and name the costliest rules: their time, and what they looked at, found, flagged and excused.

    A candidate is a document that holds the words a rule needs. Many candidates and few matches: its rarest phrase is common.
    Many matches and few flags: its exceptions do its work. What rules share, such as a sentence cut into words, is paid by
    the first that asks.

    Exit code 0: measured. 2: the rules or some documents could not be read.

    \b
    Examples:
      monitor rules profile samples
      monitor rules profile listings.jsonl --limit 10000 --top 5
      monitor rules profile sentences.txt --lines             every line a listing
      monitor rules profile samples --format jsonl            every rule, one line each, for programs
    """
    from monitor.commands.rules.measuring import TimedScanner
    from monitor.errors import InputError

    scanner = TimedScanner(read(rules).rulebook, registry_of(registry))
    documents = Corpus(corpus, lines, limit, quiet)
    try:
        for _ in scanner.measure(documents, day_of(as_of)):
            pass
    except InputError as error:
        fail(str(error))
    if not scanner.documents:
        fail("nothing was measured: the corpus holds no documents that can be read")
    if output_format == "jsonl":
        _lines(scanner)
    else:
        _table(scanner, top)
    raise typer.Exit(FAILED if documents.errors else 0)


def _table(scanner: TimedScanner, top: int) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    spent = scanner.spent
    names = list(spent)[:top]
    widest = max((len(name) for name in names), default=0)
    figures = ("ms", "share", "candidates", "matches", "flags", "excused", "unknown")
    columns = [Column(name, justify="right", no_wrap=name in {"ms", "share"}) for name in figures]
    table = Table(Column("rule", no_wrap=True, min_width=widest), *columns, box=None, padding=(0, 1, 0, 0))
    for name in names:
        one = spent[name]
        counts = (one.candidates, one.matches, one.flags, one.excused, one.unknown)
        table.add_row(name, *_time(one.seconds, scanner), *map(str, counts))
    rest = scanner.seconds - sum(one.seconds for one in spent.values())
    table.add_row("(reading texts and finding phrases)", *_time(rest, scanner))
    Console(width=None if sys.stdout.isatty() else _PIPED).print(table)
    speed = scanner.documents / scanner.seconds if scanner.seconds else 0.0
    said = f"{scanner.documents} documents in {scanner.seconds:.2f} s, {speed:.0f}/s; {len(spent)} rules"
    typer.echo(said, err=True)


def _time(seconds: float, scanner: TimedScanner) -> tuple[str, str]:
    return f"{seconds * 1000:.1f}", f"{seconds / scanner.seconds:.1%}" if scanner.seconds else "–"


def _lines(scanner: TimedScanner) -> None:
    """One line a rule, the costliest first; ``share`` is of the time of the whole scan."""
    import msgspec

    for name, one in scanner.spent.items():
        line = {
            "rule": name,
            "seconds": round(one.seconds, 6),
            "share": round(one.seconds / scanner.seconds, 6) if scanner.seconds else 0.0,
            "candidates": one.candidates,
            "matches": one.matches,
            "flags": one.flags,
            "excused": one.excused,
            "unknown": one.unknown,
        }
        typer.echo(msgspec.json.encode(line).decode())
