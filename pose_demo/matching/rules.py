"""The rules that say how alike two stances are. A new rule is one function here and one line in `RULES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pose_demo.matching.limb_angles import INNER, OUTER, Flags, Numbers, Stance, apart

SIGMA = 30.0  # degrees; a limb this far off still counts 0.61


@dataclass(frozen=True, eq=False)
class Asked:
    """What a rule is to look at: the limbs that count ``(12,)``, and the score from which a keypoint is seen."""

    limbs: Flags
    confidence: float = 0.3

    @property
    def joints(self) -> Flags:
        """``(8,)`` the joints whose two limbs both count."""
        both: Flags = self.limbs[INNER] & self.limbs[OUTER]
        return both


@dataclass(frozen=True)
class Rule:
    """A way to compare: ``score(reference, person, asked)`` in [0, 1], where 1 is the same pose."""

    title: str
    help: str
    score: Callable[[Stance, Stance, Asked], float]


def limb_angle(reference: Stance, person: Stance, asked: Asked) -> float:
    """Mean of two Gaussian similarities (sigma 30 degrees): limb directions, and angles at the joints.

    Each limb and joint weighs by both people's scores, so nothing jumps when a keypoint fades in or out.

    Source: rule 6 of prototypes/pose_similarity.py; AUC .976 on 100 yoga photos, see the design, section 2.
    """
    limbs = _alike(apart(reference.headings, person.headings), reference.scores * person.scores * asked.limbs)
    joints = _alike(apart(reference.bends, person.bends), reference.joint_scores * person.joint_scores * asked.joints)
    parts = [part for part in (limbs, joints) if part is not None]
    return sum(parts) / len(parts) if parts else 0.0


def _alike(degrees_off: Numbers, weights: Numbers) -> float | None:
    total = float(weights.sum())
    if total <= 0:
        return None
    return float(weights @ np.exp(-((degrees_off / SIGMA) ** 2) / 2)) / total


def every_limb(reference: Stance, person: Stance, asked: Asked) -> float:
    """The worst limb's cosine similarity, and 0 where that limb points away (90 degrees or more).

    So "score >= threshold" says what the notebook says: every limb that the reference shows reaches the threshold.
    A limb of the person that has no length counts as 0, where the notebook divides by zero; the six short edges of
    the face are left out.

    Source: ``cosine_sim`` of the notebook this project grew from.
    """
    cosines = np.cos(np.radians(apart(reference.headings, person.headings))) * (person.scores > 0)
    shown = reference.seen(asked.confidence) & asked.limbs
    return max(0.0, float(cosines[shown].min(initial=1.0))) if shown.any() else 0.0


RULES: dict[str, Rule] = {
    "limb-angle": Rule(
        "Limbs and joints together",
        "How alike the limbs' directions and the joints' angles are on the whole; forgives one limb that is off.",
        limb_angle,
    ),
    "every-limb": Rule(
        "Every limb",
        "Only as good as the worst limb: each one has to reach the threshold. Strict, as in the original notebook.",
        every_limb,
    ),
}
