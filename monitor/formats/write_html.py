"""One self-contained HTML report: marked words, law, trace, remedy; no network, everything escaped."""

from __future__ import annotations

from typing import Any, Final, TextIO

from monitor.documents import Document, Listing
from monitor.flags import CATEGORIES, SEVERITIES, Evidence, Flag, ScanResult
from monitor.formats.write import field_text

_AROUND: Final = 60


class HtmlWriter:
    """Keeps what was flagged until the end; documents without flags are only counted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._entries: list[dict[str, Any]] = []
        self._documents = 0
        self._rulebook = ""

    def write(self, result: ScanResult, document: Document) -> None:
        """Remember one document's flags."""
        self._documents += 1
        self._rulebook = result.rulebook
        if result.flags:
            title = document.title if isinstance(document, Listing) else document.room
            flags = [_flag(flag, document) for flag in result.flags]
            self._entries.append({"kind": result.kind, "id": result.document, "title": title, "flags": flags})

    def close(self) -> None:
        """Write the report."""
        from jinja2 import Environment, PackageLoader

        environment = Environment(loader=PackageLoader("monitor.formats"), autoescape=True)
        flags = [flag for entry in self._entries for flag in entry["flags"]]
        self._stream.write(
            environment.get_template("report.html").render(
                entries=self._entries,
                documents=self._documents,
                flagged=len(self._entries),
                count=len(flags),
                rulebook=self._rulebook,
                severities=[
                    severity for severity in reversed(SEVERITIES) if any(f["severity"] == severity for f in flags)
                ],
                categories=[category for category in CATEGORIES if any(f["category"] == category for f in flags)],
            )
        )
        self._stream.flush()


def _flag(flag: Flag, document: Document) -> dict[str, Any]:
    return {
        "severity": flag.severity,
        "category": flag.category,
        "rule": flag.rule,
        "message": flag.message,
        "remedy": flag.remedy,
        "explanation": flag.explanation,
        "basis": "；".join(" ".join(filter(None, (item.law, item.article))) for item in flag.basis),
        "pieces": [_piece(evidence, document) for evidence in flag.evidence],
    }


def _piece(evidence: Evidence, document: Document) -> dict[str, str]:
    whole = field_text(document, evidence.field) or evidence.text
    at = (
        ""
        if evidence.at is None
        else f"{int(evidence.at) // 3600:02}:{int(evidence.at) // 60 % 60:02}:{int(evidence.at) % 60:02}"
    )
    return {
        "field": evidence.field,
        "at": at,
        "before": whole[max(0, evidence.start - _AROUND) : evidence.start],
        "text": evidence.text,
        "after": whole[evidence.end : evidence.end + _AROUND],
    }
