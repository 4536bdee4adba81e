"""``monitor up`` as one starts it: everything runs, a crash is mended, Ctrl-C ends it all."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands.running import monitor, started
from rules.writing import write_rulebook

PATIENCE = 60.0
PARTS = ("worker", "dispatcher", "streams", "schedule", "api", "dashboard")
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


def key(folder: Path) -> str:
    """A key to take documents in."""
    return monitor(folder, "keys", "new", "shop", "--capability", "ingest").stdout.strip()


def post(address: str, key: str, request: str, path: str, body: object) -> Any:
    """Send something under a request id of the caller's own; what is answered, once it is taken."""
    headers = {"Authorization": f"Bearer {key}", "X-Request-ID": request}
    data = json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"http://{address}/v1/{path}", data, headers), timeout=20
    ) as answer:
        assert (answer.headers["X-Request-ID"], answer.status) == (request, 202)
        return json.loads(answer.read())


def tell_stream(address: str, key: str, request: str) -> None:
    """A live stream from its opening to its end."""
    stream = post(address, key, "opening", "streams", {"id": "T-1", "platform": "douyin"})["stream"]
    post(address, key, "telling", f"streams/{stream}/segments", {"text": "最好的苹果", "start": 0.0, "end": 2.0})
    post(address, key, request, f"streams/{stream}/finish", {})


def address(log: str, name: str) -> str:
    """Where a part said it is."""
    found = re.search(rf"all +│ info +{name} +http://([^/\s]+)", log)
    assert found, log
    return found[1]


def check_metrics(address: str) -> list[str]:
    """What the metrics of a deployment should say after one file of one flagged document, and do not."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    expected = [
        'steelyard_documents_accepted_total{source="files",state="new"} 1.0',
        "steelyard_documents_sent_total 1.0",
        "steelyard_documents_scanned_total 1.0",
        'steelyard_flags_total{category="absolute",severity="medium"} 1.0',
        "steelyard_receipt_to_flag_seconds_count 1.0",
        'steelyard_api_requests_total{method="GET",path="/v1/health",status="200"} ',
        'steelyard_work{state="pending"} 0.0',
        "steelyard_database_up 1.0",
        *(f'steelyard_part_ready{{part="{part}"}} 1.0' for part in PARTS),
    ]
    return [line for line in expected if line not in page]


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
            wait_for(lambda: re.search(r"all +│ info +ready in", log.read_text()), "every part ready")

            ingested = monitor(tmp_path, "ingest", "in.json")
            assert ingested.returncode == 0
            run = ingested.stderr.strip().rpartition("; run ")[2]
            wait_for(lambda: re.search(r"worker +│ info +batch +documents=1 flags=1", log.read_text()), "the flag")
            assert re.search(rf"worker +│ info +scanned .* correlation={run}\b", log.read_text())
            assert check_metrics(address(log.read_text(), "metrics")) == []
            status = json.loads(monitor(tmp_path, "status", "--json").stdout)
            assert (status["well"], status["running"], status["work"]["finished"]) == (True, up.pid, 1)
            assert {name: part["state"] for name, part in status["parts"].items()} == dict.fromkeys(PARTS, "ready")

            capable = key(tmp_path)
            post(api, capable, "shop-42", "documents", LISTING | {"id": "L-2"})
            tell_stream(api, capable, "live-7")
            for request, event in (("shop-42", "documents"), ("live-7", "stream is over")):
                for said in (f"api +│ info +{event}", "api +│ info +request", "worker +│ info +scanned"):
                    line = rf"{said}  .*correlation={request}\b"
                    wait_for(lambda line=line: re.search(line, log.read_text()), line)
            assert "最好" not in log.read_text()

            parts = parts_of(up.pid)
            assert len(parts) == len(PARTS)
            (worker,) = (number for number, line in parts.items() if "monitor.workers scan" in line)
            os.kill(worker, signal.SIGKILL)
            second = monitor(tmp_path, "up")
            assert (second.returncode, f"already running, process {up.pid}" in second.stderr) == (2, True)
            wait_for(lambda: log.read_text().count("ready  processes=1") == 2, "the worker again")

            up.send_signal(signal.SIGINT)
            assert up.wait(40) == 0
            assert not [number for number in parts if Path(f"/proc/{number}").exists()]


def test_up_says_at_once_what_is_wrong_in_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rulebook: test\nrulez: []\n")
    result = monitor(tmp_path, "up")
    assert result.returncode == 2
    assert "rules.yaml:2:1" in result.stderr
