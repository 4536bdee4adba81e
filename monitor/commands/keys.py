"""``monitor keys``: who may ask the API what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.commands.telling import errors_told, say

_MAY = "What it may do: check, ingest, read, registry, admin; give it more than once."

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    capability: Annotated[list[str], typer.Option("--capability", "-c", help=_MAY)],
) -> None:
    """Make a key and print it, once: only its hash is stored.

    \b
    Examples:
      monitor keys new shop --capability check
      monitor keys new platform -c check -c ingest -c read
    """
    from monitor.bootstrap import open_database
    from monitor.cases import new_key
    from monitor.config import read_settings

    with errors_told(), open_database(read_settings()).write() as session:
        key = new_key(session, name, capability, datetime.now(UTC))
    say(f"key of {name}: {', '.join(capability)}. It is not shown again.")
    typer.echo(key)


@app.command("list")
def list_keys() -> None:
    """List the keys: name, capabilities, since when, revoked when. The keys themselves are not stored."""
    from rich.console import Console
    from rich.table import Table

    from monitor import cases
    from monitor.bootstrap import open_database
    from monitor.config import read_settings

    with errors_told(), open_database(read_settings()).read() as session:
        keys = cases.list_keys(session)
    table = Table("name", "may", "since", "revoked", box=None)
    for key in keys:
        revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
        table.add_row(key.name, ", ".join(key.capabilities), f"{key.created_at:%Y-%m-%d %H:%M}", revoked)
    Console().print(table)


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="Whose key.")]) -> None:
    """Revoke a key: from now on it is refused.

    \b
    Example:
      monitor keys revoke shop
    """
    from monitor import cases
    from monitor.bootstrap import open_database
    from monitor.config import read_settings

    with errors_told(), open_database(read_settings()).write() as session:
        cases.revoke(session, name, datetime.now(UTC))
    say(f"the key of {name} is revoked")
