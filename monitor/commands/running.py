"""The parts of a deployment, and running them in the foreground."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from monitor.bootstrap import environment, make_celery
from monitor.commands.dashboard import streamlit_command
from monitor.commands.supervising import Part, Say, Supervisor
from monitor.commands.telling import log_writer, say
from monitor.config import Settings

Meanwhile = Callable[[Supervisor], Coroutine[Any, Any, int]]
"""What to do while the parts run; its result is the exit code, and its end ends them."""


def worker_parts(settings: Settings, concurrency: int | None) -> list[Part]:
    """The Celery worker and its dispatcher.

    Raises:
        ConfigurationError: a broker they could not use.
    """
    make_celery(settings)
    processes = ["--concurrency", str(concurrency or os.cpu_count() or 1)]
    given = environment(settings)
    return [
        Part("worker", ["-m", "monitor.workers", "scan", *processes], given),
        Part("dispatcher", ["-m", "monitor.workers", "dispatch", *processes], given),
    ]


def api_part(settings: Settings) -> Part:
    """The API."""
    return Part("api", ["-c", "from monitor.cli import main; main()", "api"], environment(settings))


def dashboard_part(settings: Settings) -> Part:
    """The dashboard."""
    command = streamlit_command(settings.dashboard_host, settings.dashboard_port)
    return Part("dashboard", ["-m", *command], environment(settings))


def check_rules(settings: Settings) -> None:
    """Fail here and now with what is wrong in the rules, rather than in every worker again and again.

    Raises:
        RuleError: the rulebook cannot be loaded.
    """
    from monitor.rules import load_rulebook
    from monitor.rules.cache import compiled_rulebook

    if settings.cache_folder is None:
        load_rulebook(settings.rules)
    else:
        compiled_rulebook(settings.rules, settings.cache_folder)  # which the worker then finds


def run_parts(parts: Sequence[Part], meanwhile: Meanwhile | None = None, *, told: Say | None = None) -> int:
    """Run until Ctrl-C, or until ``meanwhile`` ends. A second Ctrl-C does not wait for what is under way.

    ``told`` takes what the parts write; None: it is the log.
    """
    supervisor = Supervisor(parts, told or log_writer([part.name for part in parts]))
    return asyncio.run(_run(supervisor, meanwhile))


async def _run(supervisor: Supervisor, meanwhile: Meanwhile | None) -> int:
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(supervisor.run())
    doing = asyncio.create_task(meanwhile(supervisor)) if meanwhile else None

    def interrupted() -> None:
        say("ending: what is under way is finished first; Ctrl-C again does not wait")
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
