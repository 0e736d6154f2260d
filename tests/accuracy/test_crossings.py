"""Persons who cross keep their track ids: drawn dancers and real walkers, with the whole pipeline and default settings.

During the occlusion there is a single pose, which may be the wrong person's; a frame is correct when every detected
person has the same id as before. Baseline in the two seconds after each crossing, for each pair below:

                                          30 frames/s                    10      5
    seeds 0 to 19                         correct  minimum of a seed     correct
    movenet-multipose                     .996    .918                   1       .991
    movenet-multipose, movenet-lightning  .993    .934                   .952    .964
    movenet-multipose, movenet-thunder    1       1                      .998    1
    yolov3-tiny, movenet-lightning        .998    .967                   .998    1

    track ids of the two walkers          30      10
    movenet-multipose                     2       3
    movenet-multipose, movenet-lightning  4       4
    movenet-multipose, movenet-thunder    2       3
    yolov3-tiny, movenet-lightning        3       3
"""

from __future__ import annotations

import numpy as np
import pytest
from ids import track_ids

from models import needs
from pose_demo import sample
from pose_demo.fields import NONE
from pose_demo.io.sources import open_source
from pose_demo.live import cpu
from pose_demo.offline.run import results
from pose_demo.pipeline import Pipeline
from pose_demo.plan import prepare
from pose_demo.settings import Settings

pytestmark = pytest.mark.long

SEEDS = 4, 19  # difficult ones of 0 to 19; all 20 take minutes
BEFORE, AFTER = 24, 60  # frames
PAIRS = [
    (NONE, "movenet-multipose"),
    ("movenet-multipose", "movenet-lightning"),
    ("movenet-multipose", "movenet-thunder"),
    ("yolov3-tiny", "movenet-lightning"),
]
EACH_PAIR = pytest.mark.parametrize(("detector", "model"), PAIRS, ids=[" -> ".join(pair) for pair in PAIRS])


def settings_of(detector, model):
    for name in {detector, model} - {NONE}:
        needs(name)
    return Settings(model=model, detector=detector)


def crossing(seed):
    """The first frame after 45 at which the dancers change sides."""

    def gap(index):
        positions = [pose.xy[[11, 12], 0].mean() for pose in sample.ground_truth(index, scene="crossing", seed=seed)]
        return positions[0] - positions[1] if len(positions) == 2 else None

    gaps = {index: gap(index) for index in range(45, 400, 3)}
    return next(index for index in gaps if gap(index - 3) and gaps[index] and gap(index - 3) * gaps[index] < 0)


def history(plan, seed, middle):
    """Track ids from shortly before the crossing: frame -> {dancer: track id}."""
    plan.reset()
    pipeline, scene = Pipeline(), {"scene": "crossing", "seed": seed}
    ids = {}
    for index in range(middle - BEFORE, middle + AFTER):
        poses = pipeline.process(sample.frame(index, **scene), plan).estimate.poses
        ids[index] = track_ids(poses, sample.ground_truth(index, **scene))
    return ids


def correct_frames(plan, seed):
    """For each frame after the crossing, whether every detected person has the same id as before."""
    middle = crossing(seed)
    found = history(plan, seed, middle)
    before = next(ids for index, ids in found.items() if len(ids) == 2)
    assert found[middle + AFTER - 1].keys() == before.keys(), "both are detected again"
    return [bool(found[i]) and found[i].items() <= before.items() for i in range(middle, middle + AFTER)]


@EACH_PAIR
def test_dancers_who_cross_keep_their_track_ids(detector, model):
    with prepare(settings_of(detector, model), threads=cpu.cores()) as plan:
        frames = [correct_frames(plan, seed) for seed in SEEDS]
    assert np.mean(frames) >= 0.95
    assert all(frame[-1] for frame in frames), "all ids are correct at the end"


@EACH_PAIR
def test_two_walkers_get_at_most_four_track_ids(detector, model, shared):
    count = {}
    with open_source(shared / "data/clips/sports2d_demo.mp4") as source:
        for result in results(source, settings_of(detector, model), cpu.cores()):
            for pose in result.estimate.poses:
                count[pose.track_id] = count.get(pose.track_id, 0) + 1
    assert len(count) <= 4
    assert sorted(count.values())[-2] > 110, "both are tracked for more than half of the clip"
