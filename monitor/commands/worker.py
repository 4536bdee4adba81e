"""``monitor worker``: scan what waits."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that scan; default one for each core.")
    ] = None,
) -> None:
    """Scan the documents that wait and judge live streams, until Ctrl-C.

    Starts a Celery worker, a dispatcher, which leases batches of documents in the database, sends their ids through the
    broker and brings back what was not done in time, and the processes that judge live streams. Start as many workers on as
    many machines as you like; they share the database (PostgreSQL) and the broker (Redis or RabbitMQ). Rules that change are
    taken by the next batch, if they can be loaded.

    \b
    Examples:
      monitor worker
      monitor worker --concurrency 8
      STEELYARD_DATABASE=postgresql://monitor@db/monitor STEELYARD_BROKER=redis://queue:6379/0 monitor worker
    """
    from monitor.bootstrap import open_database
    from monitor.commands.running import check_rules, run_parts, worker_parts
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings

    with errors_told():
        settings = read_settings()
        rulebook = check_rules(settings)
        open_database(settings).close()
        run_parts(settings, worker_parts(settings, concurrency), rulebook=rulebook)
