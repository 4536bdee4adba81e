"""``/health/live`` and ``/health/ready``: what asks them is a machine that starts, stops and feeds this process."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get
from litestar.datastructures import State

from monitor.api.shapes import HealthCheck, Live, Ready
from monitor.logs import get as logger
from monitor.store.checks import health

log = logger("monitor.api")


@get("/health/live", sync_to_thread=False, tags=["operations"])
def live() -> Live:
    """This process answers."""
    return Live()


@get("/health/ready", sync_to_thread=True, tags=["operations"])
def ready(state: State) -> Response[Ready]:
    """Whether documents can be taken in and checked: the database answers, in the form of this program, and the rulebook is loaded.

    503 where they cannot. That work does not move is told and keeps nothing from being taken in: documents wait and are not lost.
    """
    found = health(state.database.engine, lambda: state.scanner.digest, datetime.now(UTC), state.lease)
    for check in found.checks:
        if not check.ok:
            log.warning("not well", check=check.name, detail=check.detail)
    checks = tuple(HealthCheck(check.name, check.ok) for check in found.checks)  # the details are not for everybody
    return Response(Ready(found.ready, checks), status_code=200 if found.ready else 503)
