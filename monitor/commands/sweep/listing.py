"""``monitor sweep list``, ``pause`` and ``drop``."""

from __future__ import annotations

from typing import Annotated

import typer

Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the sweep.")]


def show() -> None:
    """The sweeps, the latest first: state, lines, flags so far, where the results go.

    \b
    Examples:
      monitor sweep list
    """
    from datetime import UTC, datetime

    from monitor.bootstrap import open_database
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings
    from monitor.store.sweeps import progress, sweeps

    with errors_told():
        database = open_database(read_settings())
        with database.read() as session:
            for sweep in sweeps(session, datetime.now(UTC)):
                at = progress(session, sweep.id)
                dead = f", {at.dead} shards dead" if at.dead else ""
                typer.echo(
                    f"{sweep.id}\t{sweep.state}{dead}\t{at.lines:,} of {sweep.lines:,} lines\t{at.flags:,} flags\t{sweep.wanted.out}"
                )
        database.close()


def pause(sweep: Number) -> None:
    """Let a sweep stand still: what is under way is finished, nothing more is begun. `monitor sweep --resume ID` goes on.

    \b
    Examples:
      monitor sweep pause 3
    """
    from datetime import UTC, datetime

    from monitor.bootstrap import open_database
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings
    from monitor.store.sweeps import get_sweep
    from monitor.store.sweeps import pause as paused

    with errors_told():
        database = open_database(read_settings())
        with database.write() as session:
            state = get_sweep(session, sweep, datetime.now(UTC)).state
            say(f"sweep {sweep} is {'paused' if paused(session, sweep, datetime.now(UTC)) else state}")
        database.close()


def drop(sweep: Number) -> None:
    """Forget a sweep and take its parts away. Results that are written stay.

    \b
    Examples:
      monitor sweep drop 3
    """
    from datetime import UTC, datetime

    from monitor.bootstrap import open_database
    from monitor.commands.sweep.joining import forget_parts
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings
    from monitor.store.sweeps import drop as dropped
    from monitor.store.sweeps import get_sweep

    with errors_told():
        database = open_database(read_settings())
        with database.write() as session:
            forgotten = get_sweep(session, sweep, datetime.now(UTC))
            dropped(session, sweep)
        forget_parts(forgotten)
        database.close()
        say(f"sweep {sweep} is forgotten")
