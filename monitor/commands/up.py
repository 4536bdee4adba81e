"""``monitor up``: everything on one machine."""

from __future__ import annotations

from typing import Annotated

import typer


def up(
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that scan; default one for each core.")
    ] = None,
) -> None:
    """Run everything on this machine, until Ctrl-C: worker, dispatcher, streams, schedule, API and dashboard, with one log.

    A part that crashes is started again, after a pause that grows with each crash. Ctrl-C lets each part finish what it is
    at; a second Ctrl-C does not wait. Where a port is taken another one is chosen, and told. One data folder is run once: a
    second start says so. Rules that change are taken by the next batch; what they touch is scanned again.

    \b
    Examples:
      monitor up
      monitor up --concurrency 1
      STEELYARD_DATA=/srv/steelyard STEELYARD_DASHBOARD_PORT=8080 monitor up
    """
    from monitor.bootstrap import open_secret, prepare_database
    from monitor.commands.running import check_rules, every_part, run_parts
    from monitor.commands.starting import only_one, shown, with_free_ports
    from monitor.commands.supervising import ALL
    from monitor.commands.telling import errors_told, log_writer
    from monitor.commands.watching import parts_file
    from monitor.config import read_settings

    with errors_told():
        settings = read_settings()
        with only_one(settings.data):
            rulebook = check_rules(settings)
            prepare_database(settings).close()
            open_secret(settings)
            settings, told = with_free_ports(settings, "api", "dashboard")
            say = log_writer([ALL, "dispatcher"], settings.log)
            for line in told:
                say(ALL, "warning", line)
            say(ALL, "info", f"API        http://{shown(settings.api_host)}:{settings.api_port}")
            say(ALL, "info", f"dashboard  http://{shown(settings.dashboard_host)}:{settings.dashboard_port}")
            say(ALL, "info", "documents  monitor ingest PATH…      end: Ctrl-C")
            parts = every_part(settings, concurrency)
            raise typer.Exit(run_parts(settings, parts, rulebook=rulebook, told=parts_file(settings)))
