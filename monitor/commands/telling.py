"""What the commands say, and how: results on standard output, everything else on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import typer

_COLOURS: Final = ("cyan", "green", "magenta", "blue", "white")
_WEIGHTS: Final = {"warning": "yellow", "error": "red", "critical": "red"}


@contextmanager
def errors_told() -> Iterator[None]:
    """An error of this program ends the command with exit code 2 and its message, without a trace."""
    from monitor.errors import SteelyardError

    try:
        yield
    except SteelyardError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(2) from error


def say(text: str) -> None:
    """One line for the person at the terminal."""
    typer.echo(text, err=True)


def log_writer(names: Sequence[str], style: str = "console") -> Callable[[str, str, str], None]:
    """A function that writes a line of a part: its name, a level and what is told of it; no level: the line is the part's own.

    For people, one colour a part; or as JSON. What a part writes that is no event of a log is told at level info.
    """
    from monitor.logs import clock_of, parsed, readable, written

    width = max(map(len, names), default=0)
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}

    def write(name: str, level: str, line: str) -> None:
        event = (None if level else parsed(line)) or {"level": level or "info", "event": line}
        event = {"at": datetime.now(UTC).isoformat(), **event, "part": name}
        if style == "json":
            typer.echo(written(event), err=True)
            return
        text = readable(event)
        mark = f"{clock_of(event)} {name:<{width}} │ "
        typer.echo(
            typer.style(mark, fg=colours.get(name)) + typer.style(text, fg=_WEIGHTS.get(event["level"])), err=True
        )

    return write
