"""The rulebook of a command: read, or the reasons why not and exit code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

if TYPE_CHECKING:
    from monitor.rules.reading import Reading

RulesOption = Annotated[Path, typer.Option("--rules", help="The rulebook.", show_default=True)]
RULES: Final = Path("rules.yaml")
FAILED: Final = 2


def read(path: Path) -> Reading:
    """The rulebook with its files; problems end the command."""
    from monitor.errors import RuleError
    from monitor.rules.load import read_rulebook

    try:
        return read_rulebook(path)
    except RuleError as error:
        fail(str(error))


def refuse_unknown(names: Iterable[str], reading: Reading) -> None:
    """End the command where a rule is named that is not there; near names are told."""
    for name in names:
        if name not in reading.rulebook.loaded:
            near = difflib.get_close_matches(name, reading.rulebook.loaded, 3)
            fail(f"no such rule: {name}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def fail(reason: str) -> NoReturn:
    """Tell why and end with exit code 2."""
    typer.secho(reason, fg="red", err=True)
    raise typer.Exit(FAILED)
