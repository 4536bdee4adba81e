"""What the commands say, and how: results on standard output, everything else on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import typer

_COLOURS: Final = ("cyan", "green", "magenta", "yellow", "blue")


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


def log_writer(names: Sequence[str]) -> Callable[[str, str], None]:
    """A function that writes a line of a part under its name, one colour a part."""
    width = max(map(len, names), default=0)
    colours = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}

    def write(name: str, line: str) -> None:
        typer.echo(typer.style(f"{name:<{width}} │ ", fg=colours.get(name)) + line, err=True)

    return write
