"""Bytes into text: UTF-8 with or without a mark, else the encoding that charset-normalizer finds, which is told."""

from __future__ import annotations

from monitor.errors import InputError
from monitor.formats.item import OnError

_SAMPLE = 65_536


def decode_text(raw: bytes, source: str, on_note: OnError) -> str:
    """The text of a whole file.

    Raises:
        InputError: empty, binary, or in no encoding known.
    """
    return decode_with(raw, encoding_of(raw[:_SAMPLE], source, on_note), source)


def encoding_of(head: bytes, source: str, on_note: OnError) -> str:
    """The encoding of a file by its first bytes; another one than UTF-8 is told as a note.

    Raises:
        InputError: empty or binary.
    """
    if not head.strip():
        raise InputError("the file is empty", source=source)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head or head.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise InputError("this is a binary file, not text", source=source)
    if _is_utf8(head):
        return "utf-8-sig"
    found = _guess(head)
    if found is None:
        raise InputError("neither UTF-8 nor any encoding known here; save the file as UTF-8", source=source)
    on_note(InputError(f"read as {found}, not UTF-8", source=source, note=True))
    return found


def decode_with(raw: bytes, encoding: str, source: str) -> str:
    """Text in a known encoding.

    Raises:
        InputError: a byte that does not belong to it, with its line.
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(f"not {encoding}: byte {raw[error.start]:#04x}", source=source, line=line) from error


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end >= len(head) - 3 and error.reason == "unexpected end of data"
    return True


def _guess(head: bytes) -> str | None:
    """GB 18030 where it fits and gives Chinese, as Chinese files that are not UTF-8 mostly are; else charset-normalizer's best."""
    try:
        text = head.decode("gb18030")
    except UnicodeDecodeError:
        text = head[:-3].decode("gb18030", "replace")
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    if "\ufffd" not in text and han * 4 > sum(ord(character) > 0x7F for character in text):  # noqa: PLR2004 (beyond ASCII)
        return "gb18030"
    from charset_normalizer import from_bytes

    best = from_bytes(head).best()
    return best.encoding if best else None
