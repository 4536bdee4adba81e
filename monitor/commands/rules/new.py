"""``monitor rules new``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from monitor.commands.rules.loading import RULES, RulesOption, fail

_NAME: Final = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_LONGEST: Final = 100
_SCHEMAS: Final = ("schema", "docs/rules/schema")
"""Where the schema of packs may lie, from the folder of rules.yaml: of a deployment, of a checkout."""


def new(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The new rule, such as local.fresh.picked-today.")],
    pack: Annotated[
        str | None, typer.Option("--pack", help="The new pack it stands in.", show_default="ID without its last part")
    ] = None,
    shape: Annotated[
        Literal["claim", "requires", "conflict", "repeat", "missing"], typer.Option(help="What kind of rule.")
    ] = "claim",
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the rule, to be pasted under `rules:`; write nothing.")
    ] = False,
    rules: RulesOption = RULES,
) -> None:
    """Write a rule to begin with, as a pack beside the rulebook: it loads, it is proven, and its comments teach the language.

    claim: said and not excused. requires: said, and needs evidence. conflict: said, and a fact contradicts it. repeat: said
    too often in a stream. missing: not there, though owed. The rule is a draft, which no scan runs, until its status changes.

    Exit code 0: written. 2: the id is no name or is taken, or the file is there already (nothing is overwritten).

    \b
    Examples:
      monitor rules new local.fresh.picked-today
      monitor rules new local.fresh.organic --pack local.organic --shape requires
      monitor rules new local.fresh.sugar --shape conflict --stdout
    """
    from monitor.rules.scaffold import pack_text, rule_text

    name = pack or rule_id.rpartition(".")[0] or "local"
    for given, option in ((rule_id, "ID"), (name, "--pack")):
        if not _NAME.fullmatch(given) or len(given) > _LONGEST:
            fail(f"{option} {given!r}: small letters, digits, - and . between them, at most {_LONGEST}")
    _refuse_taken(rule_id, name, rules)
    if stdout:
        typer.echo(rule_text(rule_id, shape), nl=False)
        return
    path = rules.parent / "packs" / f"{name}.yaml"
    if path.exists():
        fail(f"{path} is there already: `--stdout` prints the rule to paste into it, `--pack` takes another name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pack_text(name, rule_id, shape, _schema_from(path.parent, rules.parent)), "utf-8")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror or error}")
    typer.echo(f"written: {path}", err=True)
    typer.echo(f"next: add {name} to `extends` in {rules}, then `monitor rules check {rule_id}`", err=True)


def _refuse_taken(rule_id: str, pack: str, rules: Path) -> None:
    """Ids never change their meaning, and a pack of a shipped name would hide the shipped one."""
    from monitor.errors import RuleError
    from monitor.rules.load import load_rulebook, shipped_packs

    if pack in shipped_packs():
        fail(f"{pack} is a shipped pack: choose another name with --pack")
    if not rules.exists():
        return
    try:
        loaded = load_rulebook(rules).loaded.get(rule_id)
    except RuleError:
        return  # a rulebook that does not load is told by the command that needs it
    if loaded is not None:
        fail(f"rule {rule_id} is there already: {loaded.origin.get('', loaded.path)}")


def _schema_from(folder: Path, home: Path) -> str:
    """The path of the schema from the folder of the pack; it is written beside rules.yaml where there is none."""
    from monitor.commands.rules.schema import write_schemas

    place = next((home / known for known in _SCHEMAS if (home / known / "pack.json").is_file()), None)
    if place is None:
        place = home / _SCHEMAS[0]
        write_schemas(place)
    return Path(os.path.relpath(place / "pack.json", folder)).as_posix()
