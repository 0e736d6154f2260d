"""An address where Prometheus reads the metrics of this server, where the host wants it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIServer

from prometheus_client import ProcessCollector, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pose_demo.live import memory
from pose_demo.live.capacity import shared_seats
from pose_demo.live.prometheus import registry
from pose_demo.live.stream import active_streams

log = logging.getLogger(__name__)


class HostMetrics(Collector):
    """Metrics that are read when the host asks for them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read all of them."""
        for name, (description, read) in _GAUGES.items():
            yield GaugeMetricFamily(f"pose_demo_{name}", description, read())


_GAUGES: dict[str, tuple[str, Callable[[], float]]] = {
    "seats": ("Live webcam streams that this server carries", lambda: shared_seats().limit),
    "seats_taken": ("Live webcam streams", lambda: shared_seats().taken),
    "visitors_waiting": ("Visitors who wait for a seat", lambda: shared_seats().waiting),
    "active_streams": ("Streams that process frames: of webcams and of the sample", active_streams),
    "anonymous_memory_bytes": ("Memory of the server without mapped files", lambda: memory.anonymous_mb() * 1e6),
    "memory_limit_bytes": ("Memory that the server may use", lambda: (memory.limit_mb() or 0.0) * 1e6),
}


def start(port: str, address: str) -> WSGIServer | None:
    """Answer Prometheus on a port; None without a port, or if it cannot be used, which is logged.

    Args:
        port: a number; empty for none.
        address: of the network interface.
    """
    if not port:
        return None
    try:
        server, _ = start_http_server(int(port), address, registry)
    except (ValueError, OverflowError, OSError) as error:
        log.warning("no metrics: POSE_DEMO_METRICS_PORT=%r on %s cannot be used: %s", port, address, error)
        return None
    registry.register(HostMetrics())
    ProcessCollector(registry=registry)
    log.info("metrics for Prometheus: http://%s:%d/metrics", address, server.server_port)
    return server


def start_from_environment() -> None:
    """Answer where ``POSE_DEMO_METRICS_PORT`` and ``POSE_DEMO_METRICS_ADDRESS`` say; by default not at all."""
    start(os.environ.get("POSE_DEMO_METRICS_PORT", ""), os.environ.get("POSE_DEMO_METRICS_ADDRESS", "127.0.0.1"))
