"""The contract's output: one line a document, in the order of the input, flags in the order of their position.

Beyond the contract a line says the day and the rulebook it was judged by, what could not be decided (``unknown``), which pictures
were not read (``unread``), which code without a flag is likeliest (``suspicion``), and of a flag that is no finding why not
(``status``), and its steps as data where they were asked for (``trace``). Keys are in fixed order and defaults are
left out: the same results are the same bytes.
"""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

import msgspec

from monitor.documents import Document
from monitor.flags import Basis, Evidence, Flag, ScanResult, Suspicion, Unknown, Unread
from monitor.trace import Step


class _Flag(msgspec.Struct, frozen=True, omit_defaults=True):
    rule: str
    category: str
    severity: str
    score: float
    message: str
    basis: tuple[Basis, ...]
    evidence: tuple[Evidence, ...]
    explanation: tuple[str, ...]
    remedy: str
    status: str | None = None
    trace: tuple[Step, ...] = ()


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A result as it is written."""

    document: str
    kind: str
    flags: tuple[_Flag, ...]
    as_of: date
    rulebook: str | None = None
    unknown: tuple[Unknown, ...] = ()
    unread: tuple[Unread, ...] = ()
    degraded: tuple[str, ...] = ()
    suspicion: Suspicion | None = None


class JsonlWriter:
    """Writes results as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoder = msgspec.json.Encoder()

    def write(self, result: ScanResult, document: Document) -> None:  # noqa: ARG002 (the writers' protocol)
        """One line."""
        self._stream.write(self._encoder.encode(line_of(result)) + b"\n")

    def close(self) -> None:
        """Everything is written already."""
        self._stream.flush()


def line_of(result: ScanResult) -> Line:
    """A result in the form it is written in."""
    return Line(
        document=result.document,
        kind=result.kind,
        flags=tuple(map(_shown, result.flags)),
        as_of=result.as_of,
        rulebook=result.rulebook or None,
        unknown=result.unknown,
        unread=result.unread,
        degraded=result.degraded,
        suspicion=result.suspicion,
    )


def _shown(flag: Flag) -> _Flag:
    return _Flag(
        rule=flag.rule,
        category=flag.category,
        severity=flag.severity,
        score=flag.score,
        message=flag.message,
        basis=flag.basis,
        evidence=flag.evidence,
        explanation=flag.explanation,
        remedy=flag.remedy,
        status=None if flag.status == "in-force" else flag.status,
        trace=flag.trace,
    )
