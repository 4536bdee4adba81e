"""Every metric is documented and the page tells what several processes count."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitor.errors import ConfigurationError
from monitor.metrics.serving import documented, listening, show
from monitor.metrics.sharing import FOLDER, cleared, folder_of
from monitor.metrics.stored import StoredWork
from monitor.store import Database, open_engine

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_page_names_every_metric_and_no_other() -> None:
    assert set(re.findall(r"^\| `(steelyard_\w+)`", PAGE, re.MULTILINE)) == set(documented())


@pytest.mark.parametrize("name", sorted(documented()))
def test_names_say_their_unit(name: str) -> None:
    """As Prometheus asks: a counter ends in ``_total``, times are in seconds."""
    assert re.fullmatch(r"steelyard(_[a-z]+)+", name)
    assert "millis" not in name


def count(folder: Path, program: str, *, beside: bool) -> None:
    """Run a program that counts, in a process of its own; ``beside`` the parts, as commands do."""
    data = str(folder.parents[1])
    begin = (
        f"from pathlib import Path; from monitor.metrics import sharing; assert sharing.count_beside(Path({data!r}))"
    )
    source = f"{begin if beside else ''}\nfrom monitor.metrics import figures\n{textwrap.dedent(program)}"
    environment = {"PATH": "/usr/bin", "PYTHONPATH": ":".join(sys.path)} | ({} if beside else {FOLDER: str(folder)})
    subprocess.run([sys.executable, "-c", source], check=True, env=environment, timeout=60)


def page_of(folder: Path) -> str:
    registry = CollectorRegistry()
    show(registry, [], folder)
    return generate_latest(registry).decode()


def test_processes_count_together_and_commands_leave_one_file_behind(tmp_path: Path) -> None:
    folder = cleared(folder_of(tmp_path, 8410))
    count(folder, "figures.SCANNED.inc(3)", beside=False)
    count(folder, "figures.SCANNED.inc(4)", beside=False)
    for _ in range(2):
        count(folder, "figures.ACCEPTED.labels('files', 'new').inc(5)", beside=True)
    assert "steelyard_documents_scanned_total 7.0" in page_of(folder)
    assert 'steelyard_documents_accepted_total{source="files",state="new"} 10.0' in page_of(folder)
    assert len(list(folder.glob("counter_beside-*.db"))) == 1
    assert "steelyard_documents_scanned_total 7.0" not in page_of(cleared(folder))


def test_commands_at_the_same_time_do_not_write_into_one_file(tmp_path: Path) -> None:
    folder = cleared(folder_of(tmp_path, 8410))
    again = f"""
        import subprocess, sys
        figures.SCANNED.inc()
        from pathlib import Path
        inner = "from pathlib import Path; from monitor.metrics.sharing import count_beside; count_beside(Path({str(tmp_path)!r})); "
        inner += "from monitor.metrics import figures; figures.SCANNED.inc()"
        import os
        environment = {{name: value for name, value in os.environ.items() if name != {FOLDER!r}}}
        subprocess.run([sys.executable, "-c", inner], check=True, env=environment)
    """
    count(folder, again, beside=True)
    assert "steelyard_documents_scanned_total 2.0" in page_of(folder)
    assert len(list(folder.glob("counter_beside-*.db"))) == 2


def test_a_port_that_is_taken_is_another(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as (first, registry), listening("127.0.0.1", first) as (second, _):
        assert first != second
        show(registry, [StoredWork(Database(open_engine(f"sqlite:///{tmp_path}/x.sqlite")), lambda: NOON)], tmp_path)
        with urllib.request.urlopen(f"http://127.0.0.1:{first}/metrics", timeout=10) as answer:
            assert b"steelyard_database_up 0.0" in answer.read()  # without tables there is nothing to ask


def test_an_address_of_another_machine_is_refused_by_name() -> None:
    with (
        pytest.raises(ConfigurationError, match=r"STEELYARD_METRICS_HOST: 192\.0\.2\.1: "),
        listening("192.0.2.1", 8410),
    ):
        pass
