"""The bench's figures; how fast they are is nobody's business here."""

import json

import pytest
from at_hand import needs

from pose_demo import bench

FIGURES = {"net_ms", "pipeline_ms", "pipeline_ms_p95", "ratio", "difference_ms", "fps", "rss_mb"}


def test_net_and_pipeline_are_measured_in_one_run():
    needs("movenet-lightning")
    figures = bench.measure(["movenet-lightning"], frames=3)
    (row,) = figures["models"]
    assert {"frames", "width", "height", "threads", "models"} == figures.keys()
    assert row.keys() == FIGURES | {"model"} and all(row[name] > 0 for name in FIGURES - {"difference_ms"})
    assert json.loads(json.dumps(figures)) == figures
    assert "movenet-lightning" in bench.table(figures)


def test_a_model_that_is_not_there_is_listed_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    figures = bench.measure(["movenet-thunder", "mediapipe-full"], frames=1)
    assert len(figures["models"]) == 2
    assert all("models fetch" in row["missing"] for row in figures["models"])
    assert "models fetch" in bench.table(figures)


@pytest.fixture(autouse=True)
def _short_warm_up(monkeypatch):
    monkeypatch.setattr(bench, "_WARM_UP", 1)
