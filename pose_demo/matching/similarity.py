"""One person against one reference: the score, the verdict, and how far each limb is off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from pose_demo.matching.limb_angles import LIMBS, Flags, Stance, apart, stance
from pose_demo.matching.reference import Reference
from pose_demo.matching.rules import RULES, Asked, Rule
from pose_demo.types import InputError, Pose


@dataclass(frozen=True, eq=False)
class Match:
    """What a comparison found.

    Attributes:
        score: likeness in [0, 1]; None when too little is seen to tell.
        is_match: whether the score reaches the threshold.
        mirrored: the reference fits better flipped left to right, and was compared so.
        limbs: degrees off in [0, 180] for each limb that counts and is seen in both; names are the person's own sides,
            also when mirrored. Empty without a score.
        unseen: limbs that count and that the reference shows, but the person does not.
        enough: False when too little is seen to tell; ``reason`` then says what to do, and is "" otherwise.
        wanted, found: the reference as it was compared, and the person; None without a score.
    """

    score: float | None
    is_match: bool = False
    mirrored: bool = False
    limbs: dict[str, float] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    reason: str = ""
    wanted: Stance | None = None
    found: Stance | None = None

    @property
    def enough(self) -> bool:
        return self.score is not None


def match(
    reference: Reference,
    pose: Pose,
    *,
    rule: str = "limb-angle",
    threshold: float = 0.6,
    confidence: float = 0.3,
    allow_mirror: bool = True,
    ignore: Iterable[str] = (),
) -> Match:
    """Compare a person with a reference.

    There is a verdict only when at least half of the limbs that count (6 of 12) are seen in both.

    Args:
        pose: as the model saw it. A page that mirrors its picture matches first and mirrors afterwards: a mirrored
            picture of a person's front has the limbs of their back.
        rule: a key of `RULES`.
        threshold: the score, in [0, 1], from which it is a match. With limb-angle 0.60 means the same kind of pose,
            0.75 is strict, 0.85 tells moments of a dance apart.
        confidence: keypoints that score less are not seen.
        allow_mirror: also try the reference flipped left to right, and take what fits better.
        ignore: names out of `LIMBS` that do not count.

    Raises:
        InputError: there is no such rule or limb.
    """
    chosen, asked = _rule(rule), Asked(_counted(tuple(ignore)), confidence)
    person = stance(pose)
    candidates = (reference.stance, reference.mirrored_stance) if allow_mirror else (reference.stance,)
    judged = [it for it in candidates if _enough(_seen(it, person, asked), asked)]
    if not judged:
        return Match(None, unseen=_unseen(reference.stance, person, asked), reason=_why(reference.stance, asked))
    scores = [chosen.score(it, person, asked) for it in judged]
    score = max(scores)
    wanted = judged[scores.index(score)]
    return Match(
        score,
        is_match=score >= threshold,
        mirrored=wanted is not reference.stance,
        limbs=_degrees_off(wanted, person, asked),
        unseen=_unseen(wanted, person, asked),
        wanted=wanted,
        found=person,
    )


def report(result: Match) -> dict[str, Any]:
    """A match as plain JSON values: score (or None), match, mirrored, and limbs: name -> degrees off."""
    return {
        "score": None if result.score is None else round(result.score, 4),
        "match": result.is_match,
        "mirrored": result.mirrored,
        "limbs": {name: round(degrees, 1) for name, degrees in result.limbs.items()},
    }


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise InputError(f"there is no matching rule {name!r}; the rules are {', '.join(RULES)}")
    return RULES[name]


@lru_cache(maxsize=64)
def _counted(ignore: tuple[str, ...]) -> Flags:
    unknown = [name for name in ignore if name not in LIMBS]
    if unknown:
        raise InputError(f"there is no limb {unknown[0]!r}; the limbs are {', '.join(LIMBS)}")
    return np.array([name not in ignore for name in LIMBS])


def _seen(wanted: Stance, person: Stance, asked: Asked) -> Flags:
    return wanted.seen(asked.confidence) & person.seen(asked.confidence) & asked.limbs


def _enough(seen: Flags, asked: Asked) -> bool:
    return bool(seen.any()) and 2 * int(seen.sum()) >= int(asked.limbs.sum())


def _names(limbs: Flags) -> tuple[str, ...]:
    return tuple(name for name, chosen in zip(LIMBS, limbs.tolist(), strict=True) if chosen)


def _unseen(wanted: Stance, person: Stance, asked: Asked) -> tuple[str, ...]:
    return _names(wanted.seen(asked.confidence) & asked.limbs & ~person.seen(asked.confidence))


def _degrees_off(wanted: Stance, person: Stance, asked: Asked) -> dict[str, float]:
    degrees = apart(wanted.headings, person.headings).tolist()
    seen = _seen(wanted, person, asked).tolist()
    return {name: off for name, off, both in zip(LIMBS, degrees, seen, strict=True) if both}


def _why(reference: Stance, asked: Asked) -> str:
    if not asked.limbs.any():
        return "every limb is ignored: let at least one count"
    shown = reference.seen(asked.confidence) & asked.limbs
    if not _enough(shown, asked):
        return (
            f"the reference shows {shown.sum()} of the {asked.limbs.sum()} limbs that count: "
            "choose another reference, or ignore the limbs that it does not show"
        )
    return (
        "not enough of you in the picture: step back until your whole body is in it, or ignore the limbs that are not"
    )
