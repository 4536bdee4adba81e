"""What Whisper and its relatives write: ``segments`` in seconds (OpenAI, faster-whisper, WhisperX) or ``transcription`` in
milliseconds (whisper.cpp).

Source: github.com/openai/whisper ``transcribe.py``; github.com/ggml-org/whisper.cpp ``examples/cli`` (``-oj``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import msgspec

from monitor.documents import Segment, Transcript
from monitor.formats.item import Refusal, told


class _Spoken(msgspec.Struct):
    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    avg_logprob: float | None = None
    confidence: float | None = None


class _Offsets(msgspec.Struct):
    start: float = msgspec.field(name="from")
    end: float = msgspec.field(name="to")


class _Piece(msgspec.Struct):
    text: str
    offsets: _Offsets | None = None


class _Output(msgspec.Struct):
    segments: tuple[_Spoken, ...] = ()
    transcription: tuple[_Piece, ...] = ()


_DECODER: Final = msgspec.json.Decoder(_Output)


def read_whisper(raw: bytes, name: str) -> Transcript:
    """The transcript ``name``. ``confidence`` is the mean probability of a token, exp(``avg_logprob``), where it is given.

    Raises:
        Refusal: a field is not what Whisper writes, or no segment has words.
    """
    output = told(_DECODER.decode, raw)
    segments = (*_seconds(output), *_milliseconds(output))
    if not segments:
        raise Refusal("no segment has words", "segments")
    return Transcript(id=name, segments=segments)


def _seconds(output: _Output) -> Iterator[Segment]:
    for spoken in output.segments:
        if text := spoken.text.strip():
            sure = spoken.confidence
            if spoken.avg_logprob is not None:
                sure = round(math.exp(min(0.0, spoken.avg_logprob)), 3)
            yield Segment(text=text, start=spoken.start, end=spoken.end, speaker=spoken.speaker, confidence=sure)


def _milliseconds(output: _Output) -> Iterator[Segment]:
    for piece in output.transcription:
        if text := piece.text.strip():
            at = piece.offsets
            yield Segment(text=text, start=at.start / 1000 if at else None, end=at.end / 1000 if at else None)
