"""``monitor demo``: the samples, the whole way, in a data folder of their own."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.errors import ConfigurationError

if TYPE_CHECKING:
    from monitor.config import Settings

SAMPLES_DAY: Final = date(2026, 11, 20)
"""The day whose law applies to samples without a day of their own."""


def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Print what was found, verify that the dashboard answers, and end.")
    ] = False,
    samples: Annotated[Path, typer.Option(help="Folder of documents, certificates.jsonl and complaints.jsonl.")] = Path(
        "samples"
    ),
) -> None:
    """Show the whole way: samples are kept, scanned by a Celery worker, and reviewed in the dashboard, until Ctrl-C.

    Begins anew each time, in the folder `demo` of the data folder, with SQLite and a broker made of files; your own data are
    not touched. With --check: exit code 0 if every document was scanned and the dashboard answers, else 1.

    \b
    Examples:
      monitor demo
      monitor demo --check
      monitor demo --samples my/inspection
    """
    from monitor.bootstrap import open_database, open_secret
    from monitor.commands.running import dashboard_part, run_parts, scanning_parts, worker_parts
    from monitor.commands.showing import Show
    from monitor.commands.starting import only_one, with_free_ports
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings

    with errors_told():
        settings = demo_settings(read_settings(), samples)
        with only_one(settings.data):
            clear(settings.data)
            settings, told = with_free_ports(settings, "dashboard")
            for line in told:
                say(line)
            show = Show(open_database(settings), open_secret(settings), settings, samples)
            show.keep()
            workers = scanning_parts if check else worker_parts
            parts = [*workers(settings, None), dashboard_part(settings)]
            code = run_parts(settings, parts, show.check if check else show.stay)
            show.tell_verdict()
            raise typer.Exit(code)


def demo_settings(settings: Settings, samples: Path) -> Settings:
    """Those of the deployment, but with a folder, a database and a broker of its own, and the samples' registry and day.

    Raises:
        ConfigurationError: there is no such folder of samples.
        RuleError: the rulebook cannot be loaded.
    """
    from monitor.bootstrap import starting_rules
    from monitor.commands.running import check_rules

    if not samples.is_dir():
        raise ConfigurationError(
            f"{samples}: no such folder; name the one with the samples: monitor demo --samples PATH"
        )
    registry = samples / "certificates.jsonl"
    changes = {
        "data": settings.data / "demo",
        "database": "",
        "broker": "",
        "rules": settings.rules if settings.rules.is_file() else Path(str(starting_rules())),
        "registry": str(registry) if registry.is_file() else "off",
        "as_of": SAMPLES_DAY,
        "metrics_host": "",
    }
    settings = settings.model_copy(update=changes)
    check_rules(settings)
    return settings


def clear(folder: Path) -> None:
    """Take away the database and the broker's messages of an earlier demo."""
    for file in folder.glob("steelyard.sqlite*"):
        file.unlink()
    shutil.rmtree(folder / "broker", ignore_errors=True)
