"""``monitor rules diff``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from monitor.commands.rules.corpus import (
    Corpus,
    CorpusArgument,
    DayOption,
    LimitOption,
    LinesOption,
    QuietOption,
    RegistryOption,
    day_of,
    registry_of,
)
from monitor.commands.rules.loading import FAILED, fail, read

if TYPE_CHECKING:
    from monitor.flags import Flag

Change = Literal["appears", "vanishes", "severity"]

_TOLD: Final[dict[Change, str]] = {"appears": "appear", "vanishes": "vanish", "severity": "change their severity"}
_SIGNS: Final[dict[Change, tuple[str, str]]] = {
    "appears": ("+", "green"),
    "vanishes": ("-", "red"),
    "severity": ("~", "yellow"),
}
_SHOWN: Final = 60
"""Characters of the words of a finding that are shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding that only one rulebook has, or that has another severity: ``was`` is that of the old one."""

    change: Change
    document: str
    flag: Flag
    was: str = ""


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The rulebook before.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The rulebook after.")],
    corpus: CorpusArgument,
    lines: LinesOption = False,
    limit: LimitOption = None,
    as_of: DayOption = None,
    registry: RegistryOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also what rules in shadow find and what is waived.")] = False,
    output_format: Annotated[Literal["table", "jsonl"], typer.Option("--format", help="How to print.")] = "table",
    quiet: QuietOption = False,
) -> None:
    """Scan a corpus with two rulebooks and print the findings that appear, vanish or change their severity, by rule.

    A finding is a rule and the words it is about: found by another matcher of the same rule it is the same finding.

    Exit code 0: the same findings. 1: differences. 2: a rulebook or some documents could not be read.

    \b
    Examples:
      git show HEAD:rules.yaml > before.yaml && monitor rules diff before.yaml rules.yaml samples
      monitor rules diff old/rules.yaml new/rules.yaml listings.jsonl --limit 10000
      monitor rules diff old.yaml new.yaml sentences.txt --lines --format jsonl
    """
    from monitor.errors import InputError
    from monitor.scanner import Scanner

    certificates = registry_of(registry)
    before, after = (Scanner(read(path).rulebook, certificates) for path in (old, new))
    documents = Corpus(corpus, lines, limit, quiet)
    found: list[Difference] = []
    try:
        for envelope in documents:
            (one,) = before.scan_envelopes([envelope], day_of(as_of))
            (other,) = after.scan_envelopes([envelope], day_of(as_of))
            for difference in differences(one.document, one.flags, other.flags, every=every):
                if output_format == "jsonl":
                    typer.echo(_line(difference))
                found.append(difference)
    except InputError as error:
        fail(str(error))
    if output_format == "table" and found:
        _table(found)
    counts = Counter(difference.change for difference in found)
    told = ", ".join(f"{counts[change]} {word}" for change, word in _TOLD.items())
    typer.echo(f"{documents.read} documents: {told}", err=True)
    raise typer.Exit(FAILED if documents.errors else 1 if found else 0)


def differences(document: str, before: Sequence[Flag], after: Sequence[Flag], *, every: bool) -> Iterator[Difference]:
    """What the second scan of a document found otherwise than the first, in order of rule and place."""
    old, new = _findings(before, every=every), _findings(after, every=every)
    for key in sorted(old.keys() | new.keys()):
        was, flag = old.get(key), new.get(key)
        if flag is None:
            yield Difference("vanishes", document, old[key])
        elif was is None:
            yield Difference("appears", document, flag)
        elif was.severity != flag.severity:
            yield Difference("severity", document, flag, was.severity)


def _findings(flags: Sequence[Flag], *, every: bool) -> dict[tuple[str, str, int, int], Flag]:
    kept = (flag for flag in flags if every or flag.status == "in-force")
    return {(f.rule, f.evidence[0].field, f.evidence[0].start, f.evidence[0].end): f for f in kept}


def _table(found: Sequence[Difference]) -> None:
    """By rule: how many appear, vanish and change, then each with its severity, its words and where they stand."""
    from monitor.formats.passage import visible

    counts = Counter((difference.flag.rule, difference.change) for difference in found)
    last = ""
    for one in sorted(found, key=lambda one: (one.flag.rule, one.change)):
        rule, first = one.flag.rule, one.flag.evidence[0]
        if rule != last:
            told = (f"{counts[rule, change]} {word}" for change, word in _TOLD.items() if counts[rule, change])
            typer.secho(f"{rule}: {', '.join(told)}", bold=True)
            last = rule
        severity = f"{one.was} → {one.flag.severity}" if one.was else one.flag.severity
        sign, colour = _SIGNS[one.change]
        words = visible(first.text).replace("\n", " ")
        shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
        typer.secho(f"  {sign} {severity:<8} 「{shown}」  {visible(one.document)} {visible(first.field)}", fg=colour)


def _line(difference: Difference) -> str:
    import msgspec

    first = difference.flag.evidence[0]
    line = {
        "change": difference.change,
        "document": difference.document,
        "rule": difference.flag.rule,
        "severity": difference.flag.severity,
        **({"was": difference.was} if difference.was else {}),
        "field": first.field,
        "start": first.start,
        "end": first.end,
        "text": first.text,
    }
    return msgspec.json.encode(line).decode()
