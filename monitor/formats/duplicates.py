"""The same document twice in one run: read once, told once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import blake2b

import msgspec

from monitor.documents import Envelope
from monitor.errors import InputError
from monitor.formats.item import Item, OnError


def refuse_duplicates(items: Iterable[Item], on_error: OnError) -> Iterator[Item]:
    """The items but those whose id came before.

    Two documents are one if kind, platform and id are the same, and the id of the envelope where there is one: a document may
    be judged twice, in two envelopes. The ids seen lie in a temporary SQLite file, so that memory does not grow with them.
    """
    with closing(sqlite3.connect("")) as seen:  # "" is a database on disk that goes with its connection
        seen.execute("PRAGMA journal_mode = OFF")
        seen.execute("PRAGMA synchronous = OFF")
        seen.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, source TEXT, line INTEGER) WITHOUT ROWID")
        for item in items:
            key = _key(item.envelope)
            added = seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (key, item.source, item.line))
            if added.rowcount:
                yield item
                continue
            source, line = seen.execute("SELECT source, line FROM seen WHERE key = ?", (key,)).fetchone()
            first = source if line is None else f"{source}:{line}"
            reason = f"the id {item.envelope.document.id} is taken by the document at {first}: read once"
            on_error(InputError(reason, source=item.source, line=item.line, field="id"))


def _key(envelope: Envelope) -> bytes:
    document = envelope.document
    name = (envelope.id, type(document).__name__, document.platform, document.id)
    return blake2b(msgspec.json.encode(name), digest_size=16).digest()
