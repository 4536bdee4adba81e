"""WebVTT: a segment a cue, and a segment of its own for each voice in it; ``<v NAME>`` names the speaker.

pysubs2 reads the times; what it takes for text though it is none (comments, styles, names of cues) is taken out before.

Source: www.w3.org/TR/webvtt1, sections 4 and 6.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from monitor.documents import Segment, Transcript
from monitor.formats.item import Item, Refusal, Source
from monitor.formats.speakers import Speakers, speaker_of
from monitor.formats.srt import parse, plain, seconds
from monitor.formats.text import whole

_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>")
_BLANK: Final = re.compile(r"\n[ \t]*\n")


def read_vtt(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Item]:
    """One transcript, named by the source's id."""
    try:
        said = _said(whole(stream, head, source).decode())
        speakers = Speakers(words for _, voice, words in said if voice is None)
        segments = tuple(_segment(cue, voice, words, speakers) for cue, voice, words in said)
        yield source.transcript(Transcript(id=source.id, segments=segments))
    except Refusal as refusal:
        source.refuse(refusal)


def _said(text: str) -> list[tuple[Any, str | None, str]]:
    said = [(cue, *voice) for cue in parse(_cues(text), "vtt") for voice in _voices(cue.text)]
    if not said:
        raise Refusal("no cue has a time and words")
    return said


def _cues(text: str) -> str:
    """The blocks that have a time, from the line of the time on."""
    blocks = _BLANK.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    timed = (block[block.rfind("\n", 0, place) + 1 :] for block in blocks if (place := block.find("-->")) >= 0)
    return "WEBVTT\n\n" + "\n\n".join(timed)


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    """(name or None, words) for each voice of a cue."""
    before, *rest = _VOICE.split(text)
    for name, words in zip([None, *rest[::2]], [before, *rest[1::2]], strict=True):
        if clean := html.unescape(plain(words)).strip():
            yield None if name is None else html.unescape(name), clean


def _segment(cue: Any, voice: str | None, words: str, speakers: Speakers) -> Segment:
    speaker, text = (speaker_of(voice), words) if voice else speakers.split(words)
    return Segment(text=text, start=seconds(cue.start), end=seconds(cue.end), speaker=speaker)
