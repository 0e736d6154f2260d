"""What every registered effect promises, at every edge that a camera, a model or a viewer can produce."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pose_demo import fields
from pose_demo.effects import EFFECTS, Scene, apply_all, format, from_json_list, parse, to_json_list
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Frame, Pose

SIZES = [(1, 1), (2, 2), (3, 2000), (2000, 3), (63, 47), (160, 120)]


def picture(width, height):
    return np.random.default_rng(width * 7 + height).integers(0, 256, (height, width, 3), np.uint8)


def person(size, skeleton=COCO_17, scale=1.0, shift=(0.0, 0.0), score=0.9, **more):
    """A standing person that fills the frame, face near the top."""
    width, height = size
    body = {
        "nose": (0.5, 0.15),
        "eye": (0.04, 0.12),
        "ear": (0.08, 0.13),
        "shoulder": (0.15, 0.3),
        "elbow": (0.2, 0.45),
    }
    body |= {"wrist": (0.22, 0.6), "hip": (0.1, 0.6), "knee": (0.1, 0.78), "ankle": (0.1, 0.95)}
    xy = np.empty((len(skeleton.keypoints), 2), np.float32)
    for index, name in enumerate(skeleton.keypoints):
        x, y = next((spot for part, spot in body.items() if part in name), (0.15, 0.65))
        side = {"left": 1, "right": -1, "centre": 0}[skeleton.sides[index]]
        xy[index] = 0.5 + side * x, y
    xy = (xy * scale + np.array(shift, np.float32)) * np.array((width, height), np.float32)
    return Pose(skeleton, xy, np.full(len(xy), score, np.float32), **more)


def coincident_eyes(size):
    pose = person(size)
    pose.xy[1] = pose.xy[2]
    return pose


PERSONS = {
    "nobody": lambda size: (),
    "one": lambda size: (person(size),),
    "tracked": lambda size: (person(size, track_id=3),),
    "two": lambda size: (person(size, scale=0.5, track_id=1), person(size, scale=0.5, shift=(0.5, 0.0), track_id=2)),
    "two on the same track": lambda size: (person(size, track_id=1), person(size, scale=0.5, track_id=1)),
    "blazepose": lambda size: (person(size, BLAZEPOSE_33),),
    "half outside": lambda size: (person(size, shift=(-0.5, -0.14)),),
    "all outside": lambda size: (person(size, shift=(3.0, -3.0)),),
    "far outside": lambda size: (person(size, shift=(1e7, 1e7)),),
    "huge": lambda size: (person(size, scale=1e6, shift=(-5e5, -2e5)),),
    "zero scores": lambda size: (person(size, score=0.0),),
    "zero scores, box": lambda size: (person(size, score=0.0, box=Box(0, 0, *size)),),
    "weak": lambda size: (person(size, score=0.2),),
    "coincident eyes": lambda size: (coincident_eyes(size),),
    "all in one point": lambda size: (person(size, scale=0.0, shift=(0.5, 0.5)),),
}


def checked(effects, canvas, scene):
    """Apply, and hold the result to the contract."""
    before = scene.frame.image.copy()
    result = apply_all(effects, canvas, scene)
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.uint8 and result.ndim == 3 and result.shape[2] == 3
    assert result.flags.c_contiguous and result.flags.writeable
    assert not np.shares_memory(result, scene.frame.image)
    np.testing.assert_array_equal(scene.frame.image, before)
    return result


def _variants():
    """Every effect with its defaults, at both ends of each number and with every choice."""
    for name, cls in EFFECTS.items():
        yield pytest.param(cls(), id=name)
        for option, spec in fields.specs(cls).items():
            ends = {"integer": (int(spec.low), int(spec.high)), "number": (spec.low, spec.high), "choice": spec.options}
            for value in ends.get(spec.kind, ()):
                yield pytest.param(cls(**{option: value}), id=f"{name}({option}={value})")


VARIANTS = list(_variants())


@pytest.mark.parametrize("effect", VARIANTS)
@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
def test_any_persons_in_any_frame(effect, size):
    for poses in PERSONS.values():
        memory, image = {}, picture(*size)
        for timestamp, moved in ((0.0, 0.0), (0.1, 0.2)):
            persons = tuple(replace(pose, xy=pose.xy * (1 + moved) + moved) for pose in poses(size))
            checked([effect], image.copy(), Scene(Frame(image, timestamp), persons, memory=memory))


def _locked(image):
    image = image[:48, :64].copy()
    image.flags.writeable = False
    return image


LAYOUTS = {
    "every second pixel": lambda wide: wide[::2, ::2],
    "a corner": lambda wide: wide[:48, :64],
    "turned over": lambda wide: wide[47::-1, 63::-1],
    "column after column": lambda wide: np.asfortranarray(wide[:48, :64]),
    "read-only": _locked,
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", EFFECTS)
def test_any_memory_layout(name, layout):
    image = layout(picture(128, 96))
    scene = Scene(Frame(image), (person((64, 48)),))
    expected = checked([EFFECTS[name]()], np.ascontiguousarray(image).copy(), scene)
    for canvas in (image, layout(picture(128, 96))):
        np.testing.assert_array_equal(checked([EFFECTS[name]()], canvas, scene), expected)


@pytest.mark.parametrize("name", EFFECTS)
def test_the_frame_itself_as_canvas_stays_untouched(name):
    image = picture(64, 48)
    checked([EFFECTS[name]()], image, Scene(Frame(image), (person((64, 48)),)))


@pytest.mark.parametrize("name", EFFECTS)
def test_another_size_in_mid_stream(name):
    memory = {}
    for step, size in enumerate([(64, 48), (64, 48), (48, 64), (1, 1), (320, 240), (320, 240)]):
        image = picture(*size)
        scene = Scene(Frame(image, step / 30), (person(size, track_id=1),), memory=memory)
        fresh = Scene(Frame(image, step / 30), (person(size, track_id=1),))
        np.testing.assert_array_equal(
            checked([EFFECTS[name]()], image.copy(), scene), checked([EFFECTS[name]()], image.copy(), fresh)
        )


@pytest.mark.parametrize("name", EFFECTS)
def test_clocks_that_stand_still_or_go_back(name):
    size, memory = (64, 48), {}
    for timestamp in (5.0, 5.0, 5.1, 4.0, 4.0, 1e9, 0.0, -1.0):
        for shift in (0.0, 0.3):
            scene = Scene(Frame(picture(*size), timestamp), (person(size, shift=(shift, 0.0)),), memory=memory)
            checked([EFFECTS[name]()], scene.frame.image.copy(), scene)


@pytest.mark.parametrize("name", EFFECTS)
def test_memory_stays_bounded(name):
    """Ten minutes of people who come and go, on a clock that stands still every other second."""
    memory, size, random = {}, (32, 24), np.random.default_rng(1)
    effect = EFFECTS[name]()
    sizes = []
    for step in range(6000):
        timestamp = step / 10 if step // 10 % 2 else step // 10
        poses = (person(size, scale=0.2, shift=random.random(2), track_id=step // 7),)
        effect.apply(np.zeros((24, 32, 3), np.uint8), Scene(Frame(picture(*size), timestamp), poses, memory=memory))
        sizes.append(_count(memory))
    assert max(sizes) < 1000
    assert max(sizes[3000:]) <= 2 * max(sizes[:1000]) + 10


def _count(value, seen=None):
    """How many things hang on a value."""
    if isinstance(value, dict):
        return sum(_count(item) for item in value.values()) + len(value)
    if hasattr(value, "__dict__"):
        return _count(vars(value))
    if isinstance(value, str | bytes | np.ndarray) or not hasattr(value, "__iter__"):
        return 1
    return sum(_count(item) for item in value)


@pytest.mark.parametrize("name", EFFECTS)
def test_two_streams_do_not_meet(name):
    """Played in turns, two streams look as each does alone."""
    alone = list(_stream(name, 0.2)), list(_stream(name, -0.2))
    turns = list(zip(_stream(name, 0.2), _stream(name, -0.2), strict=True))
    np.testing.assert_array_equal(list(zip(*alone, strict=True)), turns)


def _stream(name, speed):
    size, memory = (64, 48), {}
    for step in range(5):
        scene = Scene(Frame(picture(*size), step / 20), (person(size, shift=(speed * step, 0.0)),), memory=memory)
        yield apply_all([EFFECTS[name]()], scene.frame.image.copy(), scene)


def test_all_of_them_in_any_order():
    random, size = np.random.default_rng(0), (63, 47)
    for _ in range(20):
        order = [EFFECTS[name]() for name in random.permutation(list(EFFECTS))]
        image = picture(*size)
        result = checked(order, image.copy(), Scene(Frame(image), (person(size),)))
        assert result.shape == (48, 126, 3)


@pytest.mark.parametrize("effect", VARIANTS)
def test_text_and_json_come_back(effect):
    assert parse(format([effect])) == (effect,)
    assert from_json_list(to_json_list([effect])) == (effect,)
    assert hash(effect) == hash(replace(effect))


@pytest.mark.parametrize("name", EFFECTS)
def test_the_page_can_explain_it(name):
    assert EFFECTS[name].title
    for option, spec in fields.specs(EFFECTS[name]).items():
        assert spec.label and spec.help.endswith((".", ".)")), option
