"""``monitor rules explain``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.commands.rules.corpus import Corpus, DayOption, LinesOption, day_of
from monitor.commands.rules.loading import FAILED, RULES, RulesOption, fail, read, refuse_unknown

if TYPE_CHECKING:
    from monitor.rules.reading import Reading


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule.")],
    rules: RulesOption = RULES,
    corpus: Annotated[
        list[Path] | None, typer.Option("--corpus", help="Measure it on these documents; may be given several times.")
    ] = None,
    lines: LinesOption = False,
    as_of: DayOption = None,
) -> None:
    """Print a rule as composed: its pack, local changes and shared exceptions, each with its file and line; and what it costs.

    The output is YAML; everything about it stands in comments. With --corpus it says as well how long the rule took there and
    what it found.

    Exit code 0: explained. 2: there is no such rule, or the rules or documents could not be read.

    \b
    Examples:
      monitor rules explain cn.ad.absolute.superlative
      monitor rules explain cn.ad.absolute.superlative --corpus samples
      monitor rules explain cn.price.lowest --rules deployments/hangzhou/rules.yaml
    """
    from monitor.rules.cost import cost_of
    from monitor.rules.origins import composed

    reading = read(rules)
    refuse_unknown([rule_id], reading)
    for line in composed(reading, rule_id):
        typer.echo(line)
    cost = cost_of(rule_id, reading.rulebook.loaded)
    typer.echo(
        f"# cost: {cost.patterns} patterns, {cost.phrases} phrases, {cost.share:.1%} of the trie; "
        f"{cost.own} phrases no other rule looks for, {cost.own_share:.1%}"
    )
    if corpus:
        _measured(reading, rule_id, Corpus(corpus, lines), day_of(as_of))


def _measured(reading: Reading, rule_id: str, corpus: Corpus, day: date) -> None:
    from monitor.commands.rules.measuring import TimedScanner
    from monitor.errors import InputError
    from monitor.rules.timed import Spent

    scanner = TimedScanner(reading.rulebook)
    words: list[str] = []
    try:
        for result in scanner.measure(corpus, day):
            words += [flag.evidence[0].text for flag in result.flags if flag.rule == rule_id]
    except InputError as error:
        fail(str(error))
    one = scanner.spent.get(rule_id, Spent())
    share = one.seconds / scanner.seconds if scanner.seconds else 0.0
    typer.echo(f"# measured on {scanner.documents} documents: {one.seconds * 1000:.1f} ms, {share:.1%} of the scan")
    typer.echo(
        f"# {one.candidates} candidates, {one.matches} matches: "
        f"{one.flags} flags, {one.excused} excused, {one.unknown} unknown"
    )
    for word in _first(words):
        typer.echo(f"#   {word}")
    raise typer.Exit(FAILED if corpus.errors else 0)


def _first(words: Sequence[str], most: int = 10) -> list[str]:
    """The words that were flagged, the most frequent first, as safe single lines."""
    from collections import Counter

    from monitor.formats.passage import visible

    counts = Counter(visible(word).replace("\n", " ") for word in words)
    return [f"{word} ×{count}" if count > 1 else word for word, count in counts.most_common(most)]
