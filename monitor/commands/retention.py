"""``monitor retention``: what is past its term, and legal holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.telling import errors_told, say

if TYPE_CHECKING:
    from monitor.store.retention import Removed

By = Annotated[str, typer.Option("--by", help="Who does it; it is written into the audit.")]

app = typer.Typer(invoke_without_command=True, help="Remove what is past its term, and hold what must be kept.")


@app.callback()
def retention(
    context: typer.Context,
    run: Annotated[bool, typer.Option("--run", help="Remove it; without it, only tell.")] = False,
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind; several times for several.")
    ] = None,
    by: By = "",
    proof: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append what was hashed: one line for each record removed.")
    ] = None,
) -> None:
    """Tell what is past its term, by kind; remove it with --run.

    A document goes revision by revision with its flags and decisions; the term runs from when it came, and from the last decision. What
    is held, open or waiting stays. Each transaction removes at most 200 records and writes an audit row with the counts and a SHA-256
    over what it removed. Terms are settings: STEELYARD_KEEP_STREAMS and so on.
    Exit code 0: nothing is due, or it is removed. 1: something is due.

    \b
    Examples:
      monitor retention
      monitor retention --kind complaints --run --by wang
      monitor retention --run --by wang --proof removed-2026.txt
    """
    if context.invoked_subcommand is not None:
        return
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.errors import Refused
    from monitor.store.retention import KINDS, due, held, remove
    from monitor.store.terms import terms_of

    with errors_told():
        settings, now, total = read_settings(), datetime.now(UTC), 0
        unknown = sorted(set(kinds or ()) - KINDS.keys())
        if unknown:
            raise Refused(f"there is no kind {', '.join(unknown)}; there are {', '.join(KINDS)}", field="--kind")
        if run and not by.strip():
            raise Refused("say who removes it: it is written into the audit", field="--by")
        database = open_database(settings)
        for kind, before in terms_of(settings.keep, now).items():
            if kinds and kind not in kinds:
                continue
            with database.read() as session:
                count, kept = due(session, kind, before), held(session, kind, before)
            total += count
            say(f"{kind:<11} {count:>8} past their term, before {before:%Y-%m-%d}" + (f"; {kept} held" if kept else ""))
            if run:
                _tell(remove(database, kind, before, by.strip(), lambda: datetime.now(UTC)), proof)
        database.close()
        if total and not run:
            say("--run removes them")
    raise typer.Exit(1 if total and not run else 0)


@app.command()
def hold(
    reason: Annotated[str, typer.Option(help="Why it must be kept.")],
    by: By,
    document: Annotated[str, typer.Option(help="The id of a document on its platform.")] = "",
    platform: Annotated[str, typer.Option(help="Its platform.")] = "",
    complaint: Annotated[int | None, typer.Option(help="The number of a complaint.")] = None,
) -> None:
    """Keep a document or a complaint whatever its term, until it is released.

    \b
    Examples:
      monitor retention hold --document T-1 --platform douyin --reason "court case 123" --by wang
      monitor retention hold --complaint 17 --reason "court case 123" --by wang
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.errors import Refused
    from monitor.store.holds import hold_complaint, hold_document

    with errors_told():
        if bool(document) == (complaint is not None):
            raise Refused("give a document or a complaint", field="--document")
        if not reason.strip() or not by.strip():
            raise Refused("say why, and who holds it", field="--reason")
        with open_database(read_settings()).write() as session:
            number = (
                hold_complaint(session, complaint, reason, by, datetime.now(UTC))
                if complaint is not None
                else hold_document(session, platform, document, reason, by, datetime.now(UTC))
            )
    say(f"hold {number}")


@app.command()
def release(number: Annotated[int, typer.Argument(help="Number of the hold.")], by: By) -> None:
    """End a hold.

    \b
    Examples:
      monitor retention release 3 --by wang
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.store.holds import release_hold

    with errors_told(), open_database(read_settings()).write() as session:
        release_hold(session, number, by, datetime.now(UTC))
    say(f"hold {number} is released")


@app.command("holds")
def list_holds() -> None:
    """List the holds in force.

    \b
    Examples:
      monitor retention holds
    """
    from monitor.bootstrap import open_database
    from monitor.config import read_settings
    from monitor.formats.passage import visible
    from monitor.store.holds import holds

    with errors_told(), open_database(read_settings()).read() as session:
        for one in holds(session):
            typer.echo(
                f"{one.id}\t{visible(one.what)}\t{one.held_at:%Y-%m-%d}\t{visible(one.held_by)}\t{visible(one.reason)}"
            )


def _tell(removed: list[Removed], proof: Path | None) -> None:
    rows: dict[str, int] = {}
    for one in removed:
        for table, count in one.rows.items():
            rows[table] = rows.get(table, 0) + count
    if removed:
        told = ", ".join(f"{count} {table}" for table, count in rows.items())
        say(f"            removed: {told}, {len(removed)} transactions")
    if proof is not None and removed:
        with proof.open("a", encoding="utf-8") as file:
            for one in removed:
                file.write(f"# {one.kind} sha256 {one.sha256}\n")
                file.writelines(f"{line}\n" for line in one.lines)
