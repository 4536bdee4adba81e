"""``monitor rules check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.rules.loading import RULES, RulesOption, read, refuse_unknown

if TYPE_CHECKING:
    from monitor.errors import Problem
    from monitor.rules.reading import Reading


def check(
    only: Annotated[list[str] | None, typer.Argument(help="Rule ids; none: all.", metavar="[ID]…")] = None,
    rules: RulesOption = RULES,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail as well.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Load the rulebook, look for parts that cannot act, run every example, and prove every part.

    A matcher or an exception is proven when an example changes without it. Warnings are about what loads and cannot be meant: a rule
    that applies to nothing, a matcher on fields that are not searched, an exception that never overlaps, a phrase that stands
    twice. They concern whole files and are left out where rules are named.

    Exit code 0: all is proven. 1: an example fails or a part is unproven; with --strict also a warning. 2: the rules cannot be loaded.

    \b
    Examples:
      monitor rules check
      monitor rules check cn.ad.absolute.superlative
      monitor rules check --strict                            for continuous integration
      monitor rules check --rules deployments/hangzhou/rules.yaml
      monitor rules problem unproven                          what a code means, and what to do
    """
    from monitor.rules.lint import lint

    reading = read(rules)
    names = only or list(reading.rulebook.loaded)
    refuse_unknown(names, reading)
    warnings = [] if only else lint(reading)
    failures = list(_failures(reading, only or (), len(names), quiet=quiet))
    for found in (*warnings, *failures):
        typer.echo(str(found))
    if not quiet:
        _summary(reading, len(names), failures, warnings)
    raise typer.Exit(1 if failures or (strict and warnings) else 0)


def _failures(reading: Reading, only: Sequence[str], count: int, *, quiet: bool) -> Iterator[Problem]:
    """The failures with their places; progress by rule where there is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from monitor.rules.examples import check as run

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("", total=count)

        def begun(rule: str) -> None:
            progress.update(task, advance=1, description=rule)

        for failure in run(reading.rulebook, only, begun):
            yield reading.problem(failure.rule, failure.where, failure.code, failure.message)


def _summary(reading: Reading, count: int, failures: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    """One line, and where to read about the codes."""
    told = f"{count} rules, {_counted('failure', failures)}, {_counted('warning', warnings)}"
    typer.echo(f"{told}, rulebook {reading.rulebook.digest[:12]}", err=True)
    if failures or warnings:
        code = (failures or warnings)[0].code
        typer.echo(f"`monitor rules problem {code}` says what a code means and what to do", err=True)


def _counted(what: str, problems: Sequence[Problem]) -> str:
    codes = Counter(problem.code for problem in problems)
    listed = ", ".join(f"{code} {number}" for code, number in codes.most_common())
    return f"{len(problems)} {what}{'s' * (len(problems) != 1)}" + (f" ({listed})" if listed else "")
