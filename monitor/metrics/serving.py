"""The page ``/metrics``: counts of this process or of all that share a folder, parts, and what the database says."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from monitor.errors import ConfigurationError

DOCUMENTED: Final = {
    "steelyard_build_info": "1, with the version of the program and the digest of its rulebook.",
    "steelyard_part_ready": "Whether a part of this deployment is ready.",
    "steelyard_part_restarts_total": "How often a part was started again.",
}
"""Name → help of what is told here."""


@dataclass(slots=True, eq=False)
class Parts(Collector):
    """What a deployment knows of itself; whoever runs the parts writes into it."""

    version: str
    rulebook: str
    ready: dict[str, bool] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)

    def collect(self) -> Iterator[Metric]:
        """As it stands."""
        build = GaugeMetricFamily(
            "steelyard_build_info", DOCUMENTED["steelyard_build_info"], labels=["version", "rulebook"]
        )
        build.add_metric([self.version, self.rulebook], 1)
        yield build
        ready = GaugeMetricFamily("steelyard_part_ready", DOCUMENTED["steelyard_part_ready"], labels=["part"])
        for part, is_ready in self.ready.items():
            ready.add_metric([part], is_ready)
        restarts = CounterMetricFamily(
            "steelyard_part_restarts", DOCUMENTED["steelyard_part_restarts_total"], labels=["part"]
        )
        for part, count in self.restarts.items():
            restarts.add_metric([part], count)
        yield from (ready, restarts)


def show(registry: CollectorRegistry, collectors: Iterable[Collector], folder: Path | None) -> None:
    """Let a page show ``collectors``, and the counts in ``folder``; None: those of this process."""
    for collector in collectors:
        registry.register(collector)
    if folder is None:
        registry.register(REGISTRY)
    else:
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]


@contextmanager
def listening(host: str, port: int) -> Iterator[tuple[int, CollectorRegistry]]:
    """Serve what is registered while the block runs; the port, another than ``port`` where that is taken.

    Raises:
        ConfigurationError: this machine has no such address.
    """
    registry = CollectorRegistry()
    server, thread = _start(host, port, registry)
    try:
        yield server.server_port, registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _start(host: str, port: int, registry: CollectorRegistry) -> tuple[WSGIServer, threading.Thread]:
    for number in (port, 0):
        try:
            return start_http_server(number, host, registry)
        except OSError as error:
            if not number:
                raise ConfigurationError(
                    f"STEELYARD_METRICS_HOST: {host}: cannot listen on this address: {error.strerror}"
                ) from error
    raise AssertionError("unreachable")


def documented() -> Mapping[str, str]:
    """Every metric of the program with its help, by the name Prometheus sees (a histogram without ``_bucket``)."""
    from monitor.metrics import figures, stored

    counted = {}
    for metric in vars(figures).values():
        if isinstance(metric, Counter | Histogram):
            (family,) = metric.describe()
            counted[family.name + "_total" * isinstance(metric, Counter)] = family.documentation
    return counted | stored.DOCUMENTED | DOCUMENTED
