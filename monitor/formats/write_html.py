"""One self-contained HTML report: marked words, law, trace, remedy; no network, everything escaped.

It is written as the results come. What only the end can tell (counts, which filters there are) stands at the end of the file and
is shown at the top by the style sheet.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, BinaryIO, Final, cast

from jinja2 import Environment, PackageLoader

from monitor.documents import Document
from monitor.flags import CATEGORIES, SEVERITIES, Flag, ScanResult
from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS
from monitor.formats.passage import basis, heading, passage, place, visible
from monitor.marking import pieces

_AROUND: Final = 80


class HtmlWriter:
    """Writes a section a document that was flagged; documents without flags are only counted."""

    def __init__(self, stream: BinaryIO) -> None:
        environment = Environment(loader=PackageLoader("monitor.formats"), autoescape=True, trim_blocks=True)
        environment.globals.update(severity_labels=SEVERITY_LABELS, category_labels=CATEGORY_LABELS)
        self._parts = cast("Any", environment.get_template("report.html").module)
        self._stream = stream
        self._documents = 0
        self._flagged = 0
        self._severities: Counter[str] = Counter()
        self._categories: Counter[str] = Counter()
        self._rulebook = ""
        self._put(self._parts.head())

    def write(self, result: ScanResult, document: Document) -> None:
        """One document's section, where it has flags or open questions."""
        self._documents += 1
        self._flagged += bool(result.flags)
        self._rulebook = result.rulebook or self._rulebook
        self._severities.update(flag.severity for flag in result.flags)
        self._categories.update(flag.category for flag in result.flags)
        if result.flags or result.unknown:
            flags = [_shown(flag, document) for flag in result.flags]
            undecided = dict.fromkeys((item.category, item.rule, visible(item.reason)) for item in result.unknown)
            self._put(self._parts.section(result, heading(document), flags, list(undecided)))

    def close(self) -> None:
        """Counts and filters."""
        summary = self._parts.summary(
            documents=self._documents,
            flagged=self._flagged,
            severities=[(name, self._severities[name]) for name in reversed(SEVERITIES) if self._severities[name]],
            categories=[(name, self._categories[name]) for name in CATEGORIES if self._categories[name]],
            rulebook=self._rulebook[:12],
        )
        self._put(summary)
        self._stream.flush()

    def _put(self, markup: str) -> None:
        self._stream.write(str(markup).encode())


def _shown(flag: Flag, document: Document) -> dict[str, Any]:
    said = [
        (visible(place(evidence)), evidence.match, list(pieces(passage(document, evidence, _AROUND).marked())))
        for evidence in flag.evidence
    ]
    return {
        "flag": flag,
        "basis": visible(basis(flag, "；")),
        "pieces": said,
        "message": visible(flag.message),
        "explanation": [visible(line) for line in flag.explanation],
    }
