"""A table for people at a terminal: the words in their sentence, what is wrong with them, the law."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.documents import Document
from monitor.flags import Flag, ScanResult, Severity
from monitor.formats.passage import basis, heading, passage, place, visible

_COLOURS: Final[dict[Severity, str]] = {
    "info": "dim",
    "low": "cyan",
    "medium": "yellow",
    "high": "red",
    "critical": "bold white on red",
}
_AROUND: Final = 24
_MORE: Final = 3
"""Further pieces of evidence that are shown: a rule on repetition may have dozens."""


class TableWriter:
    """One table a document that has flags, as wide as the terminal; ``【】`` marks the words where there is no colour."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
        self._console = Console(file=self._text, highlight=False)

    def write(self, result: ScanResult, document: Document) -> None:
        """The document's flags, and what could not be decided; nothing for a document without either."""
        if not result.flags and not result.unknown:
            return
        print_ = self._console.print
        print_(Text.assemble((f"{result.kind} {visible(result.document)}", "bold"), "  ", heading(document)))
        if result.flags:
            print_(self._flags(result.flags, document))
        undecided = [f"undecided: {item.category} {item.rule}: {visible(item.reason)}" for item in result.unknown]
        unread = [f"unread: {item.field}: {visible(item.reason)}" for item in result.unread]
        for line in dict.fromkeys(undecided + unread):
            print_(Text(line, style="dim"))
        print_()

    def close(self) -> None:
        """Leave the stream open to whoever opened it."""
        self._text.flush()
        self._text.detach()

    def _flags(self, flags: tuple[Flag, ...], document: Document) -> Table:
        table = Table(expand=True, show_edge=False, pad_edge=False, show_lines=True)
        table.add_column("severity", min_width=8, max_width=16)
        table.add_column("where", min_width=8, max_width=16, overflow="fold")
        table.add_column("words", ratio=3, overflow="fold")
        table.add_column("law", ratio=2, overflow="fold")
        for flag in flags:
            kind = Text.assemble((flag.severity, _COLOURS[flag.severity]), "\n", flag.category)
            law = Text.assemble(basis(flag, "\n"), "\n", (flag.rule, "dim"))
            if flag.status != "in-force":
                kind.append(f"\n{flag.status}", style="dim")
            table.add_row(kind, visible(place(flag.evidence[0])), self._words(flag, document), law)
        return table

    def _words(self, flag: Flag, document: Document) -> Text:
        open_, close = ("", "") if self._console.color_system else ("【", "】")
        text = Text()
        for evidence in flag.evidence[: 1 + _MORE]:
            said = passage(document, evidence, _AROUND)
            if said.words:
                marked = (f"{open_}{said.words}{close}", f"bold {_COLOURS[flag.severity]} reverse")
                text.append_text(Text.assemble(said.before, marked, said.after, "\n"))
        if len(flag.evidence) > 1 + _MORE:
            text.append(f"and {len(flag.evidence) - 1 - _MORE} more\n", style="dim")
        return text.append(visible(flag.message), style="dim")
