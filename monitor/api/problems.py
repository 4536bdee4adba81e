"""Problems: every error answers ``application/problem+json`` (RFC 9457), and none shows a stack trace."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from monitor.api.shapes import Problem, ProblemError
from monitor.errors import NotFound, Refused, Stale
from monitor.logs import get

_LOG = get("monitor.api")
MEDIA_TYPE = "application/problem+json"


def answer(
    request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str] | None = None
) -> Response[Problem]:
    """A response that carries a problem."""
    whole = msgspec.structs.replace(problem, instance=request.url.path)
    return Response(whole, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """An error of the protocol: 400 to 499 with its reason, and where there are several all of them."""
    errors: tuple[ProblemError, ...] = ()
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        errors = tuple(
            ProblemError(pointer(str(item.get("key", ""))), str(item.get("message", ""))) for item in error.extra
        )
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "content-type"}
    return answer(
        request, Problem(title_of(error.status_code), error.status_code, detail=error.detail, errors=errors), headers
    )


def house_error(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """An error of the house: not found, stale, refused."""
    if isinstance(error, Refused):
        errors = (ProblemError(pointer(error.field), str(error)),)
        return answer(request, Problem(title_of(422), 422, detail=str(error), errors=errors))
    status = 404 if isinstance(error, NotFound) else 409
    return answer(request, Problem(title_of(status), status, detail=str(error)))


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Anything else: logged here, and not told outside."""
    _LOG.error("failed", method=request.method, path=request.scope.get("path_template", "-"), exc_info=error)
    return answer(
        request, Problem(title_of(500), 500, detail="something failed here; it is logged under this request's id")
    )


def pointer(path: str) -> str:
    """``$.segments[3].text`` as ``/segments/3/text``."""
    parts = re.findall(r"[^.\[\]$]+", path.removeprefix("$"))
    return "".join("/" + part.strip().replace("~", "~0").replace("/", "~1") for part in parts)


def title_of(status: int) -> str:
    """The standard phrase of a status."""
    return HTTPStatus(status).phrase


HANDLERS: dict[Any, Any] = {
    HTTPException: http_error,
    NotFound: house_error,
    Stale: house_error,
    Refused: house_error,
    500: unexpected,
    Exception: unexpected,
}
"""Exception → handler, for the app."""
