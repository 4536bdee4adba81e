"""Live streams that are over, as retention sees them: one goes with the document it became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from monitor.store.rows import delete_keys
from monitor.store.stream_tables import StreamFlagRow, StreamItemRow, StreamRow


def is_on_air(document: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a document goes on as a live stream."""
    return exists().where(StreamRow.document_id == document, StreamRow.state == "open")


def lock_streams(session: Session, documents: Sequence[int]) -> None:
    """Keep these documents from going on as live streams until the transaction ends. Before the documents are locked, as in ``finish``."""
    found = select(StreamRow.id).where(StreamRow.document_id.in_(documents)).order_by(StreamRow.id)
    session.execute(found.with_for_update())


def ended_unsaid(session: Session, before: datetime, most: int) -> dict[int, str]:
    """Streams that ended before a moment with nothing said, locked: number → identity."""
    which = (StreamRow.state == "finished", StreamRow.document_id.is_(None), StreamRow.finished_at < before)
    query = select(StreamRow.id, StreamRow.identity).where(*which).order_by(StreamRow.id).limit(most)
    return {row.id: row.identity for row in session.execute(query.with_for_update())}


def delete_streams(session: Session, streams: Sequence[int]) -> dict[str, int]:
    """Delete streams with what was said in them and flagged meanwhile; how many rows went, by table."""
    return {
        "stream_flags": delete_keys(session, StreamFlagRow, StreamFlagRow.stream_id, streams),
        "stream_items": delete_keys(session, StreamItemRow, StreamItemRow.stream_id, streams),
        "streams": delete_keys(session, StreamRow, StreamRow.id, streams),
    }
