"""``monitor status``: how a deployment does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from monitor.commands.supervising import State
    from monitor.config import Settings
    from monitor.store.checks import Health
    from monitor.store.condition import Condition


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One object of JSON, for programs.")] = False,
) -> None:
    """Tell how the deployment of these settings does: queues, leases, rates, the oldest work that waits, versions, the rulebook.

    Asks the database and, where `monitor up` runs on this data folder, how its parts do. Changes nothing.
    Exit code 0: all is well. 1: something is not, and the line says what. 2: the settings are wrong.

    \b
    Examples:
      monitor status
      monitor status --json
      monitor status || systemctl restart steelyard
    """
    from monitor.commands.telling import errors_told
    from monitor.config import read_settings

    with errors_told():
        told = standing(read_settings(), datetime.now(UTC))
    if as_json:
        import msgspec

        typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        _show(told)
    raise typer.Exit(0 if told["well"] else 1)


def standing(settings: Settings, now: datetime) -> dict[str, Any]:
    """What is told, as JSON knows it. ``work`` None: the database did not say.

    Raises:
        ConfigurationError: a database that is none.
    """
    from monitor import __version__
    from monitor.bootstrap import look_at_database
    from monitor.rules.cache import compiled_rulebook
    from monitor.store.checks import health

    engine = look_at_database(settings)
    try:
        found = health(
            engine, lambda: compiled_rulebook(settings.rules, settings.cache_folder).digest, now, settings.lease
        )
    finally:
        engine.dispose()
    checks = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in found.checks]
    parts, running = _parts(settings)
    checks += [{"name": name, "ok": False, "detail": _trouble(part)} for name, part in parts.items() if _is_ill(part)]
    return {
        "well": all(check["ok"] for check in checks),
        "checks": checks,
        "versions": {"steelyard": __version__, "python": sys.version.split()[0], "schema": _detail(found, "schema")},
        "rulebook": _detail(found, "rulebook"),
        "work": _work(found.work, now) if found.work else None,
        "live": {"streams": found.live.streams, "waiting": found.live.waiting} if found.live else None,
        "running": running,
        "parts": {name: _part(state) for name, state in parts.items()},
    }


def _parts(settings: Settings) -> tuple[Mapping[str, State], int | None]:
    """How the parts of `monitor up` do, and its process; nothing and None: it does not run on this data folder."""
    from monitor.commands.starting import holder
    from monitor.commands.watching import read_parts

    process = holder(settings.data)
    return (read_parts(settings) or {} if process else {}), process


def _is_ill(part: State) -> bool:
    return part.keeps_crashing and not part.ready


def _trouble(part: State) -> str:
    return f"keeps crashing: {part.crashes} times in a row, last {part.ended}"


def _part(part: State) -> dict[str, Any]:
    state = "ready" if part.ready else "starting" if part.process else "down"
    return {"state": state, "process": part.process or None, "restarts": part.restarts, "ended": part.ended or None}


def _detail(found: Health, name: str) -> str | None:
    return next((check.detail for check in found.checks if check.name == name and check.ok), None)


def _work(work: Condition, now: datetime) -> dict[str, Any]:
    return {
        "pending": work.pending,
        "due": work.due,
        "leased": work.leased,
        "begun": work.begun,
        "overdue": work.overdue,
        "dead": work.dead,
        "oldest_seconds": round(work.waited(now), 1),
        "finished": work.finished,
        "finished_seconds": work.seconds,
        "per_second": round(work.finished / work.seconds, 2),
        "last_finished": work.last_finished,
        "rulebooks": work.rulebooks,
    }


def _show(told: Mapping[str, Any]) -> None:
    rows = _rows(told)
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        typer.echo(f"{name:<{width}}  {text}")
    for check in told["checks"]:
        if not check["ok"]:
            typer.secho(f"NOT WELL: {check['name']}: {check['detail']}", fg="red")


def _rows(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    versions, work = told["versions"], told["work"]
    rows = [
        ("version", f"{versions['steelyard']}, Python {versions['python']}, tables {versions['schema'] or '?'}"),
        ("rulebook", told["rulebook"] or "?"),
    ]
    if work:
        from monitor.store.condition import MOST

        def count(name: str) -> str:
            return f"{MOST:,} or more" if work[name] >= MOST else f"{work[name]:,}"

        ago = f"last at {work['last_finished']:%Y-%m-%d %H:%M:%S} UTC" if work["last_finished"] else "none ever"
        rows += [
            (
                "waiting",
                f"{count('pending')}, of which due {count('due')}; the oldest for {work['oldest_seconds']:.0f} s",
            ),
            ("leased", f"{count('leased')}, of which begun {count('begun')}; overdue {count('overdue')}"),
            ("dead", count("dead")),
            (
                "finished",
                f"{count('finished')} in {work['finished_seconds'] / 60:.0f} min, {work['per_second']}/s; {ago}",
            ),
        ]
        others = [digest for digest in work["rulebooks"] if digest != told["rulebook"]]
        rows += [("also judged by", ", ".join(digest[:12] for digest in others))] if others else []
    if told["live"] and told["live"]["streams"]:
        rows.append(("on air", f"{told['live']['streams']:,} live streams; {told['live']['waiting']:,} items wait"))
    for name, part in told["parts"].items():
        after = f", last ended by {part['ended']}" if part["ended"] else ""
        rows.append((name, f"{part['state']}, process {part['process'] or '–'}, restarts {part['restarts']}{after}"))
    return rows
