"""Who asks: ``Authorization: Bearer sy_…`` and what that key may do."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from monitor import cases
from monitor.store import Database

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="steelyard"'}


def needs(capability: str) -> Provide:
    """A dependency ``client``: whoever holds a key with this capability.

    Raises (when a request comes):
        NotAuthorizedException: no key, or one that is not known or revoked.
        PermissionDeniedException: a key without this capability.
    """

    def client(request: Request[Any, Any, Any], state: State) -> cases.Client:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise NotAuthorizedException("send an API key: Authorization: Bearer sy_…", headers=_CHALLENGE)
        database: Database = state.database
        with database.read() as session:
            found = cases.authenticate(session, key.strip())
        if found is None:
            raise NotAuthorizedException("this key is not known, or was revoked", headers=_CHALLENGE)
        if not found.may(capability):
            raise PermissionDeniedException(
                f"this key may not {capability}; make one with `monitor keys new NAME --capability {capability}`"
            )
        return found

    return Provide(client, sync_to_thread=True)
