"""The contract's output: one line a document."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from monitor.documents import Document
from monitor.flags import ScanResult


class JsonlWriter:
    """Writes results as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoder = msgspec.json.Encoder()

    def write(self, result: ScanResult, document: Document) -> None:  # noqa: ARG002 (the writers' protocol)
        """One line."""
        self._stream.write(self._encoder.encode(result) + b"\n")

    def close(self) -> None:
        """Everything is written already."""
        self._stream.flush()
