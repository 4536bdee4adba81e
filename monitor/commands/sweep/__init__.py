"""``monitor sweep``: files of millions of lines, scanned by the workers of a deployment."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperGroup

from monitor.commands.sweep.listing import drop, pause, show
from monitor.commands.sweep.start import start

_FIRST: Final = "start"


class _Sweeping(TyperGroup):
    """``monitor sweep URL…`` is ``monitor sweep start URL…``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in its place where none is named."""
        named = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        return super().parse_args(ctx, args if named else [_FIRST, *args])


app = typer.Typer(
    cls=_Sweeping,
    no_args_is_help=True,
    help="Scan files of millions of lines with the workers of a deployment. `monitor sweep URL… --out URL` begins one.",
)
app.command(_FIRST)(start)
app.command("list")(show)
app.command()(pause)
app.command()(drop)
