"""Pictures from servers: only when asked for, only public ones, within limits of size, kind, time and redirections.

A listing may name any address, also that of a machine behind this one's firewall. So the name is resolved once, every address of it must
be public, and the connection is made to the address that was looked at. Proxies of the environment are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from monitor.errors import PictureError
from monitor.pictures.opening import BYTES_LIMIT

SECONDS: Final = 15.0
"""Seconds a picture may take to come, redirections included."""

REDIRECTIONS: Final = 3
_PIECE: Final = 65_536
_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset((301, 302, 303, 307, 308))

Allowed = Callable[[str], bool]
"""Whether a connection may be made to an IP address."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network."""
    return ipaddress.ip_address(address).is_global and not ipaddress.ip_address(address).is_multicast


def fetch(url: str, *, allowed: Allowed = is_public) -> bytes:
    """The bytes of the picture at an address.

    Raises:
        PictureError: it cannot be had, or is not to be.
    """
    until = time.monotonic() + SECONDS
    for _ in range(REDIRECTIONS + 1):
        found = _answer(url, until, allowed)
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise PictureError(f"more than {REDIRECTIONS} redirections")


def _answer(url: str, until: float, allowed: Allowed) -> bytes | str:
    """The bytes, or where it has moved to."""
    try:
        connection, target = _connection(url, until, allowed)
        try:
            headers = {"Host": urlsplit(url).netloc.rpartition("@")[2], "Accept": "image/*", "User-Agent": "steelyard"}
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            if answer.status in _MOVED:
                return answer.headers.get("Location") or ""
            return _bytes(answer, until)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PictureError(f"cannot be fetched: {getattr(error, 'strerror', None) or error}"[:200]) from error


def _connection(url: str, until: float, allowed: Allowed) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in _PORTS or not host:
        raise PictureError("only http and https addresses are fetched")
    port = parts.port or _PORTS[scheme]
    address = _resolved(host, port, allowed)
    stream = socket.create_connection((address, port), timeout=max(0.1, until - time.monotonic()))
    if scheme == "https":
        stream = ssl.create_default_context().wrap_socket(stream, server_hostname=host)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = stream
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return connection, quote(target, safe="/%?=&:;,+@~!$'()*")


def _resolved(host: str, port: int, allowed: Allowed) -> str:
    """The first address of a host, all of which must be allowed."""
    addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not addresses or not all(allowed(address.partition("%")[0]) for address in addresses):
        raise PictureError("its server is not on the public network")
    return addresses[0]


def _bytes(answer: http.client.HTTPResponse, until: float) -> bytes:
    if answer.status != http.client.OK:
        raise PictureError(f"the server answered {answer.status}")
    kind = answer.headers.get_content_type()
    if not kind.startswith("image/") and kind != "application/octet-stream":
        raise PictureError(f"the server sent {kind[:60]}, not a picture")
    held = bytearray()
    while piece := answer.read1(_PIECE):
        held += piece
        if len(held) > BYTES_LIMIT:
            raise PictureError(f"more than {BYTES_LIMIT:,} bytes came")
        if time.monotonic() > until:
            raise PictureError(f"it took longer than {SECONDS:g} seconds to come")
    return bytes(held)
