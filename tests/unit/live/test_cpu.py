"""Threads per network, pool size, and the cores available to the process."""

import pytest

from pose_demo.live import cpu


@pytest.mark.parametrize(
    ("streams", "cores", "local", "expected"),
    [(0, 2, True, 2), (1, 2, True, 2), (1, 8, True, 2), (2, 8, True, 1), (1, 1, True, 1), (1, 8, False, 1)],
)
def test_two_threads_only_for_a_single_local_stream(monkeypatch, streams, cores, local, expected):
    monkeypatch.delenv("POSE_DEMO_THREADS", raising=False)
    assert cpu.threads_per_network(streams, cores, local) == expected


@pytest.mark.parametrize(("text", "expected"), [("3", 3), ("1", 1), ("0", 2), ("many", 2), ("-2", 2), ("", 2)])
def test_the_environment_overrides_the_number_of_threads(monkeypatch, text, expected):
    monkeypatch.setenv("POSE_DEMO_THREADS", text)
    assert cpu.threads_per_network(1, 2, True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("150000 100000", 1.5),
        ("400000 100000", 4),
        ("max 100000", None),
        ("50000 100000", 0.5),
        ("", None),
        ("1 0", None),
    ],
)
def test_the_limit_of_a_container_is_respected(groups, monkeypatch, text, expected):
    groups.write("cpu.max", text)
    monkeypatch.setattr(cpu.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(cpu.os, "cpu_count", lambda: 64)
    cpu._quotas.cache_clear()
    assert cpu.available_cores() == (expected or 64)
    assert cpu.cores() == max(1, int(expected or 64))


@pytest.mark.parametrize(("quota", "expected"), [("25000", 0.25), ("-1", 64)])
def test_the_limit_of_an_older_container_is_respected(groups, monkeypatch, quota, expected):
    groups.write("cpu/cpu.cfs_quota_us", quota)
    groups.write("cpu/cpu.cfs_period_us", "100000")
    monkeypatch.setattr(cpu.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(cpu.os, "cpu_count", lambda: 64)
    cpu._quotas.cache_clear()
    assert cpu.available_cores() == expected


@pytest.mark.parametrize(
    ("streams", "cores", "expected"), [(0, 2, 1), (1, 8, 1), (2, 2, 2), (9, 2, 2), (9, 64, 4), (3, 1, 1)]
)
def test_the_pool_has_one_interpreter_per_stream_within_the_cores(streams, cores, expected):
    assert cpu.pool_size(streams, cores) == expected
