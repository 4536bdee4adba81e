"""The app: routes, limits, headers, and the page that documents them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.static_files import create_static_files_router

from monitor import __version__
from monitor.api.gathering import Gathering
from monitor.api.health import live, ready
from monitor.api.problems import HANDLERS
from monitor.api.requests import Api, headed
from monitor.api.routes import ROUTES
from monitor.api.stream_bodies import stream_bodies
from monitor.cases import Secret
from monitor.documents import Envelope, Listing, PriceObservation, Transcript
from monitor.scanner import Scanner
from monitor.store import Database

BODY_LIMIT = 16_000_000
"""Bytes a request may have."""

_ASSETS = "/assets"
_TAKES_DOCUMENTS = ("/v1/check", "/v1/documents")
_TAKES_PRICES = "/v1/prices"


def make_api(database: Database, scanner: Scanner, secret: Secret, *, lease: float = 120) -> Litestar:
    """The API over real parts. Rate limits are counted in this process. ``lease`` is that of the workers, in seconds."""
    import swagger_ui_bundle

    pages = Path(swagger_ui_bundle.swagger_ui_path)
    swagger = _Pages(
        js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        css_url=f"{_ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{_ASSETS}/swagger-ui-standalone-preset.js",
        path="/docs",
        favicon='<link rel="icon" href="data:,">',
    )
    return Api(
        route_handlers=[
            Router("/v1", route_handlers=list(ROUTES)),
            live,
            ready,
            create_static_files_router(_ASSETS, [pages], include_in_schema=False),
        ],
        exception_handlers=HANDLERS,
        before_send=[headed],
        logging_config=None,  # whoever starts this process says where logs go
        request_max_body_size=BODY_LIMIT,
        state=State(
            {
                "database": database,
                "scanner": scanner,
                "secret": secret,
                "lease": lease,
                "gathering": Gathering(database, _now),
            }
        ),
        openapi_config=OpenAPIConfig(
            title="Steelyard 公平秤",
            version=__version__,
            description="Check a listing before it goes live, take documents and live streams in, read flags, file complaints.",
            path="/",
            render_plugins=[swagger, _Json(path="/openapi.json")],
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC)


class _Json(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, with_bodies(openapi_schema))


class _Pages(SwaggerRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, with_bodies(openapi_schema))


def with_bodies(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI schema with the bodies that are decoded item by item: documents, envelopes, and lists of them."""
    place = "#/components/schemas/{name}"
    every, components = msgspec.json.schema_components(
        [Listing, Transcript, Envelope, PriceObservation], ref_template=place
    )
    whole = {**schema, "components": {**schema.get("components", {})}}
    whole["components"]["schemas"] = {**whole["components"].get("schemas", {}), **components}
    *documents, price = every
    bodies = {**dict.fromkeys(_TAKES_DOCUMENTS, _one_or_many(documents)), _TAKES_PRICES: _one_or_many([price])}
    bodies |= stream_bodies(whole["components"]["schemas"])
    paths = whole["paths"]
    whole["paths"] = {
        path: {**item, "post": {**item["post"], "requestBody": bodies[path]}} if path in bodies else item
        for path, item in paths.items()
    }
    return whole


def _one_or_many(kinds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A body of one of these, or of a list of them."""
    schema = {"oneOf": [*kinds, {"type": "array", "items": {"oneOf": list(kinds)}}]}
    return {"required": True, "content": {"application/json": {"schema": schema}}}
