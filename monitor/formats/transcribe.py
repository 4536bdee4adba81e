"""What Amazon Transcribe writes: ``results.items``, one a word or mark, with times in seconds as text.

Source: docs.aws.amazon.com/transcribe/latest/dg/how-input.html (output of a batch job).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from monitor.documents import Segment, Transcript
from monitor.formats.item import Refusal, told

PAUSE: Final = 1.0
"""Seconds of silence that end a segment, as a mark at the end of a sentence does."""

LONGEST: Final = 80
"""Characters after which a segment ends at the next mark of any kind: a recogniser may set no full stop for minutes."""

_ENDS: Final = frozenset("。！？!?.")


class _Alternative(msgspec.Struct):
    content: str
    confidence: float | None = None


class _Entry(msgspec.Struct):
    type: str
    alternatives: tuple[_Alternative, ...]
    start_time: float | None = None
    end_time: float | None = None
    speaker_label: str | None = None


class _Results(msgspec.Struct):
    items: tuple[_Entry, ...]


class _Output(msgspec.Struct):
    results: _Results


_DECODER: Final = msgspec.json.Decoder(_Output, strict=False)
"""Not strict: numbers come as text."""


def read_transcribe(raw: bytes, name: str) -> Transcript:
    """The transcript ``name``: a segment a sentence, its confidence the mean of its words.

    Raises:
        Refusal: a field is not what Transcribe writes, or there are no words.
    """
    items = told(_DECODER.decode, raw).results.items
    segments = tuple(_segment(entries) for entries in _sentences(items))
    if not segments:
        raise Refusal("there are no words", "results.items")
    return Transcript(id=name, segments=segments)


def _sentences(items: tuple[_Entry, ...]) -> Iterator[list[_Entry]]:
    sentence: list[_Entry] = []
    length = 0
    for entry in items:
        if not entry.alternatives or not entry.alternatives[0].content:
            continue
        if sentence and _breaks(sentence, entry, length):
            yield sentence
            sentence, length = [], 0
        sentence.append(entry)
        length += len(entry.alternatives[0].content)
    if sentence:
        yield sentence


def _breaks(sentence: list[_Entry], entry: _Entry, length: int) -> bool:
    """Whether ``entry`` begins a new segment."""
    last = sentence[-1]
    if entry.type == "punctuation":
        return False
    if last.type == "punctuation" and (last.alternatives[0].content in _ENDS or length > LONGEST):
        return True
    if entry.speaker_label != next(
        (word.speaker_label for word in sentence if word.speaker_label), entry.speaker_label
    ):
        return True
    before = next((word.end_time for word in reversed(sentence) if word.end_time is not None), None)
    return before is not None and entry.start_time is not None and entry.start_time - before > PAUSE


def _segment(entries: list[_Entry]) -> Segment:
    words = [entry for entry in entries if entry.type != "punctuation"]
    sure = [entry.alternatives[0].confidence for entry in words]
    known = [confidence for confidence in sure if confidence is not None]
    return Segment(
        text=_joined([entry.alternatives[0].content for entry in entries]),
        start=next((entry.start_time for entry in words if entry.start_time is not None), None),
        end=next((entry.end_time for entry in reversed(words) if entry.end_time is not None), None),
        speaker=next((entry.speaker_label for entry in words if entry.speaker_label), None),
        confidence=round(sum(known) / len(known), 3) if known else None,
    )


def _joined(contents: list[str]) -> str:
    """Words of Latin letters apart, Han words together."""
    text = ""
    for content in contents:
        between = (
            " "
            if text[-1:].isascii() and text[-1:].isalnum() and content[:1].isascii() and content[:1].isalnum()
            else ""
        )
        text += between + content
    return text
