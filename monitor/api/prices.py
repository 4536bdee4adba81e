"""``POST /v1/prices``: observed prices, as a shop or a platform streams them."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import RawBody

from monitor import cases, store
from monitor.api.bodies import refused, split
from monitor.api.keys import needs
from monitor.api.problems import MEDIA_TYPE
from monitor.api.shapes import PRICES_LIMIT, KeptPrices, PriceProblem, Problem
from monitor.formats.item import Refusal
from monitor.formats.prices import decode_price


@post("/prices", dependencies={"client": needs("ingest")}, status_code=200, sync_to_thread=True, tags=["documents"])
def take_prices(body: RawBody, client: NamedDependency[cases.Client], state: State) -> Response[KeptPrices | Problem]:
    """Keep one observed price, or a list of up to 1,000. They are committed before this answers.

    The same price of the same kind at the same moment is kept once: sending it again does nothing. In a list a bad item is told by its
    place, and the others are kept.
    """
    items, many = split(body, PRICES_LIMIT, "prices")
    found, problems = [], []
    for index, item in enumerate(items):
        try:
            found.append((decode_price(item), f"api: {client.name}"))
        except Refusal as refusal:
            problems.append(PriceProblem(index, refused(refusal)))
    if problems and not many:
        problem = problems[0].problem
        return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE)
    database: store.Database = state.database
    with database.write() as session:
        kept = store.keep_prices(session, found, datetime.now(UTC))
    return Response(KeptPrices(kept.new, kept.known, tuple(problems)))
