"""The examples of CONTRIBUTING.md are complete modules and work."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np

from models import needs
from pose_demo import sample, weights
from pose_demo.effects import EFFECTS, EffectContext, apply_all, parse
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.estimators.interpreter_pool import ModelFile, shared_pool

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
EFFECT, REGISTRY_LINE, MODEL = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def _module(name, code, folder, monkeypatch):
    """Import a code example from a file."""
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)  # dataclasses look up annotations there
    spec.loader.exec_module(module)
    return module


def test_example_effect_is_drawn_after_registration(tmp_path, monkeypatch):
    sepia = _module("sepia", EFFECT, tmp_path, monkeypatch).Sepia
    name, class_name = re.fullmatch(r'\s*"([\w-]+)": (\w+),\s*', REGISTRY_LINE).groups()
    assert class_name == sepia.__name__
    monkeypatch.setitem(EFFECTS, name, sepia)
    frame = sample.frame(0, size=(160, 120))
    toned = apply_all(parse(f"{name}(strength=1)"), frame.image.copy(), EffectContext(frame, ()))
    red, green, blue = np.moveaxis(toned.astype(int), 2, 0)
    assert (red >= green).all() and (green >= blue).all()


def test_example_model_estimates_a_pose(tmp_path, monkeypatch):
    needs("movenet-lightning")
    module = _module("mynet", MODEL, tmp_path, monkeypatch)
    assert [model.name for model in module.MODELS] == ["mynet"]
    net = module.MyNet(shared_pool(ModelFile(weights.path("movenet-lightning"))))
    (pose,) = net.estimate(sample.frame(0), DetectionOptions()).poses
    assert pose.score > 0.3
