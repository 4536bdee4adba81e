"""JSON: a document, an envelope, a list of them, or what a speech recogniser writes; told apart by content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

import msgspec

from monitor.documents import Envelope, Transcript
from monitor.formats.funasr import read_funasr
from monitor.formats.item import PRICES, Item, Refusal, Source, decode, refuse_unusable, told
from monitor.formats.text import whole
from monitor.formats.transcribe import read_transcribe
from monitor.formats.whisper import read_whisper

_BYTE: Final = re.compile(r"\(byte (\d+)\)$")
_OTHERS: Final[dict[str, frozenset[str]]] = {
    "certificates (give them with --registry)": frozenset({"type", "number"}),
    PRICES: frozenset({"listing", "at", "price"}),
    "complaints": frozenset({"filed_at", "text"}),
    "results of a scan": frozenset({"document", "flags"}),
}
"""Keys by which another kind of record is known."""

_RECOGNISERS: Final[tuple[tuple[frozenset[str], Callable[[bytes, str], Transcript]], ...]] = (
    (frozenset({"results"}), read_transcribe),
    (frozenset({"sentence_info"}), read_funasr),
    (frozenset({"text", "timestamp"}), read_funasr),
    (frozenset({"key", "text"}), read_funasr),
    (frozenset({"transcription"}), read_whisper),
    (frozenset({"segments"}), read_whisper),
)


def read_json(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Item]:
    """The documents of one file, with the line each begins on. The file is read whole.

    A lone transcript without an id is called by the source's id.
    """
    try:
        raw = whole(stream, head, source).rstrip()
    except Refusal as refusal:
        source.refuse(refusal)
        return
    try:
        values = told(_LIST.decode, raw) if raw.lstrip().startswith(b"[") else None
    except Refusal as refusal:
        source.refuse(refusal, _line(refusal, raw))
        return
    if values is None:
        yield from _read(raw, source, None, None, source.id)
        return
    if not values:
        source.error("the list is empty")
    end = line = 0
    for index, value in enumerate(map(bytes, values)):
        start = raw.index(value, end)
        line += raw.count(b"\n", end, start)
        other = other_kind(value) if index == 0 else None
        if other is not None:
            source.other(other)
            return
        name = source.id if len(values) == 1 else f"{source.id}-{index + 1}"
        yield from _read(value, source, line + 1, f"[{index}]", name)
        line += raw.count(b"\n", start, start + len(value))
        end = start + len(value)


def _read(raw: bytes, source: Source, line: int | None, within: str | None, name: str) -> Iterator[Item]:
    try:
        other = other_kind(raw) if within is None else None
        if other is not None:
            source.other(other)
            return
        envelope, document = read_value(raw, name, lone=within is None)
    except Refusal as refusal:
        source.refuse(refusal, line or _line(refusal, raw), within)
        return
    yield Item(envelope, document, source.name, line)


def _line(refusal: Refusal, raw: bytes) -> int | None:
    """The line of the byte at which the decoder stopped, where it says so and there are lines."""
    stopped = _BYTE.search(refusal.reason)
    return raw.count(b"\n", 0, int(stopped[1])) + 1 if stopped and b"\n" in raw else None


def read_value(raw: bytes, name: str, *, lone: bool = False) -> tuple[Envelope, bytes]:
    """A document, an envelope, or the output of a recogniser, which is called ``name``; and the document as JSON.

    ``lone``: the value is a whole file, and a transcript may lack its id.

    Raises:
        Refusal: not JSON, or none of these.
    """
    refuse_unusable(raw)
    keys = told(_KEYS.decode, raw)
    if keys.document:
        return decode(raw, wrapped=True)
    if keys.kind:
        if lone and not keys.id and bytes(keys.kind) == b'"transcript"':
            raw = b'{"id":' + msgspec.json.encode(name) + b"," + raw.lstrip()[1:]
        return decode(raw)
    found = {field for field in _Keys.__struct_fields__ if getattr(keys, field)}
    for wanted, read in _RECOGNISERS:
        if wanted <= found:
            return decode(msgspec.json.encode(read(raw, name)))
    raise Refusal("neither a document (`kind`) nor an envelope (`document`) nor the output of a speech recogniser")


def other_kind(raw: bytes) -> str | None:
    """What a record is that is plainly no document; None: a document, or nothing known."""
    try:
        keys = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if "kind" in keys and "flags" not in keys:
        return None
    return next((what for what, has in _OTHERS.items() if has <= keys.keys()), None)


class _Keys(msgspec.Struct):
    """The keys that tell the shapes apart; an absent one is empty."""

    kind: msgspec.Raw = msgspec.Raw()
    id: msgspec.Raw = msgspec.Raw()
    document: msgspec.Raw = msgspec.Raw()
    segments: msgspec.Raw = msgspec.Raw()
    transcription: msgspec.Raw = msgspec.Raw()
    sentence_info: msgspec.Raw = msgspec.Raw()
    results: msgspec.Raw = msgspec.Raw()
    timestamp: msgspec.Raw = msgspec.Raw()
    key: msgspec.Raw = msgspec.Raw()
    text: msgspec.Raw = msgspec.Raw()


_KEYS: Final = msgspec.json.Decoder(_Keys)
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
