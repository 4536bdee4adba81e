"""The parts of a deployment, and running them in the foreground."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.bootstrap import environment, make_celery
from monitor.commands.dashboard import streamlit_command
from monitor.commands.starting import shown
from monitor.commands.supervising import ALL, Part, Say, Supervisor
from monitor.commands.telling import log_writer
from monitor.commands.watching import watched
from monitor.config import Settings

Meanwhile = Callable[[Supervisor], Coroutine[Any, Any, int]]
"""What to do while the parts run; its result is the exit code, and its end ends them."""


def every_part(settings: Settings, concurrency: int | None) -> list[Part]:
    """What ``monitor up`` runs. A part without a ``url`` logs the event ``ready`` when it is."""
    parts = [*worker_parts(settings, concurrency), schedule_part(settings)]
    return [*parts, api_part(settings), dashboard_part(settings)]


def worker_parts(settings: Settings, concurrency: int | None) -> list[Part]:
    """:func:`scanning_parts`, and the processes that judge live streams: one for two cores.

    Raises:
        ConfigurationError: a broker they could not use.
    """
    given, judges = environment(settings), max(1, (concurrency or os.cpu_count() or 1) // 2)
    return [
        *scanning_parts(settings, concurrency),
        *(
            Part("streams" if number == 1 else f"streams-{number}", ["-m", "monitor.workers", "streams"], given)
            for number in range(1, judges + 1)
        ),
    ]


def scanning_parts(settings: Settings, concurrency: int | None) -> list[Part]:
    """The Celery worker and its dispatcher.

    Raises:
        ConfigurationError: a broker they could not use.
    """
    make_celery(settings)
    given, processes = environment(settings), ["--concurrency", str(concurrency or os.cpu_count() or 1)]
    return [
        Part("worker", ["-m", "monitor.workers", "scan", *processes], given),
        Part("dispatcher", ["-m", "monitor.workers", "dispatch", *processes], given),
    ]


def schedule_part(settings: Settings) -> Part:
    """Celery beat, which sends if no other of the deployment does."""
    make_celery(settings)
    return Part("schedule", ["-m", "monitor.workers", "schedule"], environment(settings))


def api_part(settings: Settings) -> Part:
    """The API."""
    url = f"http://{shown(settings.api_host)}:{settings.api_port}/health/ready"
    return Part("api", ["-c", "from monitor.cli import main; main()", "api"], environment(settings), url)


def dashboard_part(settings: Settings) -> Part:
    """The dashboard."""
    command = streamlit_command(settings.dashboard_host, settings.dashboard_port)
    url = f"http://{shown(settings.dashboard_host)}:{settings.dashboard_port}/_stcore/health"
    return Part("dashboard", ["-m", *command], environment(settings), url)


def check_rules(settings: Settings) -> str:
    """The digest of the rules; what is wrong in them fails here and now, rather than in every worker again and again.

    Raises:
        RuleError: the rulebook cannot be loaded.
    """
    from monitor.rules import load_rulebook
    from monitor.rules.cache import compiled_rulebook

    if settings.cache_folder is None:
        return load_rulebook(settings.rules).digest
    return compiled_rulebook(settings.rules, settings.cache_folder).digest  # which the worker then finds


def run_parts(
    settings: Settings,
    parts: Sequence[Part],
    meanwhile: Meanwhile | None = None,
    *,
    rulebook: str = "",
    told: Path | None = None,
    say: Say | None = None,
) -> int:
    """Run until Ctrl-C, or until ``meanwhile`` ends. A second Ctrl-C does not wait for what is under way.

    The parts count into the metrics that are served meanwhile, and log as JSON, which is shown here as the settings say.
    How they do is kept in the file ``told``. ``say`` takes what they write; None: it is the log.
    """
    say = say or log_writer([ALL, *(part.name for part in parts)], settings.log)
    with watched(settings, rulebook, say, told) as watch:
        ours = {"STEELYARD_LOG": "json", "STEELYARD_METRICS_HOST": "", **watch.environment}
        parts = [replace(part, environment={**part.environment, **ours}) for part in parts]
        supervisor = Supervisor(parts, say, changed=watch.changed)
        return asyncio.run(_run(supervisor, say, meanwhile))


async def _run(supervisor: Supervisor, say: Say, meanwhile: Meanwhile | None) -> int:
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(supervisor.run())
    doing = asyncio.create_task(meanwhile(supervisor)) if meanwhile else None

    def interrupted() -> None:
        say(ALL, "info", "ending: what is under way is finished first; Ctrl-C again does not wait")
        if doing:
            doing.cancel()
        supervisor.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted)
    if doing is None:
        await running
        return 0
    try:
        return await doing
    except asyncio.CancelledError:
        return 0
    finally:
        if not supervisor.ending:
            supervisor.end()
        await running
