"""Pictures of the choices of poses, backgrounds and effects, drawn by the code that they stand for."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import cv2
import numpy as np
import streamlit as st

from pose_demo import sample
from pose_demo.background import MODES, BackgroundCache, BackgroundOptions
from pose_demo.dance import library as dances
from pose_demo.effects import EFFECTS, Effect, EffectContext, apply_all
from pose_demo.effects.skeleton_only import SkeletonOnly
from pose_demo.fields import NONE
from pose_demo.imaging import as_uint8
from pose_demo.matching import library
from pose_demo.matching.options import OWN
from pose_demo.overlay import draw
from pose_demo.settings import Settings
from pose_demo.types import Estimate, Image, Mask

_SIDE = 96  # pixels
_QUALITY = 60  # of WebP
_FRAME_SIZE = (320, 240)
_FRAMES = range(27, 46, 3)  # of the sample, for effects that need a history; at the end the arms are raised
_MOMENTS = {"first-steps": 0.7, "reach-and-clap": 19.8, "jumps": 0.8, "disco": 6.2, "duet": 19.0}  # of dances, in s
_BODY, _HEAD = (slice(30, 210), slice(70, 250)), (slice(25, 135), slice(105, 215))  # of the dancer
_GRAY, _LIGHT = (130, 140, 145), (235, 238, 236)


@st.cache_data(show_spinner=False)
def css() -> str:
    """The style sheet that puts the pictures on the buttons of the controls with these keys."""
    rules = [
        f".st-key-pictured-{key.replace('.', '-')} button[data-variant]:nth-of-type({number})::before "
        f"{{ background-image: url({_data_uri(image)}); }}"
        for key, images in pictures().items()
        for number, image in enumerate(images.values(), start=1)
    ]
    return f"<style>{' '.join(rules)}</style>"


def pictures() -> dict[str, Mapping[str, Image]]:
    """The key of a setting -> choice -> RGB image."""
    return {
        "match.reference": _poses(),
        "dance.reference": _dances(),
        "background.mode": _backgrounds(),
        "effects": _effects(),
    }


def _data_uri(image: Image) -> str:
    small = cv2.cvtColor(_small(image), cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    return f"data:image/webp;base64,{base64.b64encode(data.tobytes()).decode()}"


def _small(image: Image) -> Image:
    return as_uint8(cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))


def _poses() -> dict[str, Image]:
    side = 2 * _SIDE
    drawn = {name: library.image(name, (side, side)) for name in library.NAMES}
    return {NONE: _nothing(side), **drawn, OWN: _own(side)}


def _dances() -> dict[str, Image]:
    return {NONE: _nothing(2 * _SIDE), **{name: _dance(name) for name in dances.NAMES}, OWN: _own(2 * _SIDE)}


def _dance(name: str) -> Image:
    """A typical moment of a choreography, without the sides of the room."""
    dancers = sample.performances(sample.CHOREOGRAPHIES[name])
    image = sample.performance_frame(dancers, _MOMENTS[name], size=_FRAME_SIZE).image
    left = (_FRAME_SIZE[0] - _FRAME_SIZE[1]) // 2
    return image[:, left : left + _FRAME_SIZE[1]]


def _backgrounds() -> dict[str, Image]:
    image = sample.frame(_FRAMES[-1], size=_FRAME_SIZE).image
    style, matte = BackgroundOptions().style(None), _matte(image)
    return {name: mode(image, matte, style, BackgroundCache())[_BODY] for name, mode in MODES.items()}


def _matte(image: Image) -> Mask:
    """The dancer's mask: where the picture differs from the empty room."""
    room = sample.frame(0, scene="empty", size=_FRAME_SIZE).image
    differs = cv2.absdiff(image, room).max(axis=2) > 12
    return as_uint8(cv2.medianBlur((255 * differs).astype(np.uint8), 5))


def _effects() -> dict[str, Image]:
    return {name: _effect(cls()) for name, cls in EFFECTS.items()}


def _effect(effect: Effect) -> Image:
    """The dancer with the effect, after some frames."""
    state: dict[str, object] = {}
    for index in _FRAMES:
        frame, poses = sample.frame(index, size=_FRAME_SIZE), sample.ground_truth(index, size=_FRAME_SIZE)
        image = apply_all([effect], frame.image.copy(), EffectContext(frame, poses, state=state))
    if isinstance(effect, SkeletonOnly):
        draw(image, Estimate(poses), Settings(boxes=False))
    return image[_HEAD] if image.shape == frame.image.shape else image


def _nothing(side: int) -> Image:
    image = np.full((side, side, 3), _LIGHT, np.uint8)
    cv2.circle(image, (side // 2, side // 2), side // 4, _GRAY, side // 24, cv2.LINE_AA)
    offset = round(side / 4 * 0.7)
    low, high = side // 2 - offset, side // 2 + offset
    cv2.line(image, (low, high), (high, low), _GRAY, side // 24, cv2.LINE_AA)
    return image


def _own(side: int) -> Image:
    image = np.full((side, side, 3), _LIGHT, np.uint8)
    low, middle, high = round(0.3 * side), side // 2, round(0.7 * side)
    cv2.line(image, (middle, low), (middle, high), _GRAY, side // 16, cv2.LINE_AA)
    cv2.line(image, (low, middle), (high, middle), _GRAY, side // 16, cv2.LINE_AA)
    return image
