"""The contract of every registered effect, at the limits of what cameras, models and users can produce."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pose_demo import fields
from pose_demo.effects import (
    EFFECTS,
    Effect,
    EffectContext,
    ImageUpload,
    apply_all,
    from_json_list,
    parse,
    serialize,
    to_json_list,
)
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, FACE_468, HAND_21
from pose_demo.types import Box, Frame, Keypoints, Pose

SIZES = [(1, 1), (2, 2), (3, 2000), (2000, 3), (63, 47), (160, 120)]


def noise(width, height, channels=3):
    return np.random.default_rng(width * 7 + height).integers(0, 256, (height, width, channels), np.uint8)


def person(size, skeleton=COCO_17, scale=1.0, shift=(0.0, 0.0), score=0.9, **pose):
    """A standing person who fills the frame, with the face near the top."""
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
        x, y = next((position for part, position in body.items() if part in name), (0.15, 0.65))
        side = {"left": 1, "right": -1, "center": 0}[skeleton.sides[index]]
        xy[index] = 0.5 + side * x, y
    xy = (xy * scale + np.array(shift, np.float32)) * np.array((width, height), np.float32)
    return Pose(skeleton, xy, np.full(len(xy), score, np.float32), **pose)


def coincident_eyes(size):
    pose = person(size)
    pose.xy[1] = pose.xy[2]
    return pose


def with_parts(size, scale=1.0, shift=(0.0, 0.0)):
    """A person with hands and a face, whose keypoints are on a circle in the middle of the frame."""

    def part(skeleton):
        angles = np.linspace(0, 2 * np.pi, len(skeleton.keypoints))
        circle = 0.5 + 0.1 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        xy = (circle * scale + np.array(shift)) * np.array(size)
        return Keypoints(skeleton, xy.astype(np.float32), np.full(len(xy), 0.9, np.float32))

    parts = {"left_hand": part(HAND_21), "right_hand": part(HAND_21), "face": part(FACE_468)}
    return person(size, BLAZEPOSE_33, scale=scale, shift=shift, parts=parts)


PEOPLE = {
    "none": lambda size: (),
    "one": lambda size: (person(size),),
    "tracked": lambda size: (person(size, track_id=3),),
    "two": lambda size: (person(size, scale=0.5, track_id=1), person(size, scale=0.5, shift=(0.5, 0.0), track_id=2)),
    "two with the same track id": lambda size: (person(size, track_id=1), person(size, scale=0.5, track_id=1)),
    "blazepose": lambda size: (person(size, BLAZEPOSE_33),),
    "partly outside": lambda size: (person(size, shift=(-0.5, -0.14)),),
    "outside": lambda size: (person(size, shift=(3.0, -3.0)),),
    "far outside": lambda size: (person(size, shift=(1e7, 1e7)),),
    "huge": lambda size: (person(size, scale=1e6, shift=(-5e5, -2e5)),),
    "zero scores": lambda size: (person(size, score=0.0),),
    "zero scores, box": lambda size: (person(size, score=0.0, box=Box(0, 0, *size)),),
    "low scores": lambda size: (person(size, score=0.2),),
    "coincident eyes": lambda size: (coincident_eyes(size),),
    "hands and face": lambda size: (with_parts(size),),
    "hands and face, far outside": lambda size: (with_parts(size, scale=1.0, shift=(1e7, -1e7)),),
    "hands and face in one point": lambda size: (with_parts(size, scale=0.0, shift=(0.5, 0.5)),),
    "coincident keypoints": lambda size: (person(size, scale=0.0, shift=(0.5, 0.5)),),
}


def apply_checked(effects, canvas, context):
    """Apply effects and check the result against the contract."""
    before = context.frame.image.copy()
    result = apply_all(effects, canvas, context)
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.uint8 and result.ndim == 3 and result.shape[2] == 3
    assert result.flags.c_contiguous and result.flags.writeable
    assert not np.shares_memory(result, context.frame.image)
    np.testing.assert_array_equal(context.frame.image, before)
    return result


def _variants():
    """Every effect with its defaults, both limits of each number, and each choice."""
    for name, cls in EFFECTS.items():
        yield pytest.param(cls(), id=name)
        for option, spec in fields.specs(cls).items():
            limits = {
                "integer": (int(spec.low), int(spec.high)),
                "number": (spec.low, spec.high),
                "choice": spec.options,
                "switch": (False, True),
            }
            for value in limits.get(spec.kind, ()):
                yield pytest.param(cls(**{option: value}), id=f"{name}({option}={value})")


VARIANTS = list(_variants())


@pytest.mark.parametrize("effect", VARIANTS)
@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
def test_any_people_in_any_frame(effect, size):
    for people in PEOPLE.values():
        state, image = {}, noise(*size)
        for timestamp, motion in ((0.0, 0.0), (0.1, 0.2)):
            poses = tuple(replace(pose, xy=pose.xy * (1 + motion) + motion) for pose in people(size))
            apply_checked([effect], image.copy(), EffectContext(Frame(image, timestamp), poses, state=state))


def _read_only(image):
    image = image[:48, :64].copy()
    image.flags.writeable = False
    return image


LAYOUTS = {
    "every second pixel": lambda image: image[::2, ::2],
    "crop": lambda image: image[:48, :64],
    "negative strides": lambda image: image[47::-1, 63::-1],
    "column-major": lambda image: np.asfortranarray(image[:48, :64]),
    "read-only": _read_only,
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", EFFECTS)
def test_any_memory_layout(name, layout):
    image = layout(noise(128, 96))
    context = EffectContext(Frame(image), (person((64, 48)),))
    expected = apply_checked([EFFECTS[name]()], np.ascontiguousarray(image).copy(), context)
    for canvas in (image, layout(noise(128, 96))):
        np.testing.assert_array_equal(apply_checked([EFFECTS[name]()], canvas, context), expected)


@pytest.mark.parametrize("name", EFFECTS)
def test_frame_used_as_canvas_is_not_changed(name):
    image = noise(64, 48)
    apply_checked([EFFECTS[name]()], image, EffectContext(Frame(image), (person((64, 48)),)))


@pytest.mark.parametrize("name", EFFECTS)
def test_frame_size_may_change_during_a_stream(name):
    state = {}
    for step, size in enumerate([(64, 48), (64, 48), (48, 64), (1, 1), (320, 240), (320, 240)]):
        image = noise(*size)
        context = EffectContext(Frame(image, step / 30), (person(size, track_id=1),), state=state)
        without_state = replace(context, state={})
        np.testing.assert_array_equal(
            apply_checked([EFFECTS[name]()], image.copy(), context),
            apply_checked([EFFECTS[name]()], image.copy(), without_state),
        )


@pytest.mark.parametrize("name", EFFECTS)
def test_timestamps_may_repeat_or_decrease(name):
    size, state = (64, 48), {}
    for timestamp in (5.0, 5.0, 5.1, 4.0, 4.0, 1e9, 0.0, -1.0):
        for shift in (0.0, 0.3):
            poses = (person(size, shift=(shift, 0.0)),)
            context = EffectContext(Frame(noise(*size), timestamp), poses, state=state)
            apply_checked([EFFECTS[name]()], context.frame.image.copy(), context)


@pytest.mark.parametrize("name", EFFECTS)
def test_state_stays_bounded(name):
    """Ten minutes of changing people, with timestamps that repeat during every other second."""
    state, size, random = {}, (32, 24), np.random.default_rng(1)
    effect = EFFECTS[name]()
    counts = []
    for step in range(6000):
        timestamp = step / 10 if step // 10 % 2 else step // 10
        poses = (person(size, scale=0.2, shift=random.random(2), track_id=step // 7),)
        context = EffectContext(Frame(noise(*size), timestamp), poses, state=state)
        effect.apply(np.zeros((24, 32, 3), np.uint8), context)
        if step % 10 == 9:
            counts.append(_count(state))
    assert max(counts) < 1000
    assert max(counts[300:]) <= 2 * max(counts[:100]) + 10


def _count(value):
    """The number of objects reachable from a value."""
    if isinstance(value, dict):
        return sum(_count(item) for item in value.values()) + len(value)
    if hasattr(value, "__dict__"):
        return _count(vars(value))
    if isinstance(value, str | bytes | np.ndarray) or not hasattr(value, "__iter__"):
        return 1
    return sum(_count(item) for item in value)


@pytest.mark.parametrize("name", EFFECTS)
def test_two_streams_are_independent(name):
    """Two interleaved streams give the same results as one after the other."""
    separate = list(_stream(name, 0.2)), list(_stream(name, -0.2))
    interleaved = list(zip(_stream(name, 0.2), _stream(name, -0.2), strict=True))
    np.testing.assert_array_equal(list(zip(*separate, strict=True)), interleaved)


def _stream(name, velocity):
    size, state = (64, 48), {}
    for step in range(5):
        poses = (person(size, shift=(velocity * step, 0.0)),)
        context = EffectContext(Frame(noise(*size), step / 20), poses, state=state)
        yield apply_all([EFFECTS[name]()], context.frame.image.copy(), context)


def test_all_effects_in_any_order():
    random, size = np.random.default_rng(0), (63, 47)
    for _ in range(20):
        order = [EFFECTS[name]() for name in random.permutation(list(EFFECTS))]
        image = noise(*size)
        result = apply_checked(order, image.copy(), EffectContext(Frame(image), (person(size),)))
        assert result.shape == (48, 126, 3)


@pytest.mark.parametrize("effect", VARIANTS)
def test_text_and_json_round_trip(effect):
    assert parse(serialize([effect])) == (effect,)
    assert from_json_list(to_json_list([effect])) == (effect,)
    assert hash(effect) == hash(replace(effect))


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_and_option_is_described(name):
    assert issubclass(EFFECTS[name], Effect) and EFFECTS[name].title
    for option, spec in fields.specs(EFFECTS[name]).items():
        assert spec.label and spec.help.endswith((".", ".)")), option


def _of_class(name):
    return [variant.values[0] for variant in VARIANTS if type(variant.values[0]) is EFFECTS[name]]


def _results(effect, poses, images=None):
    """The results for two frames, in which the people move."""
    size, state = (160, 120), {}
    for timestamp, motion in ((0.0, 0.0), (0.1, 5.0)):
        moved = tuple(replace(pose, xy=pose.xy + np.float32(motion)) for pose in poses)
        context = EffectContext(Frame(noise(*size), timestamp), moved, state=state, images=images or {})
        yield apply_all([effect], context.frame.image.copy(), context)


def _differ(first, second):
    return any(not np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def _depends_on_keypoints(effect):
    without = [replace(person((160, 120)), scores=np.zeros(17, np.float32))]
    return _differ(_results(effect, without), _results(effect, PEOPLE["one"]((160, 120))))


@pytest.mark.parametrize("name", EFFECTS)
def test_effect_declares_whether_it_needs_keypoints(name):
    assert EFFECTS[name].needs_keypoints == any(map(_depends_on_keypoints, _of_class(name)))


def _uses_upload(name):
    images = [np.full((30, 90, 4), color, np.uint8) for color in ((255, 0, 0, 255), (0, 255, 0, 255))]
    poses = PEOPLE["one"]((160, 120))
    first, second = (_results(EFFECTS[name](), poses, {name: image}) for image in images)
    return _differ(first, second)


@pytest.mark.parametrize("name", EFFECTS)
def test_effect_declares_whether_it_uses_an_uploaded_image(name):
    upload = EFFECTS[name].upload
    assert (upload is not None) == _uses_upload(name)
    if upload is not None:
        assert isinstance(upload, ImageUpload) and upload.label and upload.help.endswith(".")
