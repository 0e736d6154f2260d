"""Mutated settings, reference poses, annotations, sweep specifications, addresses and names."""

from __future__ import annotations

import itertools
import json

import guard
import seeds
from hypothesis import given
from hypothesis import strategies as st
from mutations import mutated

from pose_demo.dance.reference import DanceReference
from pose_demo.effects import EFFECTS, parse
from pose_demo.explore.footage.annotations import check_annotations, read_annotations
from pose_demo.explore.spec import SweepSpec
from pose_demo.fields import specs
from pose_demo.io.keypoint_reader import parse_keypoints
from pose_demo.legacy_names import SETTINGS
from pose_demo.matching.reference import Reference
from pose_demo.settings import Settings
from pose_demo.ui import share
from pose_demo.ui.errors import visitor_text
from pose_demo.user_text import MAX_NAME_LENGTH, display_name, value_text

# What Markdown, HTML, JSON and paths are made of; characters that are invisible, halves, or turn text around.
_CHARACTERS = (
    "aZ0 9._-+*[](){}<>!#$&|~`'\"\\/:;,=@%?é춤\0\t\n\r\x1b\x7f\u200d\u202e\u2028\ud800\ufeff\U0001f483\U0010ffff"
)
_texts = st.text(st.sampled_from(_CHARACTERS), max_size=40)
_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | _texts | st.sampled_from(["canny", "auto", "#123456"])
)
_values = st.recursive(
    _scalars,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(_texts | st.just("name"), children, max_size=4),
    max_leaves=12,
)
_names = st.sampled_from([*specs(Settings), *SETTINGS]) | _texts


@given(mutated(seeds.texts()) | st.binary().map(lambda data: ("bytes", data)))
def test_settings_files(file):
    with guard.guarded():
        settings = Settings.from_json(file[1])
        assert Settings.from_json(json.dumps(settings.changes())) == settings


@given(st.dictionaries(_names, _values, max_size=4))
def test_settings_values(given_values):
    with guard.guarded():
        settings = Settings.from_json(json.dumps(given_values))
        assert Settings.from_texts(settings.texts()) == settings


_words = st.sampled_from([*EFFECTS, "(", ")", "=", ",", "+", " ", "low", "1e9", "nan"])
_effects = st.lists(_words, max_size=8).map("".join)


@given(st.dictionaries(_names, _texts | _effects | st.floats().map(str) | st.just("1" * 5000), max_size=4))
def test_addresses(parameters):
    with guard.guarded():
        settings, problems = share.parse(parameters)
        assert Settings.from_texts(settings.texts()) == settings
        for problem in problems:
            guard.check_message(problem)
            visitor_text(problem).encode()


@given(_effects | _texts)
def test_effects(text):
    with guard.guarded():
        parse(text)


@given(mutated(seeds.texts()) | st.dictionaries(_texts, _values).map(lambda value: ("", json.dumps(value).encode())))
def test_reference_poses(file):
    with guard.guarded():
        reference = Reference.from_json(file[1])
        again = Reference.from_json(reference.to_json().encode())
        assert again.name == reference.name and again.size == reference.size


@given(mutated(seeds.dances()) | st.dictionaries(_texts, _values).map(lambda value: ("", json.dumps(value).encode())))
def test_dance_files(file):
    with guard.guarded():
        dance = DanceReference.from_json(file[1])
        again = DanceReference.from_json(dance.to_json())
        assert (again.name, again.size, len(again.dancers)) == (dance.name, dance.size, len(dance.dancers))


@given(mutated(seeds.dances()) | st.dictionaries(_texts, _values).map(lambda value: ("", json.dumps(value).encode())))
def test_keypoint_files(file):
    with guard.guarded():
        read = parse_keypoints(file[1], "keypoints")
        assert len(read.timestamps) == len(read.poses) > 0


@st.composite
def _dance_with(draw: st.DrawFn) -> bytes:
    """A valid dance or keypoint file in which one value is another one."""
    data = json.loads(seeds.dances()[draw(st.sampled_from(["dance", "json"]))])
    inner = data["dancers"] if "dancers" in data else data["frames"]
    where = draw(st.sampled_from([data, inner[0], *inner[0].get("persons", ())]))
    where[draw(st.sampled_from(sorted(where)))] = draw(_values | st.lists(st.floats() | st.integers(), max_size=3))
    return json.dumps(data).encode()


@given(_dance_with())
def test_values_in_dance_and_keypoint_files(data):
    for read in (DanceReference.from_json, lambda text: parse_keypoints(text, "keypoints")):
        with guard.guarded():
            read(data)


@st.composite
def _reference_with(draw: st.DrawFn) -> bytes:
    """A valid reference pose in which one value is another one."""
    data = json.loads(seeds.texts()["reference"])
    where = draw(st.sampled_from([data, data["keypoints"]]))
    where[draw(st.sampled_from(sorted(where)))] = draw(_values | st.lists(st.floats() | st.integers(), max_size=3))
    return json.dumps(data).encode()


@given(_reference_with())
def test_values_of_reference_poses(text):
    with guard.guarded():
        Reference.from_json(text).to_json().encode()


@st.composite
def _annotations_with(draw: st.DrawFn) -> tuple[str, bytes]:
    data = json.loads(seeds.annotations()["coco"])
    where = draw(st.sampled_from([data, *data["images"][:2], *data["annotations"][:2], *data["categories"]]))
    where[draw(st.sampled_from([*sorted(where), "frame_id", "track_id", "iscrowd"]))] = draw(_values)
    return "", json.dumps(data).encode()


@given(mutated(seeds.annotations()) | _annotations_with())
def test_annotations(file):
    path = guard.folder() / "annotations.json"
    path.write_bytes(file[1])
    with guard.guarded():
        check_annotations(path, (64, 48), 4, "annotations.json")
        assert len(read_annotations(path, [(64, 48)] * 2)) == 2


@given(mutated(seeds.specs()) | _texts.map(lambda text: ("", text.encode(errors="replace"))))
def test_sweep_specifications(file):
    with guard.guarded():
        assert all(point.threads for point in itertools.islice(SweepSpec.from_toml(file[1]).points(), 3))


@given(st.dictionaries(_names, _values, max_size=3), st.dictionaries(_names, _values, max_size=3))
def test_sweep_values(sweep, fixed):
    with guard.guarded():
        list(itertools.islice(SweepSpec.from_dict(sweep, fixed).points(), 3))


@given(_texts, _values)
def test_texts_that_are_shown(text, value):
    with guard.guarded():
        name = display_name(text)
        assert 0 < len(name) <= MAX_NAME_LENGTH and not {"/", "\\", "\0", "\n"} & set(name)
        for shown in (name, visitor_text(name), value_text(value)):
            shown.encode()
