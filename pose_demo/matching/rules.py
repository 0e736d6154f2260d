"""The rules that score the similarity of two poses. A new rule is one function and one line in `RULES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pose_demo.matching.limb_angles import INNER, OUTER, BoolArray, FloatArray, LimbAngles, angle_difference

SIGMA = 30.0  # degrees; a limb with this error has a similarity of 0.61

# Chosen on the drawn library, leaving out one body after another, and on COCO photos, whose estimates have real noise.
_FAR_OFF = (30.0, 60.0)  # degrees; one limb with a smaller error does not lower the mean, with a larger one fully
_FAR_OFF_FACTOR = 0.5  # so that the lowest useful threshold, 0.6, is out of reach


@dataclass(frozen=True, eq=False)
class RuleInput:
    """Which limbs to compare, ``(12,)``, and the minimum score of a visible keypoint."""

    limbs: BoolArray
    confidence: float

    @property
    def joints(self) -> BoolArray:
        """``(8,)`` the joints with both limbs to compare."""
        both: BoolArray = self.limbs[INNER] & self.limbs[OUTER]
        return both


@dataclass(frozen=True)
class Rule:
    """A similarity measure: ``score(reference, person, rule_input)`` in [0, 1], where 1 is the same pose."""

    title: str
    help: str
    score: Callable[[LimbAngles, LimbAngles, RuleInput], float]


def limb_angle(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> float:
    """Mean of two Gaussian similarities (sigma 30 degrees): of the limb angles and of the joint angles.

    Each limb and joint is weighted by the scores of both poses, so that the result changes smoothly when a keypoint
    becomes visible. A mean over twelve limbs forgives one that is far off, so such a limb lowers it by up to a half.

    Source: the mean is rule 6 of prototypes/pose_similarity.py; AUC .976 on 100 yoga images, see the design, section 2.
    """
    limb_weights = reference.scores * person.scores * rule_input.limbs
    joint_weights = reference.joint_scores * person.joint_scores * rule_input.joints
    limbs = _gaussian_similarity(angle_difference(reference.angles, person.angles), limb_weights)
    joints = _gaussian_similarity(angle_difference(reference.joint_angles, person.joint_angles), joint_weights)
    parts = [part for part in (limbs, joints) if part is not None]
    mean = sum(parts) / len(parts) if parts else 0.0
    return mean * (1 - (1 - _FAR_OFF_FACTOR) * _far_off(reference, person, rule_input))


def _far_off(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> float:
    """How far off the worst limb is, in [0, 1], as far as its direction is reliable in both poses."""
    confidence = rule_input.confidence
    reliability = np.minimum(reference.reliability(confidence), person.reliability(confidence)) * rule_input.limbs
    errors = np.interp(angle_difference(reference.angles, person.angles), _FAR_OFF, (0, 1))
    return float((errors * reliability).max())


def _gaussian_similarity(differences: FloatArray, weights: FloatArray) -> float | None:
    """The weighted mean; None if all weights are 0."""
    total = float(weights.sum())
    if total <= 0:
        return None
    return float(weights @ np.exp(-((differences / SIGMA) ** 2) / 2)) / total


def every_limb(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> float:
    """The cosine similarity of the worst limb; 0 from an error of 90 degrees.

    "score >= threshold" is the rule of the original notebook (docs/notebook.md): every limb that the reference shows
    reaches the threshold. A limb of length zero counts as 0, where the notebook divides by zero; the six short
    edges of the face are left out.

    Source: ``cosine_sim`` of the original notebook.
    """
    cosines = np.cos(np.radians(angle_difference(reference.angles, person.angles))) * (person.scores > 0)
    compared = reference.visible(rule_input.confidence) & rule_input.limbs
    return max(0.0, float(cosines[compared].min(initial=1.0))) if compared.any() else 0.0


RULES: dict[str, Rule] = {
    "limb-angle": Rule(
        "Limb and joint angles",
        "The mean similarity of limb angles and joint angles; from 30 to 60 degrees off, a single limb halves it.",
        limb_angle,
    ),
    "every-limb": Rule(
        "Every limb",
        "The similarity of the worst limb: each one has to reach the threshold. Strict, as in the original notebook.",
        every_limb,
    ),
}
