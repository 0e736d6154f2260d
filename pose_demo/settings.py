"""All settings of a stream as one frozen, hashable, JSON-serializable object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pose_demo import effects, fields
from pose_demo.background import BackgroundOptions
from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.effects import Effect
from pose_demo.estimators import AUTO, DETECTORS, MODELS
from pose_demo.estimators.detection import DetectionOptions
from pose_demo.fields import NONE, Spec, Value, changed, group, specs, validated, values
from pose_demo.game.options import GameOptions
from pose_demo.joint_angles import JOINT_PAIRS
from pose_demo.json_text import parse_json
from pose_demo.legacy_names import translate_settings
from pose_demo.matching.options import MatchOptions
from pose_demo.messages import message
from pose_demo.tracking.smoothing import SmoothingOptions
from pose_demo.types import InputError


@dataclass(frozen=True)
class FrameRateOptions:
    """The frame rate to hold on a slow machine (see `pose_demo.live.governor`)."""

    adapt: bool = fields.switch(
        True,
        "Adapt to the machine",
        "When the machine is too slow for the chosen settings, the computing cost is lowered step by step, and raised "
        "again when there is headroom.",
    )
    target: int = fields.integer(
        6, 1, 30, "Target frame rate", "Frames per second to hold; measuring a dance needs at least 6."
    )
    lighter_model: bool = fields.switch(
        False, "Allow a lighter model", "As the last step, switch to a faster, less accurate model of the same family."
    )


@dataclass(frozen=True)
class JointAngleOptions:
    """How joint angles are measured and shown (see `pose_demo.joint_angles`)."""

    plot: str = fields.choice(
        NONE,
        (NONE, "all", *JOINT_PAIRS),
        "Plot joint angles",
        "Plots the angles of both sides over the last ten seconds below the live image, with minimum, maximum and "
        "range of motion. 0° is the joint of a person who stands upright with hanging arms.",
    )
    source: str = fields.choice(
        "auto",
        ("auto", "image"),
        "Measure angles",
        "auto: in 3D if the model estimates world keypoints, as MediaPipe Pose does, else in the image. image: always "
        "in the image, which is more accurate for movements parallel to it.",
    )

    @property
    def from_world(self) -> bool:
        """Whether the angles of a pose with world keypoints are computed from them."""
        return self.source == "auto"


class _EffectsSpec(Spec):
    """A list of effects: JSON as [{"name": "canny", "low": 100}], text as canny(low=100)+glasses."""

    def validate(self, name: str, value: object) -> tuple[Effect, ...]:
        if isinstance(value, list | tuple) and all(type(item) in effects.EFFECTS.values() for item in value):
            value = effects.to_json_list(value)
        return effects.from_json_list(value)

    def from_text(self, name: str, text: str) -> tuple[Effect, ...]:
        return effects.parse(text)

    def to_text(self, value: Value) -> str:
        return effects.serialize(value) if isinstance(value, tuple) else ""

    def to_json(self, value: Value) -> object:
        return effects.to_json_list(value) if isinstance(value, tuple) else []


@dataclass(frozen=True)
class Settings(DetectionOptions):
    """The settings of one stream; each field carries its limits, label and help text (see `pose_demo.fields`).

    The limits are checked by `prepare` and by the functions that read settings, not by this constructor.
    """

    model: str = fields.choice(
        "movenet-lightning", tuple(MODELS), "Model", "The network that processes the frames.", section="Model"
    )
    detector: str = fields.choice(
        AUTO,
        (AUTO, NONE, *DETECTORS),
        "Person detector",
        "Top-down multi-person estimation: a detector finds all persons, and the model runs once for each. none: the "
        "model runs on the whole frame and estimates one person. auto: MoveNet MultiPose in photos, none in video. "
        "In photos NanoDet adds the persons that MultiPose misses.",
        section="Model",
    )
    hands: bool = fields.switch(
        False,
        "Hands",
        "Also estimate 21 keypoints of each visible hand, which takes time for each hand of each person.",
        section="Model",
    )
    face: bool = fields.switch(
        False,
        "Face",
        "Also estimate 468 keypoints of each visible face, and draw its contours. Glasses follow it, and pixelation "
        "covers its outline.",
        section="Model",
    )
    frame_rate: FrameRateOptions = group(FrameRateOptions)
    smooth: SmoothingOptions = group(SmoothingOptions)
    joint_angles: JointAngleOptions = group(JointAngleOptions)
    match: MatchOptions = group(MatchOptions)
    dance: DanceAlongOptions = group(DanceAlongOptions)
    game: GameOptions = group(GameOptions)
    background: BackgroundOptions = group(BackgroundOptions)
    effects: tuple[Effect, ...] = fields.custom(
        (), _EffectsSpec("effects", "Effects", "Applied one after another, in this order.", "Effects")
    )
    mirror: str = fields.choice(
        "auto",
        ("auto", "on", "off"),
        "Mirror",
        "Flip the image horizontally. auto does so for the webcam only, like a mirror.",
        section="Drawing",
    )
    skeleton: bool = fields.switch(True, "Skeleton", "Lines between the keypoints.", section="Drawing")
    keypoints: bool = fields.switch(True, "Keypoints", "A dot on every keypoint.", section="Drawing")
    boxes: bool = fields.switch(
        True, "Boxes", "A bounding box around each person, where the model provides one.", section="Drawing"
    )
    keypoint_names: bool = fields.switch(False, "Keypoint names", "The name beside each keypoint.", section="Drawing")
    scores: bool = fields.switch(
        False, "Scores", "The model's confidence beside each keypoint and person.", section="Drawing"
    )
    show_fps: bool = fields.switch(
        False, "Show fps", "Processed frames per second and latency in a corner of the image.", section="Drawing"
    )
    thickness: float = fields.number(
        1.0, 0.5, 3, "Thickness", "Thickness of lines, dots and text relative to the image size.", section="Drawing"
    )

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Settings:
        """Create settings from JSON values; settings that are not given keep their defaults.

        Raises:
            InputError: an unknown name, a wrong type, or a value outside its limits.
        """
        return validated(cls, translate_settings(values))

    def validated(self) -> Settings:
        """The same settings, once every value is known to be within its limits.

        Raises:
            InputError: a wrong type, or a value outside its limits.
        """
        return validated(Settings, values(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Settings:
        """Create settings from a JSON object; see `from_dict` for the errors."""
        try:
            given = parse_json(text)
        except InputError as error:
            text = message("settings file: {error}; save one from the page or write one by hand", error=error)
            raise InputError(text) from None
        if not isinstance(given, dict):
            found = type(given).__name__
            raise InputError(message('settings file: expected an object like {{"model": ...}}, got {type}', type=found))
        return cls.from_dict(given)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], base: Mapping[str, object] | None = None) -> Settings:
        """Create settings from ``key=value`` texts that override JSON values; see `from_dict` for the errors."""
        given = translate_settings(base or {})
        specs_by_name = specs(cls)
        for name, text in translate_settings(texts).items():
            given[name] = specs_by_name[name].from_text(name, str(text)) if name in specs_by_name else text
        return cls.from_dict(given)

    @property
    def hides(self) -> bool:
        """Whether a background mode or an effect hides something that the camera shows, such as a room or a face."""
        return self.background.mode != NONE or any(effect.hides for effect in self.effects)

    @property
    def plays_game(self) -> bool:
        """Whether the pose game is on. It takes the place of a reference pose, and a dance takes that of the game."""
        return bool(self.game.names) and self.dance.reference == NONE

    def mirrors(self, live: bool) -> bool:
        """Whether the image is flipped horizontally; ``live``: it comes from a camera in front of the user."""
        return self.mirror == "on" or (self.mirror == "auto" and live)

    def to_dict(self) -> dict[str, object]:
        """All settings as a JSON-serializable dict."""
        return _to_json_values(values(self))

    def changes(self) -> dict[str, object]:
        """The settings that differ from their defaults, as JSON values."""
        return _to_json_values(changed(self))

    def texts(self) -> dict[str, str]:
        """The settings that differ from their defaults, as the texts that `from_texts` parses."""
        specs_by_name = specs(Settings)
        return {name: specs_by_name[name].to_text(value) for name, value in changed(self).items()}


def _to_json_values(values: Mapping[str, Value]) -> dict[str, object]:
    specs_by_name = specs(Settings)
    return {name: specs_by_name[name].to_json(value) for name, value in values.items()}
