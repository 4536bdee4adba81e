"""The command line: ``monitor``."""

from __future__ import annotations

import typer

from monitor.commands import keys, prices, registry, rescan, retention, rules, sweep
from monitor.commands.api import api
from monitor.commands.dashboard import dashboard
from monitor.commands.demo import demo
from monitor.commands.ingest import ingest
from monitor.commands.init import init
from monitor.commands.live import live
from monitor.commands.number import number
from monitor.commands.picture import picture
from monitor.commands.replay import replay
from monitor.commands.scan import scan
from monitor.commands.schedule import schedule
from monitor.commands.status import status
from monitor.commands.train import train
from monitor.commands.up import up
from monitor.commands.worker import worker

app = typer.Typer(
    name="monitor",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Steelyard 公平秤: scan live streams and listings for misleading claims and missing certificates.",
)
_COMMANDS = (
    scan,
    live,
    replay,
    number,
    picture,
    init,
    ingest,
    up,
    status,
    demo,
    worker,
    schedule,
    api,
    dashboard,
    train,
)
for command in _COMMANDS:
    app.command()(command)
app.add_typer(rules.app, name="rules")
app.add_typer(sweep.app, name="sweep")
app.add_typer(prices.app, name="prices")
app.add_typer(registry.app, name="registry")
app.add_typer(rescan.app, name="rescan")
app.add_typer(retention.app, name="retention")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line."""
    app()
