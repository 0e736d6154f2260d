"""From one frame to one output image and its results: the same stages for every source."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from pose_demo import dance_overlay, effects, game_overlay, overlay
from pose_demo.background import Compositor
from pose_demo.dance.matcher import DanceMatcher, DanceState
from pose_demo.dance.take import FinishedTake
from pose_demo.effects import EffectContext
from pose_demo.fields import NONE
from pose_demo.game.matcher import GameMatcher, GameState
from pose_demo.joint_angles import JointAngles, joint_angles
from pose_demo.matching.matcher import MatchState, PoseMatcher
from pose_demo.plan import Plan
from pose_demo.tracking.joint_angle_history import JointAngleHistory, update_angle_history
from pose_demo.tracking.keypoint_history import KeypointHistory, update_history
from pose_demo.tracking.smoothing import KeypointSmoother
from pose_demo.tracking.tracker import Tracker
from pose_demo.types import Estimate, Frame, Image, Pose, check_image


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of one frame.

    Attributes:
        image: the output image, RGB.
        estimate: poses and boxes in that image's pixels.
        timestamp: the frame's time in seconds.
        stage_ms: milliseconds spent in each stage, in order.
        model: the registry name of the pose model.
        matches: the match state of each pose of the estimate; empty without a reference.
        dance: where the take is, and how it goes; None without a dance.
        game: where the pose game is; None without one.
        mirrored: the image is flipped horizontally.
        source: the input frame.
        raw_poses: the poses as they were estimated, with track ids, in pixels of the input frame; smoothed ones lag.
        keypoint_history: the last seconds of the plotted keypoint, unmirrored; None when none is plotted.
        joint_angles: those of each pose of the estimate.
        joint_angle_history: the last seconds of the joint angles; None when none are plotted.
    """

    image: Image
    estimate: Estimate
    timestamp: float
    stage_ms: dict[str, float]
    model: str
    matches: tuple[MatchState, ...] = ()
    dance: DanceState | None = None
    game: GameState | None = None
    mirrored: bool = False
    source: Frame | None = None
    raw_poses: tuple[Pose, ...] = ()
    keypoint_history: KeypointHistory | None = None
    joint_angles: tuple[JointAngles, ...] = ()
    joint_angle_history: JointAngleHistory | None = None

    @property
    def persons(self) -> int:
        """Number of persons, by their poses or by their boxes."""
        return self.estimate.persons

    @property
    def unmirrored_poses(self) -> tuple[Pose, ...]:
        """The poses in pixels of the input frame, also if the output image is mirrored."""
        poses = self.estimate.poses
        if not self.mirrored:
            return poses
        width, _ = (self.source or Frame(self.image)).size
        return tuple(pose.mirrored(width) for pose in poses)

    @property
    def milliseconds(self) -> float:
        """Processing time of the whole frame."""
        return sum(self.stage_ms.values())


@dataclass
class _Stopwatch:
    stage_ms: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stage_ms[stage] = self.stage_ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now


class Pipeline:
    """The processing stages of one stream and their state from frame to frame."""

    def __init__(self) -> None:
        self._last_timestamp = float("-inf")
        self._dance, self._game = DanceMatcher(), GameMatcher()
        self._reset()

    def _reset(self) -> None:
        self._frame_size: tuple[int, int] | None = None
        self._tracker, self._smoother = Tracker(), KeypointSmoother()
        self._matcher = PoseMatcher()
        self._history: KeypointHistory | None = None
        self._angle_history: JointAngleHistory | None = None
        self._compositor, self._mirrored = Compositor(), False
        self._effect_state: dict[str, object] = {}

    def process(self, frame: Frame, plan: Plan, note: str = "") -> Result:
        """Run all stages on one frame.

        Args:
            frame: an RGB image and its time; the image is not changed.
            plan: how to process it.
            note: text for the corner of the output image, shown with `Settings.show_fps`.

        Raises:
            InputError: the frame is not an RGB image.
        """
        check_image(frame.image)
        watch = _Stopwatch()
        self._reset_if_time_went_back(frame, plan)
        self._rescale_tracks(frame.size)
        estimate, raw = self._estimate(frame, plan, watch)
        angles = self._measure_angles(estimate.poses, frame, plan)
        matches, dance = self._match(estimate, frame, plan), self._follow(raw, estimate, frame, plan)
        game = self._play(estimate, frame, plan)
        if plan.reference or plan.dance or plan.game:
            watch.lap("match")
        shown = frame
        if plan.mirrored:  # here only, pixels and coordinates together: all stages before process the unmirrored frame
            shown, estimate, matches = _mirrored(frame, estimate, matches)
            dance = dance and dance.mirrored(frame.size[0])
        canvas = self._render(shown, estimate, matches, dance, game, plan, watch)
        if plan.settings.show_fps and note:
            overlay.draw_note(canvas, note, plan.settings.thickness)
        watch.lap("draw")
        return Result(
            image=canvas,
            estimate=estimate,
            timestamp=frame.timestamp,
            stage_ms=watch.stage_ms,
            model=plan.pose.model,
            matches=matches,
            dance=dance,
            game=game,
            mirrored=plan.mirrored,
            source=frame,
            raw_poses=raw,
            keypoint_history=self._history,
            joint_angles=angles,
            joint_angle_history=self._angle_history,
        )

    def end_take(self) -> FinishedTake | None:
        """End the take of a dance where no frame follows; what was danced last, None if it is too little to compare."""
        self._dance.interrupt()
        return self._dance.finished

    def _estimate(self, frame: Frame, plan: Plan, watch: _Stopwatch) -> tuple[Estimate, tuple[Pose, ...]]:
        """Poses with track ids, hands, faces and smoothed keypoints, boxes, the mask; and the raw poses."""
        estimate = plan.pose.estimator.estimate(frame, plan.settings).in_frame(frame.size)
        poses = self._tracker.update(estimate.poses, frame.timestamp)
        watch.lap("pose")
        if plan.holistic:
            poses = plan.holistic.estimate(frame, poses)
            watch.lap("hands and face")
        estimate = replace(estimate, poses=self._smooth(poses, frame, plan))
        watch.lap("pose")
        if plan.segmenter:
            estimate = replace(estimate, mask=plan.segmenter.segment(frame, estimate))
            watch.lap("mask")
        return estimate, poses

    def _smooth(self, raw: tuple[Pose, ...], frame: Frame, plan: Plan) -> tuple[Pose, ...]:
        smoothed, options = raw, plan.settings.smooth
        if options.on:
            parts_only = plan.smoothed_by != "filter"
            smoothed = self._smoother.update(raw, frame.timestamp, options.min_cutoff, options.beta, parts_only)
            smoothed = tuple(pose.in_frame(frame.size) for pose in smoothed)  # one that comes back in lags outside
        self._history = update_history(
            self._history,
            raw,
            smoothed,
            frame,
            keypoint=options.plot,
            confidence=plan.settings.confidence,
            smoothed_by=plan.smoothed_by,
        )
        return smoothed

    def _measure_angles(self, poses: tuple[Pose, ...], frame: Frame, plan: Plan) -> tuple[JointAngles, ...]:
        options, confidence = plan.settings.joint_angles, plan.settings.confidence
        from_world = options.from_world
        angles = tuple(joint_angles(it, confidence, from_world=from_world, corrects_depth=True) for it in poses)
        if options.plot == NONE:
            self._angle_history = None
        else:
            self._angle_history = update_angle_history(self._angle_history, poses, angles, frame.timestamp)
        return angles

    def _match(self, estimate: Estimate, frame: Frame, plan: Plan) -> tuple[MatchState, ...]:
        if plan.reference is None:
            return ()
        settings = plan.settings
        return self._matcher.update(
            plan.reference, estimate.poses, settings.match, settings.confidence, frame.timestamp
        )

    def _follow(self, raw: tuple[Pose, ...], estimate: Estimate, frame: Frame, plan: Plan) -> DanceState | None:
        if plan.dance is None:
            return None
        confidence = plan.settings.confidence
        return self._dance.update(plan.dance, raw, estimate.poses, frame.timestamp, confidence, frame.size)

    def _play(self, estimate: Estimate, frame: Frame, plan: Plan) -> GameState | None:
        if plan.game is None:
            self._game.interrupt()
            return None
        return self._game.update(plan.game, estimate.poses, frame.timestamp, plan.settings.confidence)

    def _render(
        self,
        frame: Frame,
        estimate: Estimate,
        matches: tuple[MatchState, ...],
        dance: DanceState | None,
        game: GameState | None,
        plan: Plan,
        watch: _Stopwatch,
    ) -> Image:
        """Background, effects and overlay, on a new image."""
        settings, uploads = plan.settings, plan.uploads
        if plan.mirrored != self._mirrored:  # the background that was learned is on the other side
            self._mirrored, self._compositor = plan.mirrored, Compositor()
        canvas = self._compositor.apply(frame.image, estimate.mask, settings.background, uploads.background)
        if settings.background.mode != NONE:
            watch.lap("background")
        if settings.effects:
            context = EffectContext(
                frame, estimate.poses, settings.confidence, estimate.mask, self._effect_state, uploads.images
            )
            canvas = effects.apply_all(settings.effects, canvas, context)
            watch.lap("effects")
        elif canvas is frame.image and not plan.mirrored:  # a mirrored frame is a copy already
            canvas = canvas.copy()
        if dance and plan.dance:
            dance_overlay.draw_ghost(canvas, dance, plan.dance, settings)
        errors = dance.limb_errors if dance else game.limb_errors if game else None
        overlay.draw(canvas, estimate, settings, matches, uploads.words, errors)
        if dance and plan.dance:
            return dance_overlay.draw(canvas, dance, plan.dance, settings, uploads.words, estimate.poses)
        if game and plan.game:
            self._game.keep(game, canvas, estimate.poses, settings.confidence)
            game_overlay.draw(canvas, game, plan.game, uploads.words)
        return canvas

    def _reset_if_time_went_back(self, frame: Frame, plan: Plan) -> None:
        if frame.timestamp < self._last_timestamp:
            plan.reset()
            self._dance.interrupt()
            self._game.interrupt()
            self._reset()
        self._last_timestamp = frame.timestamp

    def _rescale_tracks(self, size: tuple[int, int]) -> None:
        """Keep the tracks when a camera changes its resolution during a stream."""
        if self._frame_size not in (None, size):
            self._tracker.rescale(np.divide(size, self._frame_size, dtype=np.float32))
            self._smoother = KeypointSmoother()
        self._frame_size = size


def _mirrored(
    frame: Frame, estimate: Estimate, matches: tuple[MatchState, ...]
) -> tuple[Frame, Estimate, tuple[MatchState, ...]]:
    width = frame.size[0]
    flipped = Frame(np.asarray(cv2.flip(frame.image, 1), np.uint8), frame.timestamp)
    return flipped, estimate.mirrored(width), tuple(match.mirrored(width) for match in matches)
