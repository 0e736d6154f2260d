"""Match one person with one reference: similarity score, match or not, and the error of each limb."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from pose_demo.matching.limb_angles import LIMBS, BoolArray, LimbAngles, angle_difference, limb_angles_of
from pose_demo.matching.options import MatchOptions
from pose_demo.matching.reference import Reference
from pose_demo.matching.rules import RULES, Rule, RuleInput
from pose_demo.messages import message
from pose_demo.types import DEFAULT_KEYPOINT_CONFIDENCE, InputError, Pose

_DEFAULT_OPTIONS = MatchOptions()


_TOO_LITTLE_VISIBLE = message(
    "too little of the body is in the picture to tell: step back until all of it is, or ignore the missing limbs"
)


@dataclass(frozen=True, eq=False)
class Match:
    """The result of a comparison.

    Attributes:
        score: similarity in [0, 1]; None if too few limbs are visible in both.
        is_match: whether the score reaches the threshold.
        mirrored: the reference was flipped horizontally, because it is more similar then.
        limbs: absolute angle error in degrees in [0, 180] of each compared limb; names are the person's own sides, also
            if mirrored. Empty without a score.
        not_visible: limbs that count and that the reference shows, but the person does not.
        reason: why there is no score, and what to do; "" otherwise.
        reference_angles: the limb angles of the reference as it was compared; None without a score.
        person_angles: the limb angles of the person; None without a score.
    """

    score: float | None
    is_match: bool = False
    mirrored: bool = False
    limbs: dict[str, float] = field(default_factory=dict)
    not_visible: tuple[str, ...] = ()
    reason: str = ""
    reference_angles: LimbAngles | None = None
    person_angles: LimbAngles | None = None

    @property
    def too_little_visible(self) -> bool:
        """Whether there is no score because the person shows too few limbs."""
        return self.reason == _TOO_LITTLE_VISIBLE


def match(
    reference: Reference,
    pose: Pose,
    options: MatchOptions = _DEFAULT_OPTIONS,
    confidence: float = DEFAULT_KEYPOINT_CONFIDENCE,
) -> Match:
    """Compare a person with a reference.

    A score requires that at least half of the limbs that count are visible in both.

    Args:
        reference: the pose to match; ``options.reference`` is not used.
        pose: the person in the unmirrored image: in a mirrored one, a front view has the limbs of a back view.
        options: rule, threshold, limbs to ignore, and whether to try the flipped reference.
        confidence: keypoints with a lower score are not visible.

    Raises:
        InputError: the rule or a limb to ignore does not exist.
    """
    rule, rule_input = _rule(options.rule), RuleInput(_counted_limbs(options.ignore), confidence)
    person = limb_angles_of(pose)
    candidates = (reference.limb_angles, reference.mirrored_limb_angles)[: 1 + options.mirror]
    comparable = [
        it for it in candidates if _enough_limbs_visible(_visible_in_both(it, person, rule_input), rule_input)
    ]
    if not comparable:
        return _no_score(reference.limb_angles, person, rule_input)
    scores = [rule.score(it, person, rule_input) for it in comparable]
    score = max(scores)
    best = comparable[scores.index(score)]
    return Match(
        score,
        is_match=score >= options.similarity,
        mirrored=best is not reference.limb_angles,
        limbs=_limb_errors(best, person, rule_input),
        not_visible=_not_visible(best, person, rule_input),
        reference_angles=best,
        person_angles=person,
    )


def report(result: Match) -> dict[str, Any]:
    """A match as JSON values: score (or None, with a reason), match, mirrored, and limbs: name -> error in degrees."""
    return {
        "score": None if result.score is None else round(result.score, 4),
        "match": result.is_match,
        "mirrored": result.mirrored,
        "limbs": {name: round(degrees, 1) for name, degrees in result.limbs.items()},
        "reason": result.reason,
    }


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise InputError(f"there is no matching rule {name!r}; the rules are {', '.join(RULES)}")
    return RULES[name]


@lru_cache(maxsize=64)
def _counted_limbs(ignore: tuple[str, ...]) -> BoolArray:
    unknown = [name for name in ignore if name not in LIMBS]
    if unknown:
        raise InputError(f"there is no limb {unknown[0]!r}; the limbs are {', '.join(LIMBS)}")
    return np.array([name not in ignore for name in LIMBS])


def _visible_in_both(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> BoolArray:
    return reference.visible(rule_input.confidence) & person.visible(rule_input.confidence) & rule_input.limbs


def _enough_limbs_visible(visible: BoolArray, rule_input: RuleInput) -> bool:
    """Whether at least half of the compared limbs are visible; False if none are compared."""
    return bool(visible.any()) and 2 * int(visible.sum()) >= int(rule_input.limbs.sum())


def _not_visible(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> tuple[str, ...]:
    confidence = rule_input.confidence
    missing = reference.visible(confidence) & rule_input.limbs & ~person.visible(confidence)
    return tuple(name for name, is_missing in zip(LIMBS, missing.tolist(), strict=True) if is_missing)


def _limb_errors(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> dict[str, float]:
    errors = angle_difference(reference.angles, person.angles).tolist()
    compared = _visible_in_both(reference, person, rule_input).tolist()
    return {name: error for name, error, is_compared in zip(LIMBS, errors, compared, strict=True) if is_compared}


def _no_score(reference: LimbAngles, person: LimbAngles, rule_input: RuleInput) -> Match:
    missing, reason = _not_visible(reference, person, rule_input), _reason(reference, rule_input)
    return Match(None, not_visible=missing, reason=reason)


def _reason(reference: LimbAngles, rule_input: RuleInput) -> str:
    if not rule_input.limbs.any():
        return message("every limb is ignored: let at least one count")
    shown = reference.visible(rule_input.confidence) & rule_input.limbs
    if not _enough_limbs_visible(shown, rule_input):
        return message(
            "the reference shows {shown} of the {counted} limbs that count: choose another reference, or ignore the "
            "limbs that it does not show",
            shown=int(shown.sum()),
            counted=int(rule_input.limbs.sum()),
        )
    return _TOO_LITTLE_VISIBLE
