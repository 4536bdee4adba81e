"""``monitor dashboard``: the Streamlit dashboard."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from monitor.errors import ConfigurationError


def dashboard(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default STEELYARD_DASHBOARD_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; default STEELYARD_DASHBOARD_PORT.")
    ] = None,
) -> None:
    """Start the dashboard: overview, review, streams, complaints, and the public pages.

    It reads the database of the settings, and may run on another machine than the workers if that is PostgreSQL.

    \b
    Examples:
      monitor dashboard
      monitor dashboard --port 8080
      STEELYARD_DATABASE=postgresql://monitor@db/monitor monitor dashboard --host 0.0.0.0
    """
    from monitor.bootstrap import environment, open_database
    from monitor.commands.starting import shown
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings

    with errors_told():
        settings = read_settings()
        settings = settings.model_copy(
            update={
                "dashboard_host": host or settings.dashboard_host,
                "dashboard_port": settings.dashboard_port if port is None else port,
            }
        )
        open_database(settings).close()
        command = streamlit_command(settings.dashboard_host, settings.dashboard_port)
    say(f"dashboard: http://{shown(settings.dashboard_host)}:{settings.dashboard_port}")
    os.execve(sys.executable, [sys.executable, "-m", *command], {**os.environ, **environment(settings)})  # noqa: S606


def streamlit_command(host: str, port: int) -> list[str]:
    """What to run with ``python -m``: no browser, no questions, nothing sent anywhere.

    Raises:
        ConfigurationError: the dashboard is not installed.
    """
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("dashboard")
    for folder in spec.submodule_search_locations or () if spec else ():
        if (app := Path(folder) / "app.py").is_file():
            return [
                "streamlit", "run", str(app),
                "--server.headless", "true",
                "--server.address", host,
                "--server.port", str(port),
                "--server.fileWatcherType", "none",
                "--browser.gatherUsageStats", "false",
            ]  # fmt: skip
    raise ConfigurationError("the dashboard is not part of this installation: install the package `steelyard` again")
