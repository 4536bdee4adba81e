"""``monitor rules``: write, prove, explain, measure and compare rules."""

from __future__ import annotations

import typer

from monitor.commands.rules.check import check
from monitor.commands.rules.diff import diff
from monitor.commands.rules.docs import docs
from monitor.commands.rules.explain import explain
from monitor.commands.rules.listing import list_rules
from monitor.commands.rules.new import new
from monitor.commands.rules.problem import problem
from monitor.commands.rules.profile import profile
from monitor.commands.rules.schema import schema

app = typer.Typer(no_args_is_help=True, help="Write, prove, explain, measure and compare rules.")
app.command("list")(list_rules)
for command in (check, explain, new, profile, diff, docs, schema, problem):
    app.command()(command)
