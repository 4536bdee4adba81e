"""Plain text of speech: ``[00:00:03] 主播：…`` or bare lines; one transcript a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.documents import Envelope, Segment, Transcript
from monitor.errors import InputError
from monitor.formats.item import Item, OnError, encode
from monitor.formats.json import stem
from monitor.formats.subtitles import speaker_of
from monitor.formats.text import decode_text

_LINE = re.compile(
    r"^\s*[\[(【]?(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?[\])】]?\s*(?:([^\s:：]{1,20})[:：])?\s*(.*)$"
)


def read_lines(raw: bytes, source: str, on_error: OnError) -> Iterator[Item]:
    """One transcript: a segment a line with words; without time stamps the segments have no times."""
    try:
        text = decode_text(raw, source, on_error)
    except InputError as error:
        on_error(error)
        return
    segments = tuple(segment for line in text.splitlines() if (segment := _segment(line)) is not None)
    if not segments:
        on_error(InputError("no line with words", source=source))
        return
    transcript = Transcript(id=stem(source), segments=segments)
    yield Item(Envelope(document=transcript), encode(transcript), source)


def _segment(line: str) -> Segment | None:
    match = _LINE.match(line)
    if match is None:
        return Segment(text=line.strip()) if line.strip() else None
    hours, minutes, seconds, fraction, speaker, words = match.groups()
    if not words.strip():
        return None
    start = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + (float(f"0.{fraction}") if fraction else 0.0)
    return Segment(text=words.strip(), start=start, speaker=speaker_of(speaker) if speaker else None)
