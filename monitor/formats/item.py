"""What a reader yields, how it tells of what it cannot read, and how a document is taken from JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from monitor.documents import Document, Envelope, Name, Text, Transcript, decode_document, decode_envelope
from monitor.errors import InputError

T = TypeVar("T")

OnError = Callable[[InputError], None]
"""Hears errors, and notes (``error.note``): a note costs no document."""

LINE_LIMIT: Final = 16_000_000
"""Bytes one line, and one document, may have."""

FILE_LIMIT: Final = 64_000_000
"""Bytes a file may have that must be read whole (JSON, subtitles, text)."""

PRICES: Final = "prices (give them with --prices)"
"""What a price history is called where documents are read."""

_SUSPECT: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of NUL and of surrogates, of which only pairs are characters."""

_LONG_NUMBER: Final = re.compile(rb"(?<![0-9])[0-9]{300}|[0-9.][eE]\+?[0-9]{3}")
"""What may be a number that no number of a program holds."""

_SURROGATES: Final = range(0xD800, 0xE000)


class Item(msgspec.Struct, frozen=True):
    """One document read.

    ``raw`` is the document as JSON in UTF-8 for the store: as given where it was given as JSON (of an envelope the
    ``document``), else made from the struct. ``line`` is 1-based; None for formats where a document has many lines.
    """

    envelope: Envelope
    raw: bytes
    source: str
    line: int | None = None


class Refusal(Exception):
    """A document that breaks the contract: the reason, the field, and the line of the file where it is known."""

    def __init__(self, reason: str, field: str | None = None, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """One file or stream while it is read.

    Args:
        name: the path as given, ``-`` for standard input.
        id: what a transcript is called that has no id of its own.
        on_error: hears errors and notes.
        named: the user named this file; False: it was met in a folder, where other things may lie about.
    """

    name: str
    id: str
    on_error: OnError
    named: bool = True

    def error(self, reason: str, line: int | None = None, field: str | None = None) -> None:
        """Tell what cannot be read."""
        self.on_error(InputError(reason, source=self.name, line=line, field=field))

    def note(self, reason: str, line: int | None = None) -> None:
        """Tell what the user should know though nothing is lost."""
        self.on_error(InputError(reason, source=self.name, line=line, note=True))

    def refuse(self, refusal: Refusal, line: int | None = None, within: str | None = None) -> None:
        """Tell that a document breaks the contract; ``within`` is the field it stands in."""
        self.error(
            refusal.reason, line or refusal.line, ".".join(part for part in (within, refusal.field) if part) or None
        )

    def other(self, what: str) -> None:
        """Tell that this holds something else: an error where the user named the file, else a note."""
        reason = f"holds {what}, not documents: passed over"
        self.error(reason) if self.named else self.note(reason)

    def transcript(self, transcript: Transcript) -> Item:
        """A transcript made from another format, checked like any document.

        Raises:
            Refusal: a field breaks the contract.
        """
        envelope, raw = decode(msgspec.json.encode(transcript))
        return Item(envelope, raw, self.name)


def decode(raw: bytes, *, wrapped: bool = False) -> tuple[Envelope, bytes]:
    """A document, or one wrapped in an envelope, from JSON; and the document's own bytes as given.

    Raises:
        Refusal: not JSON, or not what the contract asks for.
    """
    refuse_unusable(raw)
    if not wrapped:
        return Envelope(document=told(decode_document, raw)), raw
    return told(decode_envelope, raw), bytes(told(_WRAPPED.decode, raw).document)


def encode(document: Document) -> bytes:
    """A document as JSON."""
    return msgspec.json.encode(document)


def told(read: Callable[[bytes], T], raw: bytes) -> T:
    """What ``read`` makes of the JSON.

    Raises:
        Refusal: whatever msgspec says, as a reason and a field.
    """
    try:
        return read(raw)
    except msgspec.ValidationError as error:
        raise refusal_of(str(error), raw) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"not JSON: {str(error).removeprefix('JSON is malformed: ')}") from error
    except RecursionError as error:
        raise Refusal("nested too deeply") from error


def refusal_of(message: str, raw: bytes) -> Refusal:
    """msgspec says ``… - at `$.segments[3].text` ``; we say the field apart, and name keys that it leaves open."""
    match = re.fullmatch(r"(.*?)(?: - at `(?:key in )?(\$.*)`)?", message, re.DOTALL)
    reason, path = (match[1], match[2] or "") if match else (message, "")
    field = path.removeprefix("$").removeprefix(".")
    missing = re.fullmatch(r"Object missing required field `(.+)`", reason)
    if missing:
        return Refusal("is required", ".".join(part for part in (field, missing[1]) if part))
    if field.endswith("attributes[...]"):
        field = _attribute(raw, field.removesuffix("[...]"))
    return Refusal(reason, field or None)


def refuse_unusable(raw: bytes) -> None:
    """Refuse half a surrogate pair and NUL in any key or text: no database and no terminal takes them; and numbers that are too large to be
    read, also under keys that mean nothing here: the whole of a document is kept.

    Raises:
        Refusal: the first such text, by its field; a number.
    """
    if _LONG_NUMBER.search(raw):
        _refuse_numbers(raw)
    if not _SUSPECT.search(raw):
        return
    try:
        texts = list(_texts(json.loads(raw), ""))
    except (ValueError, RecursionError):
        return  # the decoder proper says what is wrong
    for field, text in texts:
        if "\0" in text:
            raise Refusal("contains the character NUL", field)
        if any(ord(character) in _SURROGATES for character in text):
            raise Refusal("contains half of a surrogate pair: broken text", field)


def _refuse_numbers(raw: bytes) -> None:
    try:
        msgspec.json.decode(raw)
    except msgspec.ValidationError as error:
        raise Refusal(
            "holds a number that is too large (more than 4,300 digits, or beyond 1e308): write it as text"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return  # the decoder proper says what is wrong


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(entry, f"{field}[{index}]")
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield field or "a key", key
            yield from _texts(entry, f"{field}.{key}" if field else key)


def _attribute(raw: bytes, field: str) -> str:
    """The first attribute that is no text, or too long a one."""
    value: Any = json.loads(raw)
    for step in re.findall(r"[^.\[\]]+", field):
        value = value[int(step) if isinstance(value, list) else step]
    for name, entry in value.items():
        try:
            msgspec.convert({name: entry}, dict[Name, Text])
        except msgspec.ValidationError:
            return f"{field}.{name[:100]}"
    return field


class _Wrapped(msgspec.Struct):
    document: msgspec.Raw


_WRAPPED: Final = msgspec.json.Decoder(_Wrapped)
