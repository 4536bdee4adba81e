"""``monitor rescan``: what a change touches is scanned again, and what flips is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from monitor.config import Settings
    from monitor.store.flips import Flip
    from monitor.store.rescans import Rescan
    from monitor.workers.looks import Found

Format = Annotated[Literal["table", "jsonl"], typer.Option("--format", help="How to print it.")]

app = typer.Typer(
    invoke_without_command=True, help="Scan again what a change of rules, registry or day touches, and list what flips."
)


@app.callback()
def rescan(
    context: typer.Context,
    run: Annotated[bool, typer.Option("--run", help="Mark it to be scanned; without it, only tell.")] = False,
    rules: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="What this rule can concern; several times for several."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Of --all or --rule, only what came since this day.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything, whatever changed.")] = False,
) -> None:
    """Tell what is to be scanned again and why, or have it done with --run.

    Without --rule and --all it looks for what changed: rules that were added, edited or removed since something was scanned; imported
    certificates; days that came on which a certificate ends or a rule begins or ends; registries that did not answer. The schedule
    (`monitor schedule`) makes the same looks by itself. Workers scan again after everything that was never scanned.

    Flags are never changed. What is no longer found stays with its rulebook and leaves the queue; `monitor rescan flips` lists both.
    Exit code 0: nothing is touched, or it is marked. 1: something would be touched.

    \b
    Examples:
      monitor rescan                              what would be scanned again, and why
      monitor rescan --run                        do it
      monitor rescan --rule cn.ad.absolute --run  what one rule can concern
      monitor rescan --all --since 2026-11-01     after an upgrade of the program
    """
    if context.invoked_subcommand is not None:
        return
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.rescans import count_touched
    from monitor.workers.looks import follow

    with errors_told():
        settings, now = read_settings(), datetime.now(UTC)
        database = open_database(settings)
        with database.read() as session:
            found = list(_found(session, settings, now, rules or [], since, everything=everything))
            counts = [(touched.cause, count_touched(session, touched)) for one in found for touched in one.touched]
        for cause, count in counts:
            if count:
                say(f"{count:>8} documents  {cause.reason}: {cause.detail or 'as asked'}")
        total = sum(count for _, count in counts)
        if run:
            runs = [number for one in found for number in follow(database, one, lambda: datetime.now(UTC), now)]
            say(f"{total} documents wait to be scanned again, {len(runs)} runs; `monitor rescan list` follows them")
        else:
            say(f"{total} documents would be scanned again{'; --run does it' if total else ''}")
        database.close()
    raise typer.Exit(1 if total and not run else 0)


def _found(
    session: Session,
    settings: Settings,
    now: datetime,
    rules: Sequence[str],
    since: datetime | None,
    *,
    everything: bool,
) -> Iterator[Found]:
    """What is asked for, or else what the looks find."""
    from monitor.bootstrap import load_scanner, registry_digest
    from monitor.documents import CHINA
    from monitor.workers import looks

    scanner = load_scanner(settings)
    marks = looks.known_rules(scanner)
    if rules or everything:
        moment = since.replace(tzinfo=CHINA) if since else None
        yield looks.asked_for(marks, rules, moment, scanner.digest)
        return
    settle = timedelta(seconds=settings.lease)
    yield from looks.look_at_rulebook(session, scanner)
    yield looks.look_at_imports(session, now, settle, at_once=True)
    yield looks.look_at_files(session, registry_digest(settings), now)
    yield looks.look_at_days(session, marks, now, settle, timedelta(days=settings.on_sale))
    yield looks.look_at_degraded(session, now)


@app.command("list")
def list_runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the latest first.")] = 20,
    output_format: Format = "table",
) -> None:
    """List the runs: why, how many documents they touch, how far they are, and what appeared and disappeared.

    \b
    Examples:
      monitor rescan list
      monitor rescan list --format jsonl
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.rescans import rescans

    with errors_told(), open_database(read_settings()).read() as session:
        found = rescans(session, limit)
    if output_format == "jsonl":
        _lines(found)
    else:
        _print_runs(found)


@app.command()
def flips(
    run: Annotated[int | None, typer.Option("--run", help="Only those of this run.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the latest first.")] = 100,
    output_format: Format = "table",
) -> None:
    """List what flipped: findings that appeared, and flags that are no longer found.

    \b
    Examples:
      monitor rescan flips
      monitor rescan flips --run 3 --format jsonl
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.flips import flips as listed

    with errors_told(), open_database(read_settings()).read() as session:
        found = listed(session, run=run, limit=limit)
    if output_format == "jsonl":
        _lines(found)
    else:
        _print_flips(found)


@app.command()
def pause(run: Annotated[int, typer.Argument(help="Number of the run.")]) -> None:
    """Let a run rest; batches that are under way are finished.

    \b
    Examples:
      monitor rescan pause 3
    """
    _pause(run, paused=True)


@app.command()
def resume(run: Annotated[int, typer.Argument(help="Number of the run.")]) -> None:
    """Let a run go on.

    \b
    Examples:
      monitor rescan resume 3
    """
    _pause(run, paused=False)


def _pause(run: int, *, paused: bool) -> None:
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.rescans import pause as let_rest

    with errors_told(), open_database(read_settings()).write() as session:
        let_rest(session, run, datetime.now(UTC) if paused else None)
    say(f"run {run} {'rests' if paused else 'goes on'}")


def _lines(found: Sequence[Flip] | Sequence[Rescan]) -> None:
    import msgspec

    for one in found:
        typer.echo(msgspec.json.encode(one).decode())


def _print_runs(found: Sequence[Rescan]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("run", "why", "touched", "done", "waiting", "dead", "+", "-", "state", box=None)
    for run in found:
        state = "finished" if run.finished_at else "rests" if run.paused_at else "under way"
        counts = map(str, (run.touched, run.done, run.waiting, run.dead, run.appeared, run.disappeared))
        table.add_row(str(run.id), Text(f"{run.reason} {run.detail}".strip()), *counts, state)
    Console().print(table)


def _print_flips(found: Sequence[Flip]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from monitor.formats.passage import visible

    table = Table("", "rule", "words", "document", "flag", "run", "rulebook", box=None)
    for flip in found:
        sign = "+" if flip.what == "appeared" else "-"
        words, name = visible(flip.words[:40]), visible(f"{flip.platform}/{flip.external_id}")
        table.add_row(sign, flip.rule, Text(words), Text(name), str(flip.flag), str(flip.rescan), flip.rulebook[:12])
    Console().print(table)
