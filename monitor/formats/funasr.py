"""What FunASR writes: ``sentence_info`` with milliseconds and a speaker number, or a text with a time for each of its tokens.

Source: github.com/modelscope/FunASR, ``AutoModel.generate`` (Paraformer, SenseVoice).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from monitor.documents import Segment, Transcript
from monitor.formats.item import Refusal, told

_TAG: Final = re.compile(r"<\|[^|<>]*\|>")
"""SenseVoice marks language, mood and events: ``<|zh|><|NEUTRAL|>``."""

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9'.%-]+|\w")
"""A Han character or a word of Latin letters: what has a time of its own; marks have none."""


class _Sentence(msgspec.Struct):
    text: str = ""
    sentence: str = ""
    start: float | None = None
    end: float | None = None
    timestamp: tuple[tuple[float, float], ...] = ()
    spk: int | str | None = None


class _Result(msgspec.Struct):
    text: str = ""
    timestamp: tuple[tuple[float, float], ...] = ()
    sentence_info: tuple[_Sentence, ...] = ()


_DECODER: Final = msgspec.json.Decoder(_Result)


def read_funasr(raw: bytes, name: str) -> Transcript:
    """The transcript ``name``, of one result.

    Raises:
        Refusal: a field is not what FunASR writes, or there are no words.
    """
    result = told(_DECODER.decode, raw)
    segments = tuple(_sentences(result) if result.sentence_info else _cut(result))
    if not segments:
        raise Refusal("there are no words", "sentence_info" if result.sentence_info else "text")
    return Transcript(id=name, segments=segments)


def _sentences(result: _Result) -> Iterator[Segment]:
    for said in result.sentence_info:
        text = _TAG.sub("", said.text or said.sentence).strip()
        start = said.start if said.start is not None else said.timestamp[0][0] if said.timestamp else None
        end = said.end if said.end is not None else said.timestamp[-1][1] if said.timestamp else None
        speaker = said.spk if isinstance(said.spk, str) else None if said.spk is None else f"speaker {said.spk}"
        if text:
            yield Segment(text=text, start=_seconds(start), end=_seconds(end), speaker=speaker)


def _cut(result: _Result) -> Iterator[Segment]:
    """Sentences of a text with a time for each token; without times where tokens and times do not count alike."""
    text = _TAG.sub("", result.text)
    times = result.timestamp if len(_TOKEN.findall(text)) == len(result.timestamp) else ()
    place = 0
    for sentence in _SENTENCE.findall(text):
        count = len(_TOKEN.findall(sentence))
        own = times[place : place + count]
        place += count
        if sentence.strip():
            start, end = (own[0][0], own[-1][1]) if own else (None, None)
            yield Segment(text=sentence.strip(), start=_seconds(start), end=_seconds(end))


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
