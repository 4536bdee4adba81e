"""Ports that are free, and one start on one folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.commands.starting import free_port, only_one, shown, with_free_ports
from monitor.config import Settings
from monitor.errors import ConfigurationError


def test_the_port_that_was_asked_for_is_given_where_it_is_free() -> None:
    port = free_port("127.0.0.1", 0)
    assert free_port("127.0.0.1", port) == port


def test_another_port_is_chosen_and_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        settings, told = with_free_ports(Settings(_env_file=None, api_port=taken, dashboard_port=0), "api", "dashboard")
    assert settings.api_port != taken
    assert told == [f"port {taken} is taken: the api is on {settings.api_port}"]


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"192\.0\.2\.1: cannot listen on this address"):
        free_port("192.0.2.1", 8400)


@pytest.mark.parametrize(
    ("host", "browser"),
    [
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 (read, not bound)
        ("::", "127.0.0.1"),
        ("::1", "[::1]"),
        ("shop.example", "shop.example"),
    ],
)
def test_an_address_for_a_browser(host: str, browser: str) -> None:
    assert shown(host) == browser


def test_a_folder_is_held_once_and_let_go_of(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(ConfigurationError, match=f"already running, process {os.getpid()}"),
        only_one(tmp_path),
    ):
        pytest.fail("held twice")
    with only_one(tmp_path):
        pass


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from monitor.commands.starting import only_one
with only_one(Path({str(tmp_path)!r})):
    import os; os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    with only_one(tmp_path):
        pass
