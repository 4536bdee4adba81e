"""``monitor registry``: bring certificates in, and ask what is known of one."""

from __future__ import annotations

import typer

from monitor.commands.registry.importing import import_files
from monitor.commands.registry.showing import show, status

app = typer.Typer(
    no_args_is_help=True,
    help="Bring certificates of public registries in, and ask what is known of a number or a holder.",
)
app.command("import")(import_files)
app.command()(show)
app.command()(status)
