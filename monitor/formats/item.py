"""What a reader yields, and how it tells of what it cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from monitor.documents import Document, Envelope, decode_document, decode_envelope
from monitor.errors import InputError

OnError = Callable[[InputError], None]

LINE_LIMIT = 16_000_000
"""Bytes one line, and one document, may have."""

FILE_LIMIT = 64_000_000
"""Bytes a file may have that must be read whole (JSON, subtitles)."""


class Item(msgspec.Struct, frozen=True):
    """One document read: as a struct, as the JSON bytes the store keeps, and where it stands."""

    envelope: Envelope
    raw: bytes
    source: str
    line: int | None = None


class Refusal(Exception):
    """A document that breaks the contract: a reason and the field."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def decode(raw: bytes) -> tuple[Envelope, bytes]:
    """A document or an envelope from JSON, and the document's own bytes as given.

    Raises:
        Refusal: not JSON, or not what the contract asks for.
    """
    try:
        probe = msgspec.json.decode(raw, type=_Probe)
        if probe.document is not msgspec.UNSET:
            return decode_envelope(raw), bytes(probe.document)
        return Envelope(document=decode_document(raw)), raw
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"not JSON: {error}") from error
    except RecursionError as error:
        raise Refusal("nested too deeply") from error


def encode(document: Document) -> bytes:
    """A document as JSON, for readers of formats that are not JSON."""
    return msgspec.json.encode(document)


class _Probe(msgspec.Struct):
    document: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def _refusal(message: str) -> Refusal:
    """msgspec says ``… - at `$.segments[3].text` ``; we say the field apart."""
    match = re.fullmatch(r"(?P<reason>.*?)(?: - at `(?:key in )?\$?\.?(?P<field>.*)`)?", message, re.DOTALL)
    if match is None:
        return Refusal(message)
    return Refusal(match["reason"], match["field"] or None)
