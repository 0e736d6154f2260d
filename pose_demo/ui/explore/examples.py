"""Example frames with given settings beside the same frames with the present ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import streamlit as st

from pose_demo.explore.footage.clip import Clip
from pose_demo.explore.points import MeasuredPoint
from pose_demo.explore.replay.examples import Example, draw_examples, example_indices, stored_frames
from pose_demo.imaging import limit_size
from pose_demo.io.images import encode_jpeg
from pose_demo.messages import message
from pose_demo.plan import Uploads
from pose_demo.types import Image, InputError
from pose_demo.ui.components import still
from pose_demo.ui.errors import visitor_text
from pose_demo.ui.translation import tr

_MAX_SIDE = 480  # pixels
_GAP = 6  # pixels between two images
_CACHED = 80  # pictures of one session


def show(
    folder: Path,
    clip: Clip,
    point: MeasuredPoint,
    present: MeasuredPoint | None,
    worst: Sequence[int],
    uploads: Uploads,
    number: int = 4,
) -> None:
    """Show frames of a clip: the worst ones, and evenly spaced ones.

    Args:
        folder: the stored outputs of the networks.
        clip: the frames.
        point: the settings of the left images.
        present: the settings of the right images; None for left images only.
        worst: indices of the frames with the largest errors.
        uploads: the user's reference pose and images.
        number: of frames.
    """
    try:
        count = stored_frames(folder, clip, point.settings, point.threads)
        indices = example_indices(count, worst, number)
        pictures = _pictures(folder, clip, point, present, indices, uploads)
    except InputError as error:
        st.caption(visitor_text(error))
        return
    except OSError:
        st.caption(visitor_text(message("{clip} was removed, so its frames are not shown", clip=clip.name)))
        return
    columns = st.columns(2)
    for position, (index, (seconds, jpeg)) in enumerate(zip(indices, pictures, strict=True)):
        caption = f"{seconds:.2f} s"
        if index in worst:
            caption = tr("{seconds:.2f} s · many keypoints missed", seconds=seconds)
        still.show(jpeg, tr("Frame at {time}", time=caption), caption=caption, column=columns[position % 2])
    if present:
        st.caption(tr("Left: these settings. Right: the present settings."))


def _pictures(
    folder: Path,
    clip: Clip,
    point: MeasuredPoint,
    present: MeasuredPoint | None,
    indices: Sequence[int],
    uploads: Uploads,
) -> list[tuple[float, bytes]]:
    """Seconds and a JPEG file for each index, drawn once and kept in the session."""
    cache: dict[object, list[tuple[float, bytes]]] = st.session_state.setdefault("explore-pictures", {})
    sides = [(side.settings, side.threads) for side in (point, present) if side]
    key = clip.key, tuple(sides), tuple(indices), id(uploads)
    if key not in cache:
        drawn = [draw_examples(folder, clip, *side, indices, uploads) for side in sides]
        cache[key] = [(pair[0].seconds, encode_jpeg(_beside(pair))) for pair in zip(*drawn, strict=True)]
        while sum(map(len, cache.values())) > _CACHED:
            del cache[next(iter(cache))]
    return cache[key]


def _beside(examples: Sequence[Example]) -> Image:
    """The images of the examples beside each other."""
    images = [limit_size(example.image, _MAX_SIDE) for example in examples]
    height = images[0].shape[0]
    gap = np.full((height, _GAP, 3), 255, np.uint8)
    return np.asarray(cv2.hconcat([images[0], *(part for image in images[1:] for part in (gap, image))]), np.uint8)
