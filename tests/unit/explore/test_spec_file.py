"""A sweep as a file and as a command line."""

from __future__ import annotations

import shlex

import pytest

from pose_demo.cli import _parser
from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.spec import SweepSpec
from pose_demo.explore.spec_file import command, to_toml
from pose_demo.settings import Settings

SPECS = [
    ({"model": ["movenet-lightning", "movenet-thunder"], "confidence": [0.2, 0.3]}, {}),
    ({"smooth.on": [True, False], "threads": [1, 2]}, {"match.reference": "star", "match.ignore": ["left forearm"]}),
    (
        {"confidence": [0.1]},
        {"effects": [{"name": "canny", "low": 60}, {"name": "trails"}], "background.color": "#102030"},
    ),
]


@pytest.mark.parametrize(("sweep", "fixed"), SPECS)
def test_a_spec_is_read_as_it_was_written(sweep, fixed):
    spec = SweepSpec.from_dict(sweep, fixed)
    assert list(SweepSpec.from_toml(to_toml(spec)).points()) == list(spec.points())


def test_defaults_are_left_out():
    spec = SweepSpec.from_dict({"confidence": [0.2]}, {**_without("confidence"), "smooth.on": False})
    assert to_toml(spec) == '[sweep]\nconfidence = [0.2]\n\n[fixed]\n"smooth.on" = false\n'


def _without(name: str) -> dict[str, object]:
    return {key: value for key, value in Settings().to_dict().items() if key != name}


def test_the_command_line_is_understood_by_the_program():
    clips = [
        Clip("my clip.mp4", "/files/1.mp4", start=1.5, end=3.0, annotations="/files/2.json"),
        Clip("x.mp4", "/y.mp4"),
    ]
    words = shlex.split(command(clips[:1], has_reference=True))
    assert words[:3] == ["python", "-m", "pose_demo"]
    options = _parser().parse_args(words[3:])
    assert options.clips == ["my clip.mp4"] and (options.start, options.end) == (1.5, 3.0)
    assert len(options.annotations) == 1 and options.reference.name == "POSE.json"
    assert "/files" not in command(clips)
    assert _parser().parse_args(shlex.split(command([Clip("the sample", "sample")]))[3:]).clips == ["sample"]
