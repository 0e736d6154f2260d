"""A live take as a result, of which a report can be made."""

from __future__ import annotations

from collections.abc import Sequence

from pose_demo.dance.comparison import DanceComparison
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.take_pictures import TakePictures
from pose_demo.dance.teacher import Teacher
from pose_demo.offline.dance.compare import DanceResult
from pose_demo.offline.dance.dancers import Dance


def take_result(
    teacher: Teacher,
    performance: PoseSequence,
    comparisons: Sequence[DanceComparison],
    name: str,
    pictures: TakePictures | None = None,
    speed: float = 1.0,
) -> DanceResult:
    """A take beside its teacher.

    Args:
        teacher: who was followed, and what this looks like. Its first dancer is shown in the pictures.
        performance: what was danced, in the time of the teacher's reference.
        comparisons: of the main dancer first.
        name: of the take, in the visitor's language.
        pictures: what was displayed meanwhile; None for skeletons only.
        speed: of the teacher.

    Raises:
        InputError: nobody is visible in the performance.
    """
    danced = DanceReference(name, (performance,))
    followed = Dance(teacher.reference, images=teacher.pictures or "")
    return DanceResult(followed, Dance(danced, images=pictures or ""), tuple(comparisons), speed=speed)
