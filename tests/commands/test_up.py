"""``monitor up`` as one starts it: everything runs, a crash is mended, Ctrl-C ends it all."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from commands.running import monitor, started
from rules.writing import write_rulebook

PATIENCE = 60.0
LISTING = {"kind": "listing", "id": "L-1", "platform": "douyin", "title": "最好的苹果"}


def wait_for(found: Callable[[], object], what: str) -> None:
    begun = time.monotonic()
    while not found():
        assert time.monotonic() - begun < PATIENCE, f"waited in vain: {what}"
        time.sleep(0.1)


def get(address: str, path: str) -> int:
    """The status of a page; 0: nobody answers."""
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def address(log: str, name: str) -> str:
    """Where a part said it is."""
    found = re.search(rf"^{name} +http://(\S+)$", log, re.MULTILINE)
    assert found, log
    return found[1]


def parts_of(process: int) -> dict[int, str]:
    """The children of a process, with their command lines."""
    numbers = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(number): Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ") for number in numbers}


def test_up_runs_everything_and_ends_it(tmp_path: Path) -> None:
    write_rulebook(tmp_path)
    (tmp_path / "in.json").write_text(json.dumps(LISTING))
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        settings = {"STEELYARD_API_PORT": "0", "STEELYARD_DASHBOARD_PORT": str(taken)}
        with started(tmp_path, "up", "--concurrency", "1", **settings) as up:
            wait_for(lambda: "dashboard  http" in log.read_text(), "addresses")
            assert f"port {taken} is taken: the dashboard is on " in log.read_text()
            api, dashboard = address(log.read_text(), "API"), address(log.read_text(), "dashboard")
            wait_for(lambda: get(api, "/v1/health") == 200, "the API")
            wait_for(lambda: get(dashboard, "/_stcore/health") == 200, "the dashboard")

            assert monitor(tmp_path, "ingest", "in.json").returncode == 0
            wait_for(lambda: re.search(r"worker +│ 1 documents, 1 flags", log.read_text()), "the flag")

            parts = parts_of(up.pid)
            assert len(parts) == 5
            (worker,) = (number for number, line in parts.items() if "monitor.workers scan" in line)
            os.kill(worker, signal.SIGKILL)
            second = monitor(tmp_path, "up")
            assert (second.returncode, f"already running, process {up.pid}" in second.stderr) == (2, True)
            wait_for(lambda: log.read_text().count("ready: 1 processes") == 2, "the worker again")

            up.send_signal(signal.SIGINT)
            assert up.wait(40) == 0
            assert not [number for number in parts if Path(f"/proc/{number}").exists()]


def test_up_says_at_once_what_is_wrong_in_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rulebook: test\nrulez: []\n")
    result = monitor(tmp_path, "up")
    assert result.returncode == 2
    assert "rules.yaml:2:1" in result.stderr
