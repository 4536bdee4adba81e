"""JSON files: one document, a list of documents, or what Whisper and FunASR write; told apart by content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import msgspec

from monitor.documents import Segment, Transcript
from monitor.errors import InputError
from monitor.formats.item import Item, OnError, Refusal, decode, encode
from monitor.formats.text import decode_text


def read_json(raw: bytes, source: str, on_error: OnError) -> Iterator[Item]:
    """The documents of one JSON file."""
    try:
        value = msgspec.json.decode(decode_text(raw, source, on_error))
    except (msgspec.DecodeError, RecursionError) as error:
        on_error(InputError(f"not JSON: {error}", source=source))
        return
    except InputError as error:
        on_error(error)
        return
    entries = value if isinstance(value, list) and not _is_funasr(value) else [value]
    for index, entry in enumerate(entries):
        place = f"[{index}]" if isinstance(value, list) and not _is_funasr(value) else None
        try:
            yield _item(entry, source)
        except Refusal as refusal:
            field = ".".join(filter(None, (place, refusal.field))) or None
            on_error(InputError(refusal.reason, source=source, field=field))


def _item(value: Any, source: str) -> Item:
    if isinstance(value, dict) and "kind" not in value and "document" not in value and _has_segments(value):
        return _transcript(_whisper(value), source)
    if _is_funasr(value):
        return _transcript(_funasr(value), source)
    envelope, document = decode(msgspec.json.encode(value))
    return Item(envelope, document, source)


def _transcript(segments: list[dict[str, Any]], source: str) -> Item:
    if not segments:
        raise Refusal("no segment with text", "segments")
    try:
        made = Transcript(id=stem(source), segments=msgspec.convert(segments, tuple[Segment, ...]))
    except msgspec.ValidationError as error:
        raise Refusal(str(error), "segments") from error
    envelope, document = decode(encode(made))
    return Item(envelope, document, source)


def stem(source: str) -> str:
    """The id of a transcript that names none: the file's name without its endings."""
    return PurePath(source).name.split(".")[0] or "transcript"


def _has_segments(value: dict[str, Any]) -> bool:
    return isinstance(value.get("segments"), list)


def _whisper(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Whisper: ``segments`` with seconds; the mean token probability is exp(avg_logprob)."""
    import math

    made = []
    for segment in value["segments"]:
        if not isinstance(segment, dict) or not str(segment.get("text", "")).strip():
            continue
        entry = {key: segment[key] for key in ("start", "end", "speaker") if segment.get(key) is not None}
        entry["text"] = str(segment["text"]).strip()
        if isinstance(segment.get("avg_logprob"), int | float):
            entry["confidence"] = round(min(1.0, math.exp(segment["avg_logprob"])), 3)
        made.append(entry)
    return made


def _is_funasr(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and "kind" not in first and "sentence_info" in first


def _funasr(value: Any) -> list[dict[str, Any]]:
    """FunASR: ``sentence_info`` with milliseconds and a speaker number."""
    made = []
    for entry in value if isinstance(value, list) else [value]:
        for sentence in entry.get("sentence_info") or ():
            text = str(sentence.get("text") or sentence.get("sentence") or "").strip()
            if text:
                segment: dict[str, Any] = {"text": text}
                segment |= {
                    key: sentence[key] / 1000 for key in ("start", "end") if isinstance(sentence.get(key), int | float)
                }
                if sentence.get("spk") is not None:
                    segment["speaker"] = f"speaker {sentence['spk']}"
                made.append(segment)
    return made
