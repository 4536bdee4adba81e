"""The command line: ``monitor``."""

from __future__ import annotations

import typer

from monitor.commands import rules
from monitor.commands.scan import scan

app = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Steelyard 公平秤: scan live streams and listings for misleading claims and missing certificates.",
)
app.command()(scan)
app.add_typer(rules.app, name="rules")


def main() -> None:
    """Run the command line."""
    app()
