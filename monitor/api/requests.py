"""Every request, whatever becomes of it: its id, its line in the log, its place in the metrics."""

from __future__ import annotations

import time
import uuid
from typing import Any, Final

from litestar import Litestar
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import Message, Receive, Scope, Send

from monitor.logs import bound, get
from monitor.metrics import figures

ID_LIMIT: Final = 64
"""Characters of an id that a caller may give."""

NOWHERE: Final = "-"
"""The path of a request that no route takes."""

_TAKES_DOCUMENTS: Final = "/v1/documents"
_TOO_LARGE: Final = 413
_ID: Final = "steelyard_request"
_QUIET: Final = ("/health", "/assets")

log = get("monitor.api")


class Api(Litestar):
    """An app whose every answer carries the id of its request and the digest of the rulebook.

    The id is the ``correlation`` of whatever is logged meanwhile. Paths are told as their routes are written: a receipt in one is nobody's
    business.
    """

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """See the class; ``lifespan`` passes through."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope[_ID] = request = _given(scope) or uuid.uuid4().hex
        statuses: list[int] = []

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        with bound(correlation=request):
            begun = time.perf_counter()
            try:
                await super().__call__(scope, receive, noting)
            finally:
                _note(scope, statuses[0] if statuses else 0, time.perf_counter() - begun)


def request_id(scope: Any) -> str:
    """The id of a request."""
    return str(scope[_ID])


async def headed(message: Message, scope: Scope) -> None:
    """Every answer says which rulebook judged, and carries the id of its request."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders(message)
    headers["Steelyard-Rulebook"] = scope["litestar_app"].state.scanner.rulebook.digest
    headers["X-Request-ID"] = request_id(scope)


def _note(scope: Any, status: int, seconds: float) -> None:
    method, path = scope["method"], scope.get("path_template") or NOWHERE
    figures.REQUESTS.labels(method, path, str(status)).inc()
    figures.REQUEST_SECONDS.labels(method, path).observe(seconds)
    if status == _TOO_LARGE and path == _TAKES_DOCUMENTS:
        figures.REFUSED.labels("api", "oversize").inc()
    tell = log.debug if path.startswith(_QUIET) else log.info
    tell("request", method=method, path=path, status=status, seconds=round(seconds, 4))


def _given(scope: Any) -> str:
    """The caller's ``X-Request-ID`` where it is sane, else nothing."""
    given = Headers.from_scope(scope).get("x-request-id", "")
    sane = given.isascii() and given.replace("-", "").isalnum() and len(given) <= ID_LIMIT
    return given if sane else ""
