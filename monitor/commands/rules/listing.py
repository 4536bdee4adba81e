"""``monitor rules list``."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.commands.rules.loading import RULES, RulesOption, fail, read


def list_rules(
    category: Annotated[str | None, typer.Option(help="Only this violation code.")] = None,
    rules: RulesOption = RULES,
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
        fail(f"no such code: {category}; the codes are {', '.join(CATEGORIES)}")
    chosen = [rule for rule in read(rules).rulebook.rules.values() if category in {None, rule.category}]
    widest = max((len(rule.id) for rule in chosen), default=0)
    table = Table(Column("rule", no_wrap=True, min_width=widest), "v", "code", "severity", "status", "title", box=None)
    for rule in chosen:
        table.add_row(rule.id, str(rule.version), rule.category, rule.severity, rule.status, rule.title.zh)
    Console().print(table)
