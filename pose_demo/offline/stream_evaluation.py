"""Measure a model in video on annotated images: each becomes a stream of copies with noise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pose_demo.offline.annotations import AnnotatedPerson, annotation_oks
from pose_demo.offline.noise import noisy_frames
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Plan
from pose_demo.types import Image, Pose

_NOISE = 6.0  # standard deviation of a camera's noise in poor light, in gray levels
_FRAMES, _FIRST_FRAMES = 30, 5  # in the first ones a model finds the person
_FULL_BODY = [5, 6, 11, 12, 13, 14, 15, 16]  # shoulders, hips, knees, ankles


class StreamEvaluation:
    """The measures of streams, collected image by image: of those without a person, and of those with one.

    Args:
        video_plan: prepared for video, without mirroring; its smoothing decides what jitter is left.
    """

    def __init__(self, video_plan: Plan) -> None:
        self._plan = video_plan
        self._false_persons: list[float] = []
        self._found: list[float] = []
        self._oks: list[float] = []
        self._jitter: list[float] = []
        self._upright_oks: list[float] = []
        self._turned_oks: list[float] = []

    def add(self, image: Image, persons: Sequence[AnnotatedPerson]) -> None:
        """Measure the stream of an image.

        Args:
            image: RGB.
            persons: all in it, crowds included; an image with several, or one without a keypoint, is left out.
        """
        if not persons:
            self._false_persons += [float(result.persons > 0) for result in self._stream(image)]
        elif len(persons) == 1 and persons[0].labeled.any():
            self._add_person(image, persons[0])

    def summary(self) -> dict[str, float | None]:
        """The measures; None where there is nothing to measure.

        ``stream_false_persons``: fraction of the frames of images without a person in which one was detected;
        ``stream_found``: fraction of the frames of images with exactly one person in which one was detected;
        ``stream_oks``: mean OKS in these frames of the best-matching pose, 0 where none was detected;
        ``stream_jitter``: mean over these images of `jitter`;
        ``stream_turned_oks``: mean OKS in copies turned by 90, 180 and 270 degrees, relative to that of the upright
        ones, of persons whose shoulders, hips, knees and ankles are labeled, in the second half of the stream.
        """
        return {
            "stream_false_persons": rounded_mean(self._false_persons),
            "stream_found": rounded_mean(self._found),
            "stream_oks": rounded_mean(self._oks),
            "stream_jitter": rounded_mean(self._jitter),
            "stream_turned_oks": _ratio(self._turned_oks, self._upright_oks),
        }

    def _add_person(self, image: Image, person: AnnotatedPerson) -> None:
        results = list(self._stream(image))
        poses = [best_pose(result, person) for result in results]
        oks = oks_of(poses, person)
        self._found += [float(result.persons > 0) for result in results]
        self._oks += oks
        moved = jitter(poses[_FIRST_FRAMES:], person.box.longer_side, self._plan.settings.confidence)
        if moved is not None:
            self._jitter.append(moved)
        if person.labeled[_FULL_BODY].all():
            self._upright_oks += oks[_FRAMES // 2 :]
            self._add_turned(image, person)

    def _add_turned(self, image: Image, person: AnnotatedPerson) -> None:
        for _ in range(3):
            image, person = turned(image, person)
            poses = [best_pose(result, person) for result in self._stream(image)]
            self._turned_oks += oks_of(poses, person)[_FRAMES // 2 :]

    def _stream(self, image: Image) -> Iterator[Result]:
        """The results without their images, of which a stream would fill the memory."""
        self._plan.reset()
        pipeline = Pipeline()
        for frame in noisy_frames(image, _NOISE, _FRAMES):
            result = pipeline.process(frame, self._plan)
            yield replace(result, image=image, source=None)


def best_pose(result: Result, person: AnnotatedPerson) -> Pose | None:
    """The COCO-17 pose with the highest OKS; None where there is none."""
    poses = [pose.as_coco() for pose in result.estimate.poses]
    return max(poses, key=lambda pose: annotation_oks(pose, person), default=None)


def oks_of(poses: Sequence[Pose | None], person: AnnotatedPerson) -> list[float]:
    """The OKS of each pose, in [0, 1]; 0 for None."""
    return [annotation_oks(pose, person) if pose else 0.0 for pose in poses]


def jitter(poses: Sequence[Pose | None], size: float, confidence: float) -> float | None:
    """Mean movement of the keypoints of a person at rest from one frame to the next in % of the person's size.

    Args:
        poses: of consecutive frames, COCO-17; None where there is none.
        size: of the person, in pixels.
        confidence: in both frames a keypoint has at least this score.

    Returns:
        None without a keypoint in two consecutive frames.
    """
    moved = [
        np.linalg.norm(after.xy - before.xy, axis=1)[np.minimum(before.scores, after.scores) >= confidence]
        for before, after in itertools.pairwise(poses)
        if before and after
    ]
    distances = np.concatenate(moved or [np.zeros(0)])
    return float(100 * distances.mean() / size) if distances.size and size > 0 else None


def turned(image: Image, person: AnnotatedPerson) -> tuple[Image, AnnotatedPerson]:
    """Both turned by 90 degrees counterclockwise: (x, y) becomes (y, width - x). The box stays as it is."""
    keypoints = person.keypoints.copy()
    keypoints[:, 0], keypoints[:, 1] = person.keypoints[:, 1], image.shape[1] - person.keypoints[:, 0]
    return np.ascontiguousarray(np.rot90(image)), replace(person, keypoints=keypoints)


def rounded_mean(values: Sequence[float]) -> float | None:
    """The mean with four digits; None without values."""
    return round(float(np.mean(values)), 4) if values else None


def _ratio(values: Sequence[float], reference: Sequence[float]) -> float | None:
    """The ratio of the means; None where the reference has none, or is 0."""
    return round(float(np.mean(values) / np.mean(reference)), 4) if any(reference) else None
