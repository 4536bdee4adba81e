"""SubRip subtitles, read by pysubs2: a segment a cue, its lines joined by a space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from monitor.documents import Segment, Transcript
from monitor.formats.item import Item, Refusal, Source
from monitor.formats.speakers import Speakers
from monitor.formats.text import whole

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")
"""Marks of style, ``<i>`` and ``{\\an8}``."""


def read_srt(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Item]:
    """One transcript, named by the source's id."""
    try:
        said = _said(whole(stream, head, source).decode())
        speakers = Speakers(text for _, text in said)
        segments = tuple(_segment(cue, *speakers.split(text)) for cue, text in said)
        yield source.transcript(Transcript(id=source.id, segments=segments))
    except Refusal as refusal:
        source.refuse(refusal)


def _said(text: str) -> list[tuple[Any, str]]:
    said = [(cue, words) for cue in parse(text, "srt") if (words := plain(cue.text))]
    if not said:
        raise Refusal("no cue has a time and words")
    return said


def parse(text: str, format_: str) -> Any:
    """The cues as pysubs2 reads them; it takes what looks like a cue and passes over the rest.

    Raises:
        Refusal: pysubs2 cannot make anything of it.
    """
    import pysubs2

    try:
        return pysubs2.SSAFile.from_string(text, format_=format_, keep_html_tags=True)
    except (pysubs2.exceptions.Pysubs2Error, ValueError, IndexError, OverflowError) as error:
        raise Refusal(f"no subtitles: {error}") from error


def plain(text: str) -> str:
    """The words of a cue."""
    return " ".join(_TAG.sub("", text.replace("\\N", "\n")).split("\n")).strip()


def seconds(milliseconds: int) -> float:
    """Times of subtitles begin at zero."""
    return max(0, milliseconds) / 1000


def _segment(cue: Any, speaker: str | None, text: str) -> Segment:
    return Segment(text=text, start=seconds(cue.start), end=seconds(cue.end), speaker=speaker)
