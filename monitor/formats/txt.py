"""Plain text of speech: one transcript a file, one segment a line.

Lines may begin with their time, in brackets or not, from the start of the stream, and with who speaks::

    [00:00:03] 主播：好了 机器开了
    00:04.5 --> 00:07 大家好
    (00:09 - 00:11) 助播：这是我哥

Without times the segments have none. A line without a time in a file with times goes on at the time before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from monitor.documents import SEGMENT_LIMIT, Segment, Transcript
from monitor.formats.item import FILE_LIMIT, Item, Refusal, Source
from monitor.formats.speakers import Speakers
from monitor.formats.text import lines

_TIME: Final = r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:[.,:](\d{1,3}))?"
_STAMP: Final = re.compile(rf"[\[(【（<]?\s*{_TIME}(?:\s*(?:-->|->|—+|–|-|~|至|到)\s*{_TIME})?\s*[\])】）>]?[\s|]*")
_BARE: Final = re.compile(rf"{_TIME}(?=[\s\])】）>|]|\s*(?:-->|->|—|–|-|~))")
"""What follows a time that is not the first part of a sentence: 10:30开抢 is said, not stamped."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: float | None = None
    end: float | None = None
    stamped: bool = False


def read_txt(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Item]:
    """One transcript, named by the source's id."""
    try:
        said = _said(stream, head, source)
        speakers = Speakers(line.text for line in said)
        yield source.transcript(Transcript(id=source.id, segments=tuple(_segments(said, speakers))))
    except Refusal as refusal:
        source.refuse(refusal)


def _said(stream: BinaryIO, head: bytes, source: Source) -> list[_Line]:
    said: list[_Line] = []
    size = 0
    for number, raw in lines(stream, head, source):
        size += len(raw)
        if size > FILE_LIMIT or len(said) > SEGMENT_LIMIT:
            raise Refusal(f"more than {SEGMENT_LIMIT:,} lines, or {FILE_LIMIT:,} bytes; cut the file", line=number)
        line = stamp(raw.decode().strip())
        if line.text:
            said.append(line)
    if not said:
        raise Refusal("no line has words")
    return said


def _segments(said: list[_Line], speakers: Speakers) -> Iterator[Segment]:
    start: float | None = None
    for line in said:
        speaker, text = speakers.split(line.text)
        start = line.start if line.stamped else start
        if text:
            yield Segment(text=text, start=start, end=line.end, speaker=speaker)


def stamp(line: str) -> _Line:
    """A line and the time it begins with, in seconds."""
    match = _STAMP.match(line)
    if match is None or not (line[:1] in "[(【（<" or _BARE.match(line)):
        return _Line(line)
    hours, minutes, seconds, fraction, *end = match.groups()
    until = _seconds(*end) if end[1] is not None else None
    return _Line(line[match.end() :].strip(), _seconds(hours, minutes, seconds, fraction), until, stamped=True)


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)
