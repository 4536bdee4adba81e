"""Pictures from servers: public ones only, within limits. The server of these tests is a real one on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.errors import PictureError
from monitor.pictures import fetching
from monitor.pictures.fetching import fetch, is_public
from monitor.pictures.opening import BYTES_LIMIT

MOVED = {
    "/moved": "/picture",
    "/round": "/round",
    "/inside": "http://169.254.169.254/secret",
    "/file": "file:///etc/passwd",
}


class Answers(BaseHTTPRequestHandler):
    """What the server sends at each path."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        bodies = {"/large": b"x" * (BYTES_LIMIT + 1), "/host": f"{self.headers['Host']} {self.path}".encode()}
        self.send_response(302 if path in MOVED else 404 if path == "/none" else 200)
        self.send_header("Content-Type", "text/html" if path == "/page" else "image/png")
        if path in MOVED:
            self.send_header("Location", MOVED[path])
        self.end_headers()
        with suppress(ConnectionError):  # the client had enough
            self.wfile.write(bodies.get(path, b"picture"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the server."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def loopback(address: str) -> bool:
    return address == "127.0.0.1"


def test_a_picture_comes(server: str) -> None:
    assert fetch(f"{server}/picture", allowed=loopback) == b"picture"
    assert fetch(f"{server}/moved", allowed=loopback) == b"picture"


def test_the_server_is_asked_for_what_the_address_says(server: str) -> None:
    host, _, port = server.removeprefix("http://").partition(":")
    assert fetch(f"{server}/host?a=图 1", allowed=loopback).decode() == f"{host}:{port} /host?a=%E5%9B%BE%201"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/page", "the server sent text/html, not a picture"),
        ("/none", "the server answered 404"),
        ("/round", "more than 3 redirections"),
        ("/inside", "its server is not on the public network"),
        ("/file", "only http and https addresses are fetched"),
        ("/large", "more than 20,000,000 bytes came"),
    ],
)
def test_what_does_not_come_says_why(server: str, path: str, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        fetch(f"{server}{path}", allowed=loopback)


def test_a_server_behind_the_firewall_is_not_asked(server: str) -> None:
    with pytest.raises(PictureError, match="not on the public network"):
        fetch(f"{server}/picture")
    with pytest.raises(PictureError, match="not on the public network"):
        fetch(server.replace("127.0.0.1", "localhost"))


def test_time_ends(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.0)
    with pytest.raises(PictureError, match="longer than 0 seconds"):
        fetch(f"{server}/picture", allowed=loopback)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http:///x", "gopher://x/y", "http://a\nb/", "http://x.invalid/"]
)
def test_nothing_else_is_raised(url: str) -> None:
    with pytest.raises(PictureError):
        fetch(url, allowed=loopback)


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False),
     ("169.254.169.254", False), ("100.64.0.1", False), ("240.0.0.1", False), ("::1", False), ("fd00::1", False),
     ("fe80::1", False), ("::ffff:10.0.0.1", False), ("224.0.0.1", False)],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
