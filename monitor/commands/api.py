"""``monitor api``: serve the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.commands.telling import errors_told


def api(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default STEELYARD_API_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; default STEELYARD_API_PORT; 0: any free one.")
    ] = None,
) -> None:
    """Serve the HTTP API: check a listing, take documents in, read flags, file complaints.

    The page /docs documents every call. Keys are made with `monitor keys new`.

    \b
    Examples:
      monitor api
      monitor keys new shop --capability check
      curl -s localhost:8400/v1/check -H "Authorization: Bearer sy_…" -d '{"kind":"listing","id":"1","title":"全网最低价"}'
    """
    import uvicorn

    from monitor.api.app import make_api
    from monitor.bootstrap import load_scanner, open_database, open_secret
    from monitor.commands.watching import served_here
    from monitor.config import read_settings
    from monitor.logs import set_up

    with errors_told():
        settings = read_settings()
        set_up(settings.log, "api")
        database, scanner = open_database(settings), load_scanner(settings)
        app = make_api(database, scanner, open_secret(settings), lease=settings.lease)
        host, port = host or settings.api_host, settings.api_port if port is None else port
        with served_here(settings, database, scanner.digest):
            uvicorn.run(app, host=host, port=port, log_config=None, access_log=False)
