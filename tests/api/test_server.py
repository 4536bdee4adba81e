"""The command as people run it: a real process, a key made at the command line, one call through."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from rules.writing import RULE, write_rulebook


@pytest.fixture
def environment(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    rules = write_rulebook(tmp_path, RULE)
    ours = {"STEELYARD_DATA": str(tmp_path / "data"), "STEELYARD_RULES": str(rules)}
    return {**os.environ, **ours, **getattr(request, "param", {})}


@pytest.fixture
def address(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    log = tmp_path / "api.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "monitor", "api", "--port", "0"], env=environment, stderr=output, stdout=output
        )
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        assert server.wait(20) in {0, -15}


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    while server.poll() is None:
        found = re.search(r"running on (http://[\d.:]+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_a_listing_is_checked_over_http(address: str, environment: dict[str, str]) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "monitor", "keys", "new", "shop", "--capability", "check"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = httpx.post(
        f"{address}/v1/check",
        json={"kind": "listing", "id": "1", "title": "全网最好吃的米"},
        headers={"Authorization": f"Bearer {made.stdout.strip()}"},
    )
    assert [flag["rule"] for flag in answer.json()["flags"]] == ["t.word"]
    assert httpx.get(f"{address}/v1/health").json()["ready"] is True


@pytest.mark.parametrize("environment", [{"STEELYARD_LOG": "json", "STEELYARD_METRICS_PORT": "0"}], indirect=True)
def test_it_serves_its_metrics_beside_and_logs_json_alone(address: str, tmp_path: Path) -> None:
    httpx.get(f"{address}/v1/flags", headers={"X-Request-ID": "abc-1"})
    events = [json.loads(line) for line in (tmp_path / "api.log").read_text("utf-8").splitlines()]
    (request,) = [event for event in events if event["event"] == "request"]
    assert (request["path"], request["status"], request["correlation"]) == ("/v1/flags", 401, "abc-1")
    (metrics,) = [event["address"] for event in events if event["event"] == "metrics"]
    page = httpx.get(metrics).text
    assert 'steelyard_api_requests_total{method="GET",path="/v1/flags",status="401"} 1.0' in page
    assert "process_resident_memory_bytes" in page
    assert "steelyard_database_up 1.0" in page
    assert httpx.get(f"{address}/metrics").status_code == 404
