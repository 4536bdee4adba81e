"""Documents that arrive and results of scanning them, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from monitor.documents import Certificate, Envelope, decode_document
from monitor.flags import Basis, Evidence, Flag, ScanResult
from monitor.store import Database, complete, ingest, lease_batch
from monitor.store.imports import Counts, Origin, import_certificates

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
LAW = Basis("中华人民共和国广告法", "9(3)")


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


class Arrived(msgspec.Struct, frozen=True):
    """What a reader yields."""

    envelope: Envelope
    raw: bytes
    source: str = "test.jsonl"


def arrived(
    document: Mapping[str, Any],
    *,
    as_of: date | None = None,
    registry: Sequence[Certificate] | None = None,
) -> Arrived:
    """A document that arrives."""
    raw = msgspec.json.encode(document)
    return Arrived(
        Envelope(decode_document(raw), as_of=as_of, registry=None if registry is None else tuple(registry)), raw
    )


def listing(number: int | str = 1, title: str = "五常大米，全网最好", **more: Any) -> dict[str, Any]:
    """A listing as JSON."""
    return {"kind": "listing", "id": f"L-{number}", "platform": "kuaishou", "title": title} | more


def transcript(number: int | str = 1, *said: str, **more: Any) -> dict[str, Any]:
    """A stream as JSON: one segment in ten seconds."""
    segments = [
        {"start": 10.0 * index, "end": 10.0 * index + 5, "text": text} for index, text in enumerate(said or ["你好"])
    ]
    return {
        "kind": "transcript",
        "id": f"T-{number}",
        "platform": "douyin",
        "room": "老梁在田间",
        "segments": segments,
    } | more


def flag(words: str = "最好", start: int = 7, *, field: str = "title", at: float | None = None, **more: Any) -> Flag:
    """A flag on words at a place."""
    settings: dict[str, Any] = {
        "rule": "cn.ad.absolute.best",
        "category": "absolute",
        "severity": "medium",
        "score": 0.9,
        "message": f"“{words}”是绝对化用语",
        "basis": (LAW,),
        "evidence": (Evidence(field, start, start + len(words), words, "exact", at),),
        "explanation": ("命中“最好”", "不在引用之中"),
        "remedy": "删去",
        "matcher": "text",
    }
    return Flag(**(settings | more))


def result(document: str, *flags: Flag, rulebook: str = "f" * 64) -> ScanResult:
    """What a scan found."""
    return ScanResult(
        document=document,
        kind="listing" if document.startswith("L") else "transcript",
        flags=flags,
        as_of=DAY,
        rulebook=rulebook,
    )


def scanned(database: Database, document: Mapping[str, Any], *flags: Flag, now: datetime = NOON) -> int:
    """Bring a document and its flags into the database, all the way; its number."""
    with database.write() as session:
        received = ingest(session, [arrived(document)], now).ids[0]
    with database.write() as session:
        lease = lease_batch(session, 1000, 60, now)
        complete(session, lease.token, {key: result(str(document["id"]), *flags) for key in lease.ids}, now)
    return received.document


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what a scan writes, in order, without what depends on when and in which order it was written."""
    from sqlalchemy import text

    queries = {
        "documents": "SELECT identity, platform, external_id, kind, revision FROM documents ORDER BY identity",
        "revisions": "SELECT d.identity, r.identity, r.content_sha256, r.raw FROM revisions r "
        "JOIN documents d ON d.id = r.document_id ORDER BY d.identity, r.identity",
        "work": "SELECT r.identity, w.state, w.rulebook FROM work w JOIN revisions r ON r.id = w.revision_id "
        "JOIN documents d ON d.id = r.document_id ORDER BY d.identity, r.identity",
        "flags": "SELECT d.identity, r.identity, f.identity, f.rule, f.words, f.priority FROM flags f "
        "JOIN revisions r ON r.id = f.revision_id JOIN documents d ON d.id = f.document_id "
        "ORDER BY d.identity, r.identity, f.identity",
    }
    with database.read() as session:
        return {name: [tuple(row) for row in session.execute(text(query))] for name, query in queries.items()}


NUMBER = "098OP2690001"


def certificate(**changes: Any) -> Certificate:
    """An organic certificate of the cooperative 金福泉."""
    row = {
        "type": "organic",
        "number": NUMBER,
        "holder": "五常市金福泉水稻种植专业合作社",
        "holder_uscc": "93230184MA1CQ5H700",
        "scope": ["大米"],
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    return msgspec.convert({name: value for name, value in (row | changes).items() if value is not None}, Certificate)


def took(
    database: Database,
    *certificates: Certificate,
    now: datetime = NOON,
    name: str = "有机目录",
    dated: date = DAY,
    rejected: int = 0,
) -> Counts:
    """Import certificates; what became of them."""
    origin = Origin(name, "table.csv", "0" * 64, dated)
    counts = list(import_certificates(database, origin, certificates, lambda: now, rejected=lambda: rejected))
    return counts[-1] if counts else Counts()
