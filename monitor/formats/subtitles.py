"""SRT and WebVTT, read by pysubs2; a WebVTT voice tag ``<v NAME>`` names the speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.documents import Envelope, Segment, Transcript
from monitor.errors import InputError
from monitor.formats.item import Item, OnError, encode
from monitor.formats.json import stem
from monitor.formats.text import decode_text

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")
HOSTS = frozenset({"主播", "host", "Host", "HOST"})


def read_subtitles(raw: bytes, source: str, on_error: OnError) -> Iterator[Item]:
    """One transcript: a segment a cue."""
    import pysubs2

    try:
        text = decode_text(raw, source, on_error)
        cues = pysubs2.SSAFile.from_string(
            text, format_="vtt" if text.lstrip().startswith("WEBVTT") else "srt", keep_html_tags=True
        )
    except InputError as error:
        on_error(error)
        return
    except (pysubs2.exceptions.Pysubs2Error, ValueError, IndexError) as error:
        on_error(InputError(f"no subtitles: {error}", source=source))
        return
    segments = tuple(_segment(cue.start, cue.end, cue.text.replace("\\N", " ")) for cue in cues if _plain(cue.text))
    if not segments:
        on_error(InputError("no cue with words", source=source))
        return
    transcript = Transcript(id=stem(source), segments=segments)
    yield Item(Envelope(document=transcript), encode(transcript), source)


def speaker_of(name: str) -> str:
    """A speaker's name; the host by any of its usual names is ``host``."""
    return "host" if name.strip() in HOSTS else name.strip()


def _segment(start: int, end: int, text: str) -> Segment:
    voice = _VOICE.search(text)
    return Segment(
        text=_plain(text),
        start=max(0, start) / 1000,
        end=max(0, end) / 1000,
        speaker=speaker_of(voice[1]) if voice else None,
    )


def _plain(text: str) -> str:
    return _TAG.sub("", _VOICE.sub("", text)).replace("\\N", " ").strip()
