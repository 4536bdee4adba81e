"""``monitor rules schema``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from monitor.commands.rules.loading import fail


def schema(
    name: Annotated[Literal["pack", "rulebook"], typer.Argument(help="Files of rules, or rules.yaml.")] = "pack",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write pack.json and rulebook.json into this folder.")
    ] = None,
) -> None:
    """Print the JSON Schema of the rule language, for editors: completion, and mistakes underlined while they are typed.

    An editor with the YAML language server reads the first line of a file: `# yaml-language-server: $schema=PATH`, from the
    folder of the file. `monitor init` and `monitor rules new` write that line.

    \b
    Examples:
      monitor rules schema rulebook
      monitor rules schema --out schema                       renew the files that `monitor init` wrote
    """
    from monitor.rules.editors import text_of

    if out is None:
        typer.echo(text_of(name), nl=False)
        return
    try:
        write_schemas(out)
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror or error}")


def write_schemas(folder: Path) -> None:
    """Write the schema of every kind of file into a folder, which is made.

    Raises:
        OSError: that cannot be.
    """
    from monitor.rules.editors import FILES, text_of

    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / f"{name}.json").write_text(text_of(name), "utf-8")
