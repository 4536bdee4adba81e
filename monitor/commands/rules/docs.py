"""``monitor rules docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from monitor.commands.rules.loading import RULES, RulesOption, fail, read

_OUT = Path("rule-reference")
_MARK = "<!-- made by `monitor rules docs`: changes are lost -->"


def docs(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.", show_default=True)] = _OUT,
    language: Annotated[
        Literal["zh", "en", "both"], typer.Option(help="Chinese pages, English pages, or both.")
    ] = "both",
    rules: RulesOption = RULES,
) -> None:
    """Write a reference page for every rule, and an index by code and by law, from the rules themselves.

    Pages are Markdown, in a folder for each language; pages of rules that are no longer there are removed from it.

    \b
    Examples:
      monitor rules docs
      monitor rules docs --out docs/rules/reference           where `make docs` looks for them
      monitor rules docs --language zh --rules deployments/hangzhou/rules.yaml
    """
    from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS
    from monitor.rules.reference import LANGUAGES, Reference

    rulebook = read(rules).rulebook
    count = 0
    for one in LANGUAGES if language == "both" else (language,):
        pages = dict(Reference(rulebook, one, CATEGORY_LABELS, SEVERITY_LABELS).pages())
        try:
            _write(out / one, pages)
        except OSError as error:
            fail(f"{out / one}: cannot be written: {error.strerror or error}")
        count += len(pages)
    typer.echo(f"{count} pages in {out}", err=True)


def _write(folder: Path, pages: dict[str, str]) -> None:
    """Write the pages; of what else is in the folder only pages that bear the mark of this command are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(f"{text}\n{_MARK}\n", "utf-8")
    for page in folder.glob("*.md"):
        if page.name not in pages and page.read_text("utf-8").rstrip().endswith(_MARK):
            page.unlink()
