"""Lines that somebody might send who means no good."""

from __future__ import annotations

NUMBERS = [
    b"9" * 4300,
    b"9" * 4301,
    b"9" * 100_000,
    b"1e308",
    b"1e309",
    b"-1E+400",
    b"1" * 400 + b".5",
    b"0." + b"1" * 9000,
]
"""Numbers, some of which nothing can hold."""

HOSTILE = [
    b"not json",
    b"",
    b"[" * 100_000,
    b'{"kind":"listing","id":"deep","title":"x","more":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    b'{"kind":"listing","id":"nul","title":"a\\u0000b"}',
    b'{"kind":"listing","id":"surrogate","title":"a\\ud800b"}',
    b'{"kind":"listing","id":"bytes","title":"a\xff\xfeb"}',
    b'{"kind":"listing","id":"long","title":"' + b"a" * 100_001 + b'"}',
    b'{"kind":"listing","id":"number","title":"x","price":{"current":"1e999999"}}',
    b'{"kind":"listing","id":"' + b"9" * 400 + b'","title":"x"}',
    b'{"kind":"transcript","id":"none","segments":[]}',
    b"\x00\x01\x02",
    b'{"a":' * 5000,
    b'"text"',
    b"null",
    b"{}",
    *(b'{"kind":"listing","id":"n-%d","title":"x","more":[%s]}' % (n, number) for n, number in enumerate(NUMBERS)),
]
"""One line each."""
