"""Metrics of the host in the format of Prometheus, without personal data.

`registry` has those that are counted while the page runs; `pose_demo.live.metrics_server` adds those that are read when
the host asks. Names follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

PAGES = Gauge("pose_demo_pages", "Open pages", registry=registry)
FRAME_SECONDS = Histogram(
    "pose_demo_frame_seconds",
    "Processing time of a live frame",
    buckets=(0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.5, 1.0),
    registry=registry,
)
FRAME_ERRORS = Counter("pose_demo_frame_errors", "Live frames that could not be processed", registry=registry)
STREAM_SECONDS = Counter("pose_demo_stream_seconds", "Duration of ended webcam streams", registry=registry)
_REFUSALS = Counter("pose_demo_refusals", "What visitors were refused", ["reason"], registry=registry)


def count_refusal(reason: Literal["seat", "file"]) -> None:
    """Count a stream without a free seat, or a file that could not be used."""
    _REFUSALS.labels(reason).inc()
