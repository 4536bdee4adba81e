"""``monitor rules problem``."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.rules.loading import fail


def problem(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="The code; none: list them.")] = None,
) -> None:
    """Print what the code of a problem means, a wrong example, and what to do.

    \b
    Examples:
      monitor rules problem                  every code
      monitor rules problem unproven
    """
    import difflib

    pages = {page.name.removesuffix(".md"): page for page in _pages().iterdir() if page.name.endswith(".md")}
    if code is None:
        typer.echo(pages["index"].read_text("utf-8"), nl=False)
        return
    if code not in pages:
        near = difflib.get_close_matches(code, pages, 1)
        fail(
            f"no such code: {code}" + (f"; did you mean {near[0]}?" if near else "; `monitor rules problem` lists them")
        )
    typer.echo(pages[code].read_text("utf-8"), nl=False)


def _pages() -> Traversable:
    """The pages of the manual: beside the rules in an installation, in ``docs/`` of a checkout."""
    installed = resources.files("monitor.rules").joinpath("problems")
    return installed if installed.is_dir() else Path(__file__).parents[3] / "docs" / "rules" / "problems"
