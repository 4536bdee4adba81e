"""A table for people at a terminal: the words in their sentence, the rule, the law."""

from __future__ import annotations

from typing import Final, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.documents import Document
from monitor.flags import Evidence, ScanResult, Severity
from monitor.formats.write import field_text

_COLOURS: Final[dict[Severity, str]] = {
    "info": "dim",
    "low": "cyan",
    "medium": "yellow",
    "high": "red",
    "critical": "bold white on red",
}
_AROUND: Final = 14


class TableWriter:
    """One table a document that has flags."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False)

    def write(self, result: ScanResult, document: Document) -> None:
        """The document's flags; nothing for a document without."""
        if not result.flags:
            return
        table = Table(
            "severity",
            "code",
            "words",
            "rule",
            "basis",
            title=Text(f"{result.kind} {result.document}"),
            title_justify="left",
        )
        for flag in result.flags:
            basis = "\n".join(" ".join(filter(None, (item.law, item.article))) for item in flag.basis)
            severity = Text(flag.severity, style=_COLOURS[flag.severity])
            table.add_row(severity, flag.category, _in_sentence(flag.evidence[0], document), flag.rule, basis)
        self._console.print(table)

    def close(self) -> None:
        """Everything is printed already."""


def _in_sentence(evidence: Evidence, document: Document) -> Text:
    whole = field_text(document, evidence.field)
    at = "" if evidence.at is None else f"[{int(evidence.at) // 60:02}:{int(evidence.at) % 60:02}] "
    if whole is None or whole[evidence.start : evidence.end] != evidence.text:
        return Text(at + (evidence.text or evidence.field))
    before, after = (
        whole[max(0, evidence.start - _AROUND) : evidence.start],
        whole[evidence.end : evidence.end + _AROUND],
    )
    return Text.assemble(at, before, (evidence.text, "bold reverse"), after)
