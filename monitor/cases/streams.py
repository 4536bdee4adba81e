"""Live streams: which there are, and what was said when."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.cases.passage import segment_of
from monitor.documents import Transcript
from monitor.errors import NotFound
from monitor.store.contents import StreamItem, get_content, get_stream, stream_page
from monitor.store.flags import StoredFlag, flags_of
from monitor.store.paging import Page


class StreamDetail(Struct, frozen=True):
    """A stream in its latest revision, with its flags in order of time."""

    item: StreamItem
    transcript: Transcript
    flags: tuple[StoredFlag, ...]

    @property
    def by_segment(self) -> dict[int, tuple[StoredFlag, ...]]:
        """Index of a segment → the flags with words in it."""
        found: defaultdict[int, list[StoredFlag]] = defaultdict(list)
        for stored in self.flags:
            places = {segment_of(self.transcript, evidence) for evidence in stored.flag.evidence}
            for index in places - {None}:
                if index is not None:
                    found[index].append(stored)
        return {index: tuple(found[index]) for index in sorted(found)}


def streams(session: Session, *, after: str | None = None, limit: int = 50) -> Page[StreamItem]:
    """A page of live streams, those that came last first.

    Raises:
        Refused: a cursor or limit that cannot be.
    """
    return stream_page(session, after=after, limit=limit)


def stream_detail(session: Session, document: int) -> StreamDetail:
    """One stream.

    Raises:
        NotFound: there is no such document, or it is a listing.
    """
    item = get_stream(session, document)
    content = get_content(session, document, item.revision)
    if not isinstance(content.document, Transcript):
        raise NotFound(f"there is no live stream {document}")
    return StreamDetail(item, content.document, flags_of(session, document, item.revision))
