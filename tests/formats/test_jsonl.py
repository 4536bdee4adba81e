"""JSON Lines: one table of lines and what becomes of each."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from formats.reading import Heard, read

from monitor.formats import read_stream
from monitor.formats.item import LINE_LIMIT

GOOD = '{"kind":"listing","id":"L","title":"苹果"}'

BROKEN = [
    pytest.param("{", "f:2: not JSON: Input data was truncated", id="cut off"),
    pytest.param('{"kind":"listing" "id"', "f:2: not JSON: expected ',' or '}' (byte 18)", id="malformed"),
    pytest.param("[1]", "f:2: Expected `object`, got `array`", id="a list"),
    pytest.param("17", "f:2: Expected `object`, got `int`", id="a number"),
    pytest.param("{}", "f:2: neither a document", id="an empty object"),
    pytest.param('{"kind":"advert","id":"a"}', "f:2: kind: Invalid value 'advert'", id="another kind"),
    pytest.param('{"kind":"listing","title":"a"}', "f:2: id: is required", id="no id"),
    pytest.param('{"kind":"listing","id":"a"}', "f:2: a listing needs `title` or `description`", id="no words"),
    pytest.param('{"kind":"listing","id":"a","title":3}', "f:2: title: Expected `str | null`, got `int`", id="type"),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","images":[{"text":"c"},{"text":3}]}',
        "f:2: images[1].text: Expected `str | null`, got `int`",
        id="type in a list",
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","attributes":{"产地":"x","配料":3}}',
        "f:2: attributes.配料: Expected `str`, got `int`",
        id="an attribute that is no text",
    ),
    pytest.param(
        '{"id":"C","document":{"kind":"transcript","id":"a","segments":[{"text":"b"},{"text":"b","start":-1}]}}',
        "f:2: document.segments[1].start: Expected `float` >= 0.0",
        id="in an envelope",
    ),
    pytest.param(
        '{"document":{"kind":"listing","id":"a"}}', "f:2: document: a listing needs", id="no words, in an envelope"
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"x\\ud800y"}',
        "f:2: title: contains half of a surrogate pair",
        id="a lone surrogate",
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","unknown":[{"deep":"\\udfff"}]}',
        "f:2: unknown[0].deep: contains half of a surrogate pair",
        id="a lone surrogate under a key we do not know",
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","x":' + "9" * 5000 + "}", "f:2: holds a number", id="many digits"
    ),
    pytest.param('{"kind":"listing","id":"a","title":"b","x":[1e400]}', "f:2: holds a number", id="a large exponent"),
    pytest.param('{"kind":"listing","id":"a","title":"x\\u0000"}', "f:2: title: contains the character NUL", id="NUL"),
    pytest.param('{"kind":"listing","id":"a","title":"x\0"}', "f:2: not JSON: invalid character", id="a raw NUL"),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","x":' + "[" * 100_000 + "]" * 100_000 + "}",
        "f:2: nested too deeply",
        id="nested a hundred thousand deep",
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"' + "好" * 100_001 + '"}',
        "f:2: title: Expected `str",
        id="a text too long",
    ),
    pytest.param(
        '{"kind":"listing","id":"L","title":"梨"}',
        "f:2: id: the id L is taken by the document at f:1",
        id="an id twice",
    ),
    pytest.param(
        '{"kind":"listing","id":"a","title":"b","observed_at":"yesterday"}',
        "f:2: observed_at: Invalid RFC3339",
        id="time",
    ),
]


@pytest.mark.parametrize(("line", "told"), BROKEN)
def test_a_broken_line_is_told_with_line_and_field_and_the_rest_goes_on(line: str, told: str) -> None:
    items, heard = read(f"{GOOD}\n{line}\n" + GOOD.replace('"L"', '"M"') + "\n", "jsonl")
    assert [item.envelope.document.id for item in items] == ["L", "M"]
    assert [item.line for item in items] == [1, 3]
    (error,) = heard.errors
    assert error.startswith(told)


def test_a_line_that_is_not_utf8_is_told() -> None:
    items, heard = read(GOOD.encode() + b'\n{"kind":"listing","id":"M","title":"\xe5\xa5"}\n', "jsonl")
    assert len(items) == 1
    assert heard.errors == ["f:2: not UTF-8: byte 0xe5 at byte 37 of the line"]


def test_documents_and_envelopes_may_be_mixed() -> None:
    envelope = '{"id":"C-1","as_of":"2026-11-20","registry":[],"document":' + GOOD.replace('"L"', '"M"') + "}"
    (plain, wrapped), heard = read(f"{GOOD}\n\n{envelope}", "jsonl")
    assert heard == Heard()
    assert plain.raw == GOOD.encode()
    assert (wrapped.envelope.id, wrapped.envelope.as_of, wrapped.envelope.registry) == ("C-1", date(2026, 11, 20), ())
    assert wrapped.raw == GOOD.replace('"L"', '"M"').encode()
    assert wrapped.line == 3


def test_unknown_keys_are_kept_for_the_store() -> None:
    (item,), _ = read('{"kind":"listing","id":"L","title":"苹果","批次":{"a":[1]}}')
    assert msgspec.json.decode(item.raw)["批次"] == {"a": [1]}


class _Endless(io.RawIOBase):
    """A file larger than memory ought to hold: ``size`` bytes of one line between two documents."""

    def __init__(self, size: int) -> None:
        self._parts = self._made(size)
        self.most = 0

    @staticmethod
    def _made(size: int) -> Iterator[bytes]:
        yield GOOD.encode() + b"\n"
        for _ in range(size // 65_536):
            yield b"x" * 65_536
        yield b"\n" + GOOD.replace('"L"', '"M"').encode() + b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = next(self._parts, b"")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def test_a_line_of_200_megabytes_is_passed_over_without_being_held() -> None:
    import tracemalloc

    heard = Heard()
    stream = io.BufferedReader(_Endless(200_000_000), 1 << 17)
    tracemalloc.start()
    items = list(read_stream(stream, name="f", format="jsonl", on_error=heard))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item.line for item in items] == [1, 3]
    (error,) = heard.errors
    assert error.startswith("f:2: the line has 199,9")
    assert f"the most is {LINE_LIMIT:,}" in error
    assert peak < 3 * LINE_LIMIT


OTHERS = [
    pytest.param('{"type":"organic","number":"134OP2600963","holder":"某社"}', "certificates", id="certificates"),
    pytest.param('{"id":"C-001","filed_at":"2026-11-08T09:12:00+08:00","text":"投诉"}', "complaints", id="complaints"),
    pytest.param('{"document":"T-1","kind":"transcript","flags":[]}', "results of a scan", id="our own output"),
]


@pytest.mark.parametrize(("line", "what"), OTHERS)
def test_a_file_of_other_records_is_told_once(line: str, what: str) -> None:
    items, heard = read(f"{line}\n{line}\n", "jsonl")
    assert items == []
    (error,) = heard.errors
    assert error.startswith(f"f: holds {what}")
