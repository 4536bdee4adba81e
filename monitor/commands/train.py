"""``monitor train``: the claim model, made from rule examples and labelled cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.telling import errors_told, say


def train(
    cases: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Labelled documents (.jsonl) and minimal pairs (.tsv).",
            metavar="FILE…",
            show_default="all of tests/data",
        ),
    ] = None,
    rules: Annotated[Path, typer.Option(help="The rulebook whose examples and vocabularies are learnt from.")] = Path(
        "rules.yaml"
    ),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the model.", show_default="the shipped one")
    ] = None,
    ordinary: Annotated[
        list[Path] | None, typer.Option(help="Also learn from lines of text in which nobody breaks the law.")
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Print figures by code as a table; write no model.")] = False,
) -> None:
    """Train the claim model, from a checkout of the project.

    It learns the codes from sentences: the words that carry a violation in labelled documents, the examples of rules, and everything
    else in them as lawful. Lines whose `part` is held-out are never read. A labelled document is a line with `id`, `document`, `expect`
    (codes), `accept` and `evidence` (code to exact words), as in tests/data/cases.jsonl. A line of minimal pairs is a code, a claim and
    its lawful twin, with tabs between.

    First each document is judged by a model trained without it: from these figures comes, for each code, the probability above which 95
    of 100 documents deserve it; a code that has none raises no flags. Then a model of everything is written: a spaCy pipeline, the table
    that the engine reads, and claims.json with thresholds and the SHA-256 of the data. The same data give the same bytes.

    \b
    Examples:
      monitor train --report                     figures by code, nothing written
      monitor train                              renew monitor/claims/model
      monitor train mine.jsonl tests/data/*.jsonl -o my-model
    """
    from monitor.claims.model import shipped_folder
    from monitor.rules import load_rulebook
    from monitor.training.fit import write_model
    from monitor.training.train import gather, measure, table
    from monitor.training.train import train as train_all

    with errors_told():
        paths = cases or sorted(path for path in Path("tests/data").glob("*") if path.suffix in {".jsonl", ".tsv"})
        if not paths:
            say("no labelled documents: name files, or run it in a checkout of the project, where tests/data lies")
            raise typer.Exit(2)
        material = gather(load_rulebook(rules), paths, ordinary or ())
        say(f"{len(material.cases)} documents, {len(material.passages)} passages, {len(material.labels)} codes")
        figures, _ = measure(material, say)
        for line in table(figures):
            typer.echo(line)
        if not report:
            folder = output or shipped_folder()
            write_model(train_all(material, figures), folder)
            say(f"{folder}: {sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()):,} bytes")
