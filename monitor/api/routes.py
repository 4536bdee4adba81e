"""The routes under ``/v1``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import HeaderParameter, JSONBody, PathParameter, QueryParameter, RawBody

from monitor import __version__, cases, store
from monitor.api.bodies import Arrived, decode, given, split
from monitor.api.keys import needs
from monitor.api.prices import take_prices
from monitor.api.problems import MEDIA_TYPE
from monitor.api.requests import request_id
from monitor.api.shapes import (
    Accepted,
    AcceptedBatch,
    Checked,
    CheckedBatch,
    FiledComplaint,
    FlagPage,
    FlagView,
    Health,
    Problem,
)
from monitor.api.streams import STREAM_ROUTES
from monitor.flags import Category, Severity
from monitor.logs import get as logger
from monitor.metrics import figures
from monitor.scanner import Scanner

_LOG = logger("monitor.api")
Query = Annotated[list[str] | None, QueryParameter(max_items=50)]
Short = Annotated[str | None, QueryParameter(max_length=200)]


@post("/check", dependencies={"client": needs("check")}, status_code=200, sync_to_thread=True, tags=["check"])
def check(
    body: RawBody,
    client: NamedDependency[cases.Client],  # noqa: ARG001 (the key)
    state: State,
    trace: Annotated[bool, QueryParameter()] = False,
) -> Response[Checked | CheckedBatch | Problem]:
    """Check a document, an envelope, or a list of up to 100, before it goes live. Nothing is stored.

    One document answers its flags and the action of the policy; a list answers one result for each, and a bad item is a
    problem in its place. Prices are held against the history kept here. With ``trace=true`` each flag has the steps of its verdict as data.
    """
    items, many = split(body)
    scanner = state.scanner.traced() if trace else state.scanner
    prices = store.StoredPrices(state.database)
    results = tuple(_checked(scanner, decode(item), prices) for item in items)
    if many:
        return Response(CheckedBatch(results))
    if results[0].problem is not None:
        problem = msgspec.structs.replace(results[0].problem, instance="/v1/check")
        return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE)
    return Response(results[0])


def _checked(scanner: Scanner, arrived: Arrived | Problem, prices: store.StoredPrices) -> Checked:
    if isinstance(arrived, Problem):
        return Checked(problem=arrived)
    (result,) = scanner.scan_envelopes([arrived.envelope], _now().date(), prices=prices)
    action = scanner.rulebook.action(result.flags)
    if action == "pass" and result.degraded:
        action = "review"  # nobody knows whether it would have passed
    return Checked(result.document, result.kind, action, result.flags, result.unknown, result.unread, result.degraded)


@post("/documents", dependencies={"client": needs("ingest")}, status_code=202, sync_to_thread=True, tags=["documents"])
def take_documents(
    body: RawBody,
    client: NamedDependency[cases.Client],
    request: Request[Any, Any, Any],
    state: State,
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=200)] = None,
) -> Response[bytes]:
    """Take documents in, to be scanned: committed together with their pending work before this answers.

    The same ``Idempotency-Key`` with the same body answers what it answered first; with another body it is refused. The request's
    ``X-Request-ID`` names what it brought in the logs of the workers.
    """
    database: store.Database = state.database
    with database.write() as session:
        if idempotency_key and (before := store.recall(session, client.name, idempotency_key, body)) is not None:
            return given(before)
        items, many = split(body)
        answer, results = _taken(session, [decode(item) for item in items], request_id(request.scope), many=many)
        if idempotency_key:
            store.remember(session, client.name, idempotency_key, body, answer, _now())
    _count(results)
    return given(answer)


def _count(results: Sequence[Accepted]) -> None:
    """Once they are committed."""
    states = Counter(result.state for result in results)
    _LOG.info("documents", **{state or "refused": count for state, count in states.items()})
    for state, count in states.items():
        counted = figures.ACCEPTED.labels("api", state) if state else figures.REFUSED.labels("api", "malformed")
        counted.inc(count)


def _taken(
    session: Any, arrived: list[Arrived | Problem], correlation: str, *, many: bool
) -> tuple[store.Answer, tuple[Accepted, ...]]:
    good = [item for item in arrived if isinstance(item, Arrived)]
    received = iter(store.ingest(session, good, _now(), correlation=correlation).ids if good else ())
    results = tuple(
        Accepted(problem=item) if isinstance(item, Problem) else _accepted(next(received)) for item in arrived
    )
    if many:
        return store.Answer(202, msgspec.json.encode(AcceptedBatch(results))), results
    problem = results[0].problem
    answer = problem or results[0]
    return store.Answer(problem.status if problem else 202, msgspec.json.encode(answer)), results


def _accepted(received: store.Received) -> Accepted:
    return Accepted(received.external_id, received.revision, received.state)


@get("/flags", dependencies={"client": needs("read")}, sync_to_thread=True, tags=["flags"])
def list_flags(
    client: NamedDependency[cases.Client],  # noqa: ARG001 (the key)
    state: State,
    category: Annotated[list[Category] | None, QueryParameter(max_items=50)] = None,
    severity: Annotated[list[Severity] | None, QueryParameter(max_items=50)] = None,
    platform: Query = None,
    rule: Query = None,
    document: Short = None,
    decided: Annotated[bool | None, QueryParameter()] = None,
    after: Short = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> FlagPage:
    """Flags in force, oldest first, in stable pages: pass ``next`` as ``after``."""
    filters = cases.FlagFilter(
        categories=tuple(category or ()),
        severities=tuple(severity or ()),
        platforms=tuple(platform or ()),
        rules=tuple(rule or ()),
        document=document or "",
        decided=decided,
    )
    with state.database.read() as session:
        page = cases.list_flags(session, filters, after=after, limit=limit)
    return FlagPage(tuple(_view(item) for item in page.items), page.total, page.next, page.more)


def _view(item: cases.StoredFlag) -> FlagView:
    return FlagView(
        id=item.id,
        document=item.external_id,
        platform=item.platform,
        revision=item.revision,
        latest=item.latest,
        created_at=item.created_at,
        rulebook=item.rulebook,
        flag=item.flag,
        outcome=item.outcome,
    )


@post("/complaints", sync_to_thread=True, tags=["complaints"], middleware=[RateLimitConfig(("minute", 10)).middleware])
def file_complaint(data: JSONBody[cases.Complaint], state: State) -> FiledComplaint:
    """File a complaint, without an account. The receipt is shown once: keep it to follow the complaint."""
    with state.database.write() as session:
        return FiledComplaint(cases.file_complaint(session, state.secret, data, _now()))


@get(
    "/complaints/{receipt:str}",
    sync_to_thread=True,
    tags=["complaints"],
    middleware=[RateLimitConfig(("minute", 60)).middleware],
)
def follow_complaint(receipt: Annotated[str, PathParameter(max_length=40)], state: State) -> cases.PublicComplaint:
    """What came of a complaint: its status and the public notes, no personal data."""
    with state.database.read() as session:
        return cases.follow(session, state.secret, receipt)


@get("/health", sync_to_thread=True, tags=["operations"])
def health(state: State) -> Health:
    """Whether this process can serve: the database answers and the rulebook is loaded."""
    with state.database.read() as session:
        store.work_counts(session)
    return Health(ready=True, rulebook=state.scanner.rulebook.digest, version=__version__)


def _now() -> datetime:
    return datetime.now(UTC)


ROUTES = (check, take_documents, take_prices, list_flags, *STREAM_ROUTES, file_complaint, follow_complaint, health)
