"""``monitor init``: everything a deployment needs before it starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

_ENV = Path(".env")
_SCHEMA = "schema"
"""The folder beside rules.yaml that holds the schema of rule files, for editors."""


def init() -> None:
    """Make what a deployment needs, where it is missing: data folder, database, secret key, rules.yaml, .env.

    Beside a rules.yaml that it writes it puts the schema of the rule language, which editors read.

    Brings the tables of a database that is there up to date, and changes nothing else that is there. Safe to run again.

    \b
    Examples:
      monitor init
      STEELYARD_DATA=/srv/steelyard monitor init
      STEELYARD_DATABASE=postgresql://monitor@db/monitor monitor init
    """
    from monitor.bootstrap import open_secret, prepare_database
    from monitor.commands.telling import errors_told, say
    from monitor.config import read_settings

    with errors_told():
        settings = read_settings()
        database = prepare_database(settings)
        say(f"database   {database.engine.url.render_as_string()}")
        database.close()
        open_secret(settings)
        say(f"secret     {'STEELYARD_SECRET' if settings.secret else settings.data / 'secret.key'}: keep a copy of it")
        was_there = settings.rules.exists()
        say(f"rules      {settings.rules}{_written(settings.rules, _rules)}")
        if not was_there:
            _schemas(settings.rules.parent / _SCHEMA)
        say(f"settings   {_ENV}{_written(_ENV, _environment_file)}")
        say("next: `monitor up`, then `monitor ingest PATH…`")


def _written(path: Path, content: Callable[[], str]) -> str:
    """Write a file that is not there; what happened."""
    from monitor.errors import ConfigurationError

    if path.exists():
        return ": was there"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600 if path == _ENV else 0o666)  # it may come to hold a key
        path.write_text(content(), "utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from error
    return ": written"


def _rules() -> str:
    from monitor.bootstrap import starting_rules

    text = starting_rules().read_text("utf-8")
    return text.replace("$schema=docs/rules/schema/", f"$schema={_SCHEMA}/", 1)  # there the schema lies beside it


def _schemas(folder: Path) -> None:
    from monitor.commands.rules.schema import write_schemas
    from monitor.errors import ConfigurationError

    try:
        write_schemas(folder)
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be written: {error.strerror}") from error


def _environment_file() -> str:
    """Every setting with its default, commented out."""
    from monitor.config import Settings

    lines = ["# Settings of Steelyard; the environment wins over this file. Take the # away to set one.", ""]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else field.default
        lines += [f"# {field.description}", f"# STEELYARD_{name.upper()}={default}", ""]
    return "\n".join(lines)
