"""The overlay of a dance: the teacher beside, in or over the image, the passage, and how it goes, for a crowd."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from pose_demo import overlay
from pose_demo.dance import reasons
from pose_demo.dance.dance_plan import DancePlan
from pose_demo.dance.evaluation import Evaluation
from pose_demo.dance.matcher import DanceState
from pose_demo.dance.schedule import COUNT_IN, DANCE, FINISHED, PREVIEW
from pose_demo.imaging import as_uint8
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.text_drawing import Color, put_line, wrapped
from pose_demo.types import Image, Pose

_GOOD, _LATE, _EARLY, _FINISHED = message("good"), message("late"), message("early"), message("finished")
_CLAP = message("clap along with the teacher")
_IN_SYNC = message("in sync {percent:.0f} %")
_NO_TIMING = message("no timing: other moves")
WORDS = (  # in the image
    _GOOD,
    _LATE,
    _EARLY,
    _FINISHED,
    _CLAP,
    _IN_SYNC,
    _NO_TIMING,
    reasons.FEW_FRAMES,
    *reasons.LIVE,
)

_NOTICED_MS = 80.0  # a smaller lag gets no word: musicians in an ensemble differ by 30 to 50 ms
_GOOD_FORM, _FAIR_FORM = 0.8, 0.6
_GOOD_COLOR: Color = (0, 158, 115)  # as `matching.feedback.limb_color`
_FAIR_COLOR: Color = (240, 228, 66)
_POOR_COLOR: Color = (213, 94, 0)
_GROUND: Color = (38, 40, 50)  # behind a teacher without pictures
_BAR_COLOR: Color = (86, 180, 233)
_INSET_HEIGHT = 0.36  # of the image
_BAR_HEIGHT = 0.012  # of the image
_LARGE, _MEDIUM, _SMALL, _TINY = 0.11, 0.07, 0.05, 0.04  # height of text, relative to the image
_BELOW_SYNC = 0.17  # highest baseline of the form of one of several dancers
_BOX_LABEL = 0.05  # height of the label above a person's box, and of the space above it
_WIDEST = 0.92  # text relative to the image


def draw(
    canvas: Image,
    state: DanceState,
    plan: DancePlan,
    settings: Settings,
    words: Mapping[str, str],
    poses: Sequence[Pose] = (),
) -> Image:
    """Draw the teacher and how it goes: of several dancers their synchrony, and the form of each above the head.

    Args:
        canvas: RGB; it may be changed.
        state: the dance in this frame, in the pixels of the canvas.
        plan: the teacher.
        settings: layout, thickness of lines and minimum score of a keypoint.
        words: translations of `WORDS`; what is missing is English.
        poses: the persons in the pixels of the canvas.

    Returns:
        The image; with the teacher beside it, the canvas is its left part.
    """
    if state.moment.phase not in (PREVIEW, COUNT_IN):
        _draw_forms(canvas, state, settings, words, poses)
    _draw_texts(canvas, state, words)
    _draw_bar(canvas, state.progress)
    return _LAYOUTS[plan.options.layout](canvas, state, plan, settings)


def draw_ghost(canvas: Image, state: DanceState, plan: DancePlan, settings: Settings) -> None:
    """With the layout ghost, draw the teacher over the person; where nobody is found, in the middle of the image.

    It is drawn before the skeletons, whose colors it would hide.
    """
    if plan.options.layout == "ghost":
        height, width = canvas.shape[:2]
        ghost = state.ghost or _placed(state.teachers[plan.followed], plan.size, (width, height))
        overlay.draw_ghost(canvas, ghost, settings.confidence, overlay.line_width(canvas, settings.thickness))


def without_teacher(image: Image, plan: DancePlan, camera: tuple[int, int]) -> Image:
    """A view of an image that `draw` returned, without the teacher beside it, up to one column of pixels.

    Args:
        image: it may lack the teacher, as in a comparison.
        plan: with which it was drawn.
        camera: (width, height) of the camera's image.
    """
    height, width = image.shape[:2]
    left = width - _width_beside(plan, height)
    has_teacher = plan.options.layout == "beside" and (width, height) != camera and left > 0
    return image[:, :left] if has_teacher else image


def _width_beside(plan: DancePlan, height: int) -> int:
    return _even(plan.view[0] * height / plan.view[1])


def _beside(canvas: Image, state: DanceState, plan: DancePlan, settings: Settings) -> Image:
    height, width = canvas.shape[:2]
    size = _width_beside(plan, height) + width % 2, height  # of the whole image: H.264 needs it even
    return np.hstack((canvas, _teacher(state, plan, settings, size)))


def _inset(canvas: Image, state: DanceState, plan: DancePlan, settings: Settings) -> Image:
    height, width = canvas.shape[:2]
    scale = min(_INSET_HEIGHT * height / plan.view[1], 0.5 * width / plan.view[0])
    size = max(1, round(plan.view[0] * scale)), max(1, round(plan.view[1] * scale))
    border = max(1, round(overlay.line_width(canvas)))
    picture = _teacher(state, plan, settings, size)
    cv2.rectangle(picture, (0, 0), (size[0] - 1, size[1] - 1), overlay.TEXT_COLOR, border)
    bottom = height - _bar_height(canvas)
    canvas[bottom - size[1] : bottom, width - size[0] :] = picture
    return canvas


_LAYOUTS: dict[str, Callable[[Image, DanceState, DancePlan, Settings], Image]] = {
    "beside": _beside,
    "inset": _inset,
    "ghost": lambda canvas, state, plan, settings: canvas,  # see `draw_ghost`
}


def _teacher(state: DanceState, plan: DancePlan, settings: Settings, size: tuple[int, int]) -> Image:
    """The teacher's picture of ``size`` (width, height); without pictures the skeletons on a plain ground."""
    pictures = plan.teacher.pictures
    if pictures is None:
        return _skeletons(state, plan, settings, size)
    picture = pictures.at(state.moment.position)
    if plan.flips_teacher:
        picture = as_uint8(cv2.flip(picture, 1))
    first, end = (round(column * picture.shape[1] / plan.size[0]) for column in plan.columns)
    return as_uint8(cv2.resize(picture[:, first : max(first + 1, end)], size, interpolation=cv2.INTER_LINEAR))


def _skeletons(state: DanceState, plan: DancePlan, settings: Settings, size: tuple[int, int]) -> Image:
    image = np.full((size[1], size[0], 3), _GROUND, np.uint8)
    shown = (replace(pose, xy=pose.xy - np.array([plan.columns[0], 0], np.float32)) for pose in state.teachers)
    overlay.draw_skeletons(image, tuple(_placed(pose, plan.view, size) for pose in shown), settings)
    return image


def _placed(pose: Pose, of: tuple[int, int], size: tuple[int, int]) -> Pose:
    """A pose in an image of one size, as large as possible in the middle of an image of another size."""
    scale = min(size[0] / of[0], size[1] / of[1])
    offset = (np.array(size) - scale * np.array(of)) / 2
    return Pose(pose.skeleton, (pose.xy * scale + offset).astype(np.float32), pose.scores)


def _draw_bar(canvas: Image, progress: float) -> None:
    bar = canvas[-_bar_height(canvas) :]
    bar //= 3
    bar[:, : round(progress * canvas.shape[1])] = _BAR_COLOR


def _bar_height(canvas: Image) -> int:
    return int(max(2, round(_BAR_HEIGHT * canvas.shape[0])))


def _draw_texts(canvas: Image, state: DanceState, words: Mapping[str, str]) -> None:
    moment, evaluation = state.moment, state.evaluation
    if moment.phase == PREVIEW:
        return
    if moment.phase == COUNT_IN:
        _draw_centered(canvas, str(moment.count), 0.6, 3 * _LARGE, overlay.TEXT_COLOR)
        return
    if state.calibration:
        _draw_reason(canvas, words.get(_CLAP, _CLAP) if moment.phase == DANCE else "", 0.1)
        return
    if state.group:
        _draw_synchrony(canvas, state, words)
        return
    if evaluation.form is None:
        _draw_reason(canvas, words.get(evaluation.reason, evaluation.reason), 0.1)
        return
    word = _FINISHED if moment.phase == FINISHED else _word(evaluation)
    text = f"{words.get(word, word)} {100 * evaluation.form:.0f} %".strip()
    _draw_centered(canvas, text, 0.16, _LARGE, _color(evaluation))
    if evaluation.reason == reasons.OTHER_MOVES:  # the other reason for a form without a timing is no fault of theirs
        _draw_reason(canvas, words.get(_NO_TIMING, _NO_TIMING), 0.25)


def _draw_synchrony(canvas: Image, state: DanceState, words: Mapping[str, str]) -> None:
    is_finished = state.moment.phase == FINISHED
    if is_finished:
        _draw_centered(canvas, words.get(_FINISHED, _FINISHED), 0.16, _LARGE, overlay.TEXT_COLOR)
    if state.group and state.group.synchrony is not None:
        text = words.get(_IN_SYNC, _IN_SYNC).format(percent=100 * state.group.synchrony)
        _draw_centered(canvas, text, 0.26 if is_finished else 0.1, _MEDIUM, overlay.TEXT_COLOR)


def _draw_forms(
    canvas: Image, state: DanceState, settings: Settings, words: Mapping[str, str], poses: Sequence[Pose]
) -> None:
    """Draw above the head of each of several dancers how they dance."""
    for dancer in state.dancers if state.group else ():
        pose = None if dancer.person is None else poses[dancer.person]
        body = pose and pose.bounding_box(settings.confidence)
        if pose and body:
            text, color = _short(dancer.evaluation, words)
            label = _BOX_LABEL if pose.box and settings.boxes else 0.0
            top = (pose.box if pose.box and label else body).y0 / canvas.shape[0] - label - 0.01
            _draw_text(canvas, text, body.center[0], max(_BELOW_SYNC, top), _TINY, color)


def _short(evaluation: Evaluation, words: Mapping[str, str]) -> tuple[str, Color]:
    """The word and the form of a dancer in short, or what to do for them, and the color."""
    if evaluation.form is None:
        text = overlay.STEP_BACK if evaluation.reason in reasons.TOO_LITTLE_VISIBLE else ""
        return words.get(text, text), overlay.TEXT_COLOR
    word = _word(evaluation)
    return f"{words.get(word, word)} {100 * evaluation.form:.0f} %".strip(), _color(evaluation)


def _draw_reason(canvas: Image, reason: str, top: float) -> None:
    for line, text in enumerate(wrapped(reason)):
        _draw_centered(canvas, text, top + 1.6 * _SMALL * line, _SMALL, overlay.TEXT_COLOR)


def _word(evaluation: Evaluation) -> str:
    if evaluation.timing_ms is not None and abs(evaluation.timing_ms) >= _NOTICED_MS:
        return _LATE if evaluation.timing_ms > 0 else _EARLY
    return _GOOD if (evaluation.form or 0) >= _GOOD_FORM else ""


def _color(evaluation: Evaluation) -> Color:
    form = evaluation.form or 0
    return _GOOD_COLOR if form >= _GOOD_FORM else _FAIR_COLOR if form >= _FAIR_FORM else _POOR_COLOR


def _draw_centered(canvas: Image, text: str, baseline: float, height: float, color: Color) -> None:
    """A line of text in the middle; ``baseline`` and ``height`` are relative to the image's height."""
    _draw_text(canvas, text, canvas.shape[1] / 2, baseline, height, color)


def _draw_text(canvas: Image, text: str, center: float, baseline: float, height: float, color: Color) -> None:
    """A line of text in the image; ``center`` is the x of its middle in pixels."""
    rows, columns = canvas.shape[:2]
    put_line(canvas, text, (center, baseline * rows), height * rows, color, _WIDEST * columns)


def _even(value: float) -> int:
    return max(2, 2 * round(value / 2))
