"""``/v1/streams``: live streams on air: opened, told item by item, finished; and what is flagged meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, PathParameter, QueryParameter, RawBody

from monitor import cases, store
from monitor.api.bodies import given, refused, split
from monitor.api.gathering import Gathering
from monitor.api.keys import needs
from monitor.api.problems import title_of
from monitor.api.requests import request_id
from monitor.api.shapes import (
    ITEMS_LIMIT,
    FinishedStream,
    LiveFlagPage,
    LiveStreamPage,
    OpenedStream,
    Problem,
    ProblemError,
    TakenItem,
    TakenItems,
)
from monitor.errors import Refused
from monitor.formats.item import Refusal
from monitor.formats.saying import Saying, decode_head, decode_saying
from monitor.metrics import figures
from monitor.metrics.streams import count_finished, count_items

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=200)]
Number = Annotated[int, PathParameter(ge=1, le=2**53)]
Short = Annotated[str | None, QueryParameter(max_length=200)]

_WRITES: dict[str, Any] = {
    "dependencies": {"client": needs("ingest")},
    "status_code": 202,
    "sync_to_thread": True,
    "tags": ["streams"],
}
_READS: dict[str, Any] = {"dependencies": {"client": needs("read")}, "sync_to_thread": True, "tags": ["streams"]}


@post("/streams", **_WRITES)
def open_stream(
    body: RawBody,
    client: NamedDependency[cases.Client],
    state: State,
    as_of: Annotated[date | None, QueryParameter()] = None,
    idempotency_key: Key = None,
) -> Response[bytes]:
    """Put a stream on air. The body describes it as a transcript does, without ``segments``.

    Opening it again with the same body answers the same number (``known``). A stream that ended by silence is on air ``again``; one that
    was told to be over stays so (409): a new broadcast has a new id. ``as_of``: the day whose law applies, else the day it began.
    """

    def opened(session: Any) -> store.Answer:
        try:
            head = decode_head(body)
        except Refusal as refusal:
            figures.REFUSED.labels("streams", "malformed").inc()
            return _answer(422, refused(refusal))
        source = f"api: {client.name}"
        made = store.open_stream(session, head, body, _now(), source=source, as_of=as_of)
        return _answer(202, OpenedStream(made.stream, made.state))

    return _once(state, client, idempotency_key, b"open " + body, opened)


@post("/streams/{stream:int}/segments", **_WRITES)
def append_segments(
    body: RawBody,
    client: NamedDependency[cases.Client],
    state: State,
    stream: Number,
    idempotency_key: Key = None,
) -> Response[bytes]:
    """Take what was said: a segment (``text``) or a product shown from then on (``listing``, ``from``), or a list of up to 1,000.

    ``seq`` counts both from 1 and may come in any order and any number of times; the same number with another content is refused in its
    place. Without ``seq`` the next number is given: then only an ``Idempotency-Key`` keeps a repeated call from saying it twice.
    What is answered as taken is committed. ``late``: what follows was judged already; it is part of the stream all the same.
    """

    gathering: Gathering = state.gathering
    told: list[TakenItem] = []
    if idempotency_key is None:
        response = given(_appended(body, lambda said: gathering.append(stream, said), told))
    else:

        def appended(session: Any) -> store.Answer:
            return _appended(body, lambda said: store.append(session, stream, said, _now()), told)

        response = _once(state, client, idempotency_key, b"say %d " % stream + body, appended)
    count_items(item.state or "refused" for item in told)
    return response


def _appended(
    body: bytes, take: Callable[[list[Saying]], tuple[store.Taken, ...]], told: list[TakenItem]
) -> store.Answer:
    """Take the items of a body. What became of each is the answer, and stands in ``told``."""
    items, many = split(body, ITEMS_LIMIT, "items")
    decoded = [_decoded(item) for item in items]
    taken = iter(take([item for item in decoded if isinstance(item, Saying)]))
    results = tuple(_taken(next(taken)) if isinstance(item, Saying) else TakenItem(problem=item) for item in decoded)
    told += results
    problem = results[0].problem
    if many or problem is None:
        return _answer(202, TakenItems(results) if many else results[0])
    return _answer(problem.status, problem)


@post("/streams/{stream:int}/finish", **_WRITES)
def finish_stream(
    client: NamedDependency[cases.Client],
    request: Request[Any, Any, Any],
    state: State,
    stream: Number,
    idempotency_key: Key = None,
) -> Response[bytes]:
    """The stream is over: all of it becomes a revision of a document, to be scanned as a whole. Finishing again changes nothing.

    The request's ``X-Request-ID`` names that scan in the logs of the workers.
    """
    over: list[store.Finished] = []

    def finished(session: Any) -> store.Answer:
        made = store.finish(session, stream, _now(), correlation=request_id(request.scope))
        over.append(made)
        name = store.get_live(session, stream).stream if made.document is not None else None
        return _answer(202, FinishedStream(stream, name, made.revision))

    response = _once(state, client, idempotency_key, b"finish %d" % stream, finished)
    for made in over:
        count_finished(made)
    return response


@get("/streams", **_READS)
def list_streams(
    client: NamedDependency[cases.Client],  # noqa: ARG001 (the key)
    state: State,
    on_air: Annotated[bool | None, QueryParameter(description="only those on air, or only those that are over")] = None,
    after: Short = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> LiveStreamPage:
    """Live streams, the last opened first, in stable pages: pass ``next`` as ``after``."""
    wanted: Literal["open", "finished"] | None = None if on_air is None else "open" if on_air else "finished"
    with state.database.read() as session:
        page = store.list_live(session, state=wanted, after=after, limit=limit)
    return LiveStreamPage(page.items, page.total, page.next)


@get("/streams/{stream:int}", **_READS)
def get_stream(
    client: NamedDependency[cases.Client],  # noqa: ARG001 (the key)
    state: State,
    stream: Number,
) -> store.LiveStream:
    """One live stream: how much was taken, what waits, how many flags."""
    with state.database.read() as session:
        return store.get_live(session, stream)


@get("/streams/{stream:int}/flags", **_READS)
def list_stream_flags(
    client: NamedDependency[cases.Client],  # noqa: ARG001 (the key)
    state: State,
    stream: Number,
    after: Short = None,
    changed_since: Annotated[datetime | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> LiveFlagPage:
    """The flags of a stream in the order they came: ``early`` ones, which what follows may lift, ``settled`` and ``lifted`` ones.

    ``changed_since``, a moment with its zone: those that came or changed their standing then or later, in the order of their change; ask
    again from the ``changed_at`` of the last.

    When the stream is over, the flags of the whole are found under ``GET /v1/flags?document=``.
    """
    if changed_since is not None and changed_since.tzinfo is None:
        raise Refused("names no zone: write 2026-11-20T20:00:00+08:00, or …Z", field="changed_since")
    with state.database.read() as session:
        if changed_since is not None:
            store.get_live(session, stream)
            changed = store.flags_since(session, [stream], changed_since)
            return LiveFlagPage(changed[:limit], len(changed))
        page = store.live_flags(session, stream, after=after, limit=limit)
    return LiveFlagPage(page.items, page.total, page.next)


def _once(
    state: State, client: cases.Client, key: str | None, request: bytes, work: Callable[[Any], store.Answer]
) -> Response[bytes]:
    """Do the work in one transaction, or give the answer that was given to this key before."""
    database: store.Database = state.database
    with state.gathering.turn, database.write() as session:
        answer = store.recall(session, client.name, key, request) if key else None
        if answer is None:
            answer = work(session)
            if key:
                store.remember(session, client.name, key, request, answer, _now())
    return given(answer)


def _answer(status: int, body: object) -> store.Answer:
    return store.Answer(status, msgspec.json.encode(body))


def _decoded(raw: bytes) -> Saying | Problem:
    try:
        return decode_saying(raw)
    except Refusal as refusal:
        return refused(refusal)


def _taken(taken: store.Taken) -> TakenItem:
    if taken.state != "refused":
        return TakenItem(taken.seq, taken.state)
    problem = Problem(title_of(409), 409, detail=taken.reason, errors=(ProblemError("/seq", taken.reason or ""),))
    return TakenItem(taken.seq, problem=problem)


def _now() -> datetime:
    return datetime.now(UTC)


STREAM_ROUTES = (open_stream, append_segments, finish_stream, list_streams, get_stream, list_stream_flags)
