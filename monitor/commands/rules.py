"""``monitor rules``: check, explain and list the rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Check, explain and list the rules.")

RulesOption = Annotated[Path, typer.Option("--rules", help="The rulebook.", show_default=True)]
_DEFAULT = Path("rules.yaml")


@app.command()
def check(
    only: Annotated[list[str] | None, typer.Argument(help="Rule ids; none: all.", metavar="[ID]…")] = None,
    rules: RulesOption = _DEFAULT,
) -> None:
    """Load the rulebook, run every example, and prove every part.

    Exit code 0: all is proven. 1: an example fails or a part is unproven. 2: the rules cannot be loaded.

    \b
    Examples:
      monitor rules check
      monitor rules check cn.ad.absolute.superlative
      monitor rules check --rules deployments/hangzhou/rules.yaml
    """
    from monitor.rules.examples import check as run

    rulebook = _load(rules)
    unknown = [name for name in only or () if name not in rulebook.rules]
    if unknown:
        typer.secho(f"no such rule: {', '.join(unknown)}", fg="red", err=True)
        raise typer.Exit(2)
    failures = 0
    for failure in run(rulebook, only or ()):
        failures += 1
        typer.echo(f"{failure.rule}: {failure.where}: {failure.code} {failure.message}")
    count = len(only) if only else len(rulebook.rules)
    typer.echo(f"{count} rules, {failures} failures, rulebook {rulebook.digest[:12]}", err=True)
    raise typer.Exit(1 if failures else 0)


@app.command("list")
def list_rules(
    category: Annotated[str | None, typer.Option(help="Only this violation code.")] = None,
    rules: RulesOption = _DEFAULT,
) -> None:
    """List the rules: id, version, code, severity, status, title.

    \b
    Examples:
      monitor rules list
      monitor rules list --category medical
    """
    from rich.console import Console
    from rich.table import Column, Table

    from monitor.flags import CATEGORIES

    if category not in {None, *CATEGORIES}:
        typer.secho(f"no such code: {category}; the codes are {', '.join(CATEGORIES)}", fg="red", err=True)
        raise typer.Exit(2)
    chosen = [rule for rule in _load(rules).rules.values() if category in {None, rule.category}]
    widest = max((len(rule.id) for rule in chosen), default=0)
    table = Table(Column("rule", no_wrap=True, min_width=widest), "v", "code", "severity", "status", "title", box=None)
    for rule in chosen:
        table.add_row(rule.id, str(rule.version), rule.category, rule.severity, rule.status, rule.title.zh)
    Console().print(table)


@app.command()
def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    rules: RulesOption = _DEFAULT,
) -> None:
    """Print a rule as composed: pack, local changes and shared exceptions, with the origin of each.

    \b
    Example:
      monitor rules explain cn.ad.absolute.superlative
    """
    import difflib

    import yaml

    rulebook = _load(rules)
    loaded = rulebook.loaded.get(rule_id)
    if loaded is None:
        near = difflib.get_close_matches(rule_id, rulebook.loaded, 3)
        typer.secho(
            f"no such rule: {rule_id}" + (f"; did you mean {', '.join(near)}?" if near else ""), fg="red", err=True
        )
        raise typer.Exit(2)
    typer.echo(f"# pack {loaded.pack}, {loaded.origin.get('', loaded.path)}")
    for name, origin in loaded.origin.items():
        if name:
            typer.echo(f"# {name}: set by {origin}")
    shown = loaded.rule.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    if loaded.shared_unless:
        shown["unless"] = [
            *shown.get("unless", []),
            *(_shared(c.model_dump(mode="json", exclude_defaults=True), loaded.pack) for c in loaded.shared_unless),
        ]
    typer.echo(yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=120), nl=False)


def _shared(condition: dict[str, object], pack: str) -> dict[str, object]:
    return {**condition, "shared by": pack}


def _load(path: Path):  # type: ignore[no-untyped-def]  # the rule engine is imported when a command runs
    from monitor.errors import RuleError
    from monitor.rules import load_rulebook

    try:
        return load_rulebook(path)
    except RuleError as error:
        typer.secho(str(error), err=True)
        raise typer.Exit(2) from error
