"""Whatever bytes are given to whatever reader: documents and errors come out, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from time import process_time

from formats.reading import Heard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.documents import decode_document
from monitor.formats import FORMATS, Item, read_stream
from monitor.formats.item import Refusal, decode

SEEDS = [
    b'{"kind":"listing","id":"L","title":"\xe8\x8b\xb9\xe6\x9e\x9c","price":{"current":"1e9","stock":3}}\n',
    b'{"id":"C","as_of":"2026-11-20","document":{"kind":"transcript","id":"T","segments":[{"text":"a","start":1}]}}\n',
    b'[{"key":"a","text":"b","sentence_info":[{"text":"b","start":1,"end":2,"spk":0,"timestamp":[[1,2]]}]}]',
    b'{"segments":[{"text":"a","start":1.5,"avg_logprob":-1}]}',
    b'{"results":{"items":[{"type":"pronunciation","start_time":"0.4","alternatives":[{"content":"a"}]}]}}',
    b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<v a>b</v>\n",
    b"1\n00:00:01,000 --> 00:00:02,000\n<i>a</i>\n\n2\n99:99:99,999 --> 00:00:00,000\nb\n",
    b"[00:00:03] a: b\n(00:04-00:05) c\n",
    'id,标题,price,certificates,"a"\nL,"x\ny",1,organic:1,\n'.encode("gbk"),
    b"\xff\xfei\x00d\x00,\x00",
    b'\\ud800\\u0000\x00"\r\n,;\t{}[]',
    *(path.read_bytes()[:1500] for path in sorted((Path(__file__).parents[2] / "samples").iterdir())),
]
LONGEST = 10
"""Seconds of processor time for a few kilobytes; a hang takes more."""


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """Pieces of real files and of noise, one after the other."""
    parts = draw(st.lists(st.one_of(st.sampled_from(SEEDS), st.binary(max_size=40)), max_size=6))
    raw = bytearray(b"".join(parts))
    for place, byte in draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=5)):
        if place < len(raw):
            raw[place] = byte
    return bytes(raw)


@settings(max_examples=300)
@given(raw=mangled(), format_=st.sampled_from([None, *FORMATS]))
@example(raw=b"\xff\xfe", format_="txt")
@example(raw=b"\xef\xbb\xbf", format_="jsonl")
@example(raw=b"\xfe\xff\xd8\x00", format_="csv")
@example(raw=b"[" * 5000, format_="json")
@example(raw=b'{"a":' * 5000, format_="jsonl")
@example(raw=b'"\n' * 500, format_="csv")
@example(raw=b"title\n" + b'"' * 99, format_="csv")
def test_any_bytes_yield_documents_and_errors_and_nothing_else(raw: bytes, format_: str | None) -> None:
    heard, start = Heard(), process_time()
    items = list(read_stream(io.BytesIO(raw), name="f", format=format_, on_error=heard))
    assert process_time() - start < LONGEST
    assert items or heard.errors
    for item in items:
        assert isinstance(item, Item)
        assert decode_document(item.raw) == item.envelope.document


@given(text=st.text(), key=st.text())
def test_what_is_read_has_no_character_that_cannot_be_stored(text: str, key: str) -> None:
    import json

    raw = json.dumps({"kind": "listing", "id": "L", "title": text, "attributes": {key: text}}).encode()
    try:
        _, document = decode(raw)
    except Refusal:
        return
    assert "\\u0000" not in json.dumps(json.loads(document))
    document.decode()
