"""How many threads a net gets, and how many viewers and cores there are."""

import numpy as np
import pytest
from fakes import Scripted, plan_of

from pose_demo.live import cpu
from pose_demo.types import Frame
from pose_demo.ui import session as sessions


@pytest.mark.parametrize(
    ("viewers", "cores", "local", "expected"),
    [(0, 2, True, 2), (1, 2, True, 2), (1, 8, True, 2), (2, 8, True, 1), (1, 1, True, 1), (1, 8, False, 1)],
)
def test_two_only_for_somebody_alone_at_their_own_machine(viewers, cores, local, expected):
    assert cpu.best(viewers, cores, local) == expected


@pytest.mark.parametrize(("asked", "expected"), [("3", 3), ("1", 1), ("0", 7), ("many", 7), ("-2", 7), ("", 7)])
def test_the_host_may_decide(monkeypatch, asked, expected):
    monkeypatch.setenv("POSE_DEMO_THREADS", asked)
    monkeypatch.setattr(cpu, "best", lambda *_: 7)
    assert cpu.per_net() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("150000 100000", 1), ("400000 100000", 4), ("max 100000", None), ("50000 100000", 0), ("", None), ("1 0", None)],
)
def test_a_containers_limit_counts(tmp_path, monkeypatch, text, expected):
    file = tmp_path / "cpu.max"
    file.write_text(text)
    monkeypatch.setattr(cpu, "_QUOTA", file)
    monkeypatch.setattr(cpu.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(cpu.os, "cpu_count", lambda: 64)
    assert cpu.cores() == (64 if expected is None else max(1, expected))


def test_viewers_are_those_whose_frames_still_come(monkeypatch):
    now = [100.0]
    watching, silent, fresh = (sessions.Session() for _ in range(3))
    for session in (watching, silent, fresh):
        session.live = sessions.Live(lambda: now[0])
        monkeypatch.setattr(sessions, "_sessions", [watching, silent, fresh])
    frame = Frame(np.zeros((4, 4, 3), np.uint8))
    for session in (watching, silent):
        session.live.use(plan_of(Scripted()))
        session.live.feed(frame)
    now[0] += 4
    assert sessions.viewers() == 2
    watching.live.feed(frame)
    now[0] += 4
    assert sessions.viewers() == 1


@pytest.mark.parametrize(
    ("viewers", "cores", "expected"), [(0, 2, 1), (1, 8, 1), (2, 2, 2), (9, 2, 2), (9, 64, 4), (3, 1, 1)]
)
def test_a_lane_for_each_viewer_as_far_as_cores_and_memory_go(viewers, cores, expected):
    assert cpu.lanes(viewers, cores) == expected
