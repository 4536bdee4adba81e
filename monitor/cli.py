"""The command line: ``monitor``."""

from __future__ import annotations

import typer

app = typer.Typer(name="monitor", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line."""
    app()
