"""What Prometheus reads: the figures of the host, on a port of its choice, or nowhere."""

from __future__ import annotations

import socket
import urllib.request

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from pose_demo.live import metrics_server, prometheus
from pose_demo.live.capacity import shared_seats
from pose_demo.live.stream import LiveStream
from pose_demo.types import Frame

NAMES = {"seats", "seats_taken", "visitors_waiting", "active_streams", "anonymous_memory_bytes", "memory_limit_bytes"}


@pytest.fixture
def server(monkeypatch):
    """Metrics on a free port."""
    started = metrics_server.start("0", "127.0.0.1")
    yield started
    for collector in (*prometheus.registry._collector_to_names,):
        if not hasattr(collector, "_name"):  # those that the server has added
            prometheus.registry.unregister(collector)
    started.shutdown()
    started.server_close()


def _samples(text: str) -> dict[str, float]:
    families = text_string_to_metric_families(text)
    return {sample.name: sample.value for family in families for sample in family.samples if len(sample.labels) < 2}


def _read() -> dict[str, float]:
    return _samples(generate_latest(prometheus.registry).decode())


def test_all_figures_are_read_over_http(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
        samples = _samples(answer.read().decode())
    assert {f"pose_demo_{name}" for name in NAMES} <= samples.keys()
    assert samples["pose_demo_seats"] == shared_seats().limit >= 1
    assert 10e6 < samples["pose_demo_anonymous_memory_bytes"] < samples["pose_demo_memory_limit_bytes"]
    assert samples["process_open_fds"] > 3


def test_a_seat_and_a_visitor_who_waits_are_counted(server):
    seats, visitors = shared_seats(), [object() for _ in range(shared_seats().limit + 1)]
    try:
        for visitor in visitors:
            seats.start(visitor)
        samples = _read()
        assert samples["pose_demo_seats_taken"] == seats.limit and samples["pose_demo_visitors_waiting"] == 1
    finally:
        for visitor in visitors:
            seats.leave(visitor)


def test_frames_their_times_and_their_errors_are_counted():
    before, stream = _read(), LiveStream()
    frame = Frame(np.zeros((48, 64, 3), np.uint8), 0.0)
    stream.set_plan(plan_of(FakeEstimator()))
    stream.process_frame(frame)
    stream.set_plan(plan_of(FakeEstimator(error=ValueError("broken"))))
    stream.process_frame(frame)
    after = _read()
    assert after["pose_demo_frame_seconds_count"] == before["pose_demo_frame_seconds_count"] + 1
    assert after["pose_demo_frame_seconds_sum"] > before["pose_demo_frame_seconds_sum"]
    assert after["pose_demo_frame_errors_total"] == before["pose_demo_frame_errors_total"] + 1


def test_without_a_port_nothing_is_opened(monkeypatch):
    monkeypatch.setattr(metrics_server, "start_http_server", lambda *_: pytest.fail("a port was opened"))
    monkeypatch.delenv("POSE_DEMO_METRICS_PORT", raising=False)
    metrics_server.start_from_environment()


@pytest.mark.parametrize("port", ["taken", "99999", "nonsense"])
def test_a_port_that_cannot_be_used_is_logged_and_the_page_starts(port, caplog):
    with socket.create_server(("127.0.0.1", 0)) as other:
        given = str(other.getsockname()[1]) if port == "taken" else port
        assert metrics_server.start(given, "127.0.0.1") is None
    assert "no metrics" in caplog.text and given in caplog.text
