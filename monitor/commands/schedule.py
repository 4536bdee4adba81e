"""``monitor schedule``: sends what falls due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from monitor.config import Settings


def schedule(
    listed: Annotated[bool, typer.Option("--list", help="List the jobs and what came of them, and end.")] = False,
    now: Annotated[str | None, typer.Option(metavar="JOB", help="Do one job here and now, and end.")] = None,
) -> None:
    """Send the jobs that fall due to the workers, until Ctrl-C: Celery beat, of which one in a deployment sends.

    Start it on as many machines as you like: the one that holds the lease in the database sends, the others stand by, and one of them
    takes over within seconds when it dies. Jobs: leases (lapsed leases), rulebook, registry, days (what a change touches is scanned
    again), degraded (registries that answer again), deadlines (complaints), retention (counted; removed only if the settings say so).

    \b
    Examples:
      monitor schedule
      monitor schedule --list
      monitor schedule --now retention
    """
    from monitor.bootstrap import open_database
    from monitor.commands.running import run_parts, schedule_part
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings

    with errors_told():
        settings = read_settings()
        if now is not None:
            _do(settings, now)
        elif listed:
            _list(settings)
        else:
            open_database(settings).close()
            run_parts(settings, [schedule_part(settings)])


def _do(settings: Settings, name: str) -> None:
    from monitor.bootstrap import load_scanner, open_database
    from monitor.commands.telling import say
    from monitor.errors import NotFound
    from monitor.workers.duties import do
    from monitor.workers.jobs import JOBS, Duty

    if name not in JOBS:
        raise NotFound(f"there is no job {name}; there are {', '.join(JOBS)}")
    database = open_database(settings)
    duty = Duty(database, settings, lambda: datetime.now(UTC), lambda: load_scanner(settings))
    outcome = do(name, duty, lambda _: None)
    say(f"{name}: {'it is under way elsewhere' if outcome is None else outcome or 'nothing to do'}")
    database.close()


def _list(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from monitor.bootstrap import open_database
    from monitor.store.schedules import Job, holder_of, jobs
    from monitor.workers.jobs import JOBS

    database = open_database(settings)
    with database.read() as session:
        known = {job.name: job for job in jobs(session)}
        holder = holder_of(session, "beat", datetime.now(UTC))
    database.close()
    table = Table("job", "every", "last", "outcome", box=None)
    for name, job in JOBS.items():
        last: Job | None = known.get(name)
        ended = f"{last.finished_at:%Y-%m-%d %H:%M:%S}Z" if last and last.finished_at else "never"
        outcome = f"{'FAILED: ' if last.failed else ''}{last.outcome or 'nothing to do'}" if last else ""
        table.add_row(name, str(job.every), ended, Text(outcome))
    Console().print(table)
    typer.echo(f"sends: {holder or 'nobody; `monitor schedule` or `monitor up` starts it'}", err=True)
