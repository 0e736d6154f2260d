"""A sweep as a file, and the command line that runs it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.spec import THREADS, SweepSpec
from pose_demo.fields import specs
from pose_demo.settings import Settings

FILE_NAME = "SPEC.toml"


def to_toml(spec: SweepSpec) -> str:
    """The text that `SweepSpec.from_toml` reads; fixed values that are the defaults are left out."""
    defaults = {**Settings().to_dict(), THREADS: 1}
    fixed = {name: value for name, value in spec.fixed.items() if value != defaults[name]}
    text = _table("sweep", {name: list(values) for name, values in spec.sweep.items()})
    return f"{text}\n{_table('fixed', fixed)}" if fixed else text


def _table(title: str, values: Mapping[str, object]) -> str:
    lines = [f"{_key(name)} = {_value(name, value)}" for name, value in values.items()]
    return "\n".join([f"[{title}]", *lines, ""])


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


def _value(name: str, value: object) -> str:
    """A TOML value; that of effects is their text, since JSON objects are no TOML."""
    if name == "effects" and isinstance(value, list):
        spec = specs(Settings)[name]
        value = spec.to_text(spec.validate(name, value))
    return json.dumps(value)


def command(clips: Sequence[Clip], has_reference: bool = False) -> str:
    """The command line that runs a spec; names in capitals are the user's files.

    Args:
        clips: the footage; the part of the first one applies to all.
        has_reference: the settings use a reference pose of the user.
    """
    words = ["python", "-m", "pose_demo", "sweep", FILE_NAME, *(_source(clip) for clip in clips)]
    first = clips[0]
    words += ["--start", f"{first.start:g}"] if first.start else []
    words += ["--end", f"{first.end:g}"] if first.end is not None else []
    if all(clip.annotations for clip in clips):
        words += [word for number in range(len(clips)) for word in ("--annotations", f"KEYPOINTS{number + 1}.json")]
    words += ["--reference", "POSE.json"] if has_reference else []
    return shlex.join([*words, "--out", "results"])


def _source(clip: Clip) -> str:
    return clip.source if clip.scene else clip.name
