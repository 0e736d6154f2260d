"""A sweep ranks models as their true errors do: against drawn keypoints, and against consensus keypoints.

Baseline, smoothing off. Sample, 60 frames: OKS thunder .9918, multipose .9900, lightning .9873, blazepose-lite .9823;
error in % of the torso length 2.7, 3.4, 3.4, 3.2. talmo_dance, 150 frames: accuracy against the consensus thunder .987,
lightning .926, blazepose-lite .944; median error against the clip's reference keypoints in torso lengths thunder
.018, lightning .027, blazepose-lite .042. (The reference is of MoveNet; BlazePose takes part in the consensus.)
"""

from __future__ import annotations

import numpy as np
import pytest

from models import needs
from pose_demo import sample
from pose_demo.bench.accuracy import error_percent
from pose_demo.explore.footage.clip import open_clip
from pose_demo.explore.footage.ground_truth import CONSENSUS, TRUE
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.spec import THREADS, SweepSpec
from pose_demo.explore.store import Store
from pose_demo.explore.sweep import Sweep
from pose_demo.live import cpu
from pose_demo.offline.annotations import AnnotatedPerson, annotation_oks
from pose_demo.oks import torso_length

LIGHT = ("movenet-thunder", "movenet-lightning", "blazepose-lite")


def swept(clip, models, folder):
    """The rows of a sweep over models without smoothing, and the first pose of each frame, by model."""
    for model in models:
        needs(model)
    result = Sweep(
        SweepSpec.from_dict({"model": list(models)}, {"smooth.on": False, THREADS: cpu.cores()}), [clip], folder
    ).run()
    poses = {}
    for item in result.points:
        settings = item.point.settings
        outputs = Store(folder).outputs(inference_for(settings, item.point.threads).key(clip))
        poses[settings.model] = [
            next((pose for pose in frame.poses if pose.score >= settings.person_confidence), None)
            for frame in outputs.frames
        ]
    return {row["model"]: row for row in result.rows}, poses


def ranked(values, best=max):
    """The models, the best first."""
    return sorted(values, key=values.get, reverse=best is max)


def mean_oks(poses, truth):
    """Mean OKS as `eval` computes it, with the area that the measures assume."""
    return float(
        np.mean(
            [
                annotation_oks(
                    pose.as_coco(),
                    AnnotatedPerson(np.column_stack([true.xy, 2 * true.scores]), 0.53 * true.box.area, true.box),
                )
                if pose
                else 0.0
                for pose, true in zip(poses, truth, strict=True)
            ]
        )
    )


def test_drawn_keypoints_rank_models_as_eval_and_bench_do(tmp_path):
    """Both measure with code of their own. That of `bench` is a distance, which ranks similar models otherwise."""
    count = 30
    rows, poses = swept(open_clip("sample", count), (*LIGHT, "movenet-multipose"), tmp_path)
    truth = [sample.ground_truth(index)[0] for index in range(count)]
    assert {row["keypoints"] for row in rows.values()} == {TRUE}
    expected = {model: mean_oks(found, truth) for model, found in poses.items()}
    assert {model: row["oks"] for model, row in rows.items()} == pytest.approx(expected, abs=1e-6)
    assert ranked({model: row["accuracy"] for model, row in rows.items()}) == ranked(expected)
    errors = {model: error_percent([pose and pose.xy for pose in found], truth) for model, found in poses.items()}
    assert ranked(expected)[0] == ranked(errors, min)[0] == "movenet-thunder"
    assert max(errors.values()) < 1.2 * sorted(errors.values())[1]  # the others are alike


def reference_error(poses, reference):
    """Median over the frames of the mean distance of confident keypoints, in torso lengths."""
    return float(
        np.median(
            [
                np.linalg.norm(pose.as_coco().xy - xy, axis=1)[scores > 0.5].mean() / torso_length(xy)
                for pose, xy, scores in zip(poses, reference["points"], reference["scores"], strict=False)
            ]
        )
    )


@pytest.mark.long
def test_consensus_keypoints_find_the_best_model_as_the_reference_keypoints_of_the_dance_do(shared, tmp_path):
    scipy_io = pytest.importorskip("scipy.io")
    clips = shared / "data" / "clips"
    if not (clips / "talmo_dance.mp4").is_file():
        pytest.skip("needs talmo_dance.mp4, which is not part of the project")
    for model in ("movenet-multipose", "blazepose-heavy"):
        needs(model)
    (file,) = (clips / "talmo_reference").glob("*.mat")
    reference = scipy_io.loadmat(file)
    rows, poses = swept(open_clip(clips / "talmo_dance.mp4", 75), LIGHT, tmp_path)
    errors = {model: reference_error(found, reference) for model, found in poses.items()}
    assert {row["keypoints"] for row in rows.values()} == {CONSENSUS}
    accuracy = {model: row["accuracy"] for model, row in rows.items()}
    assert ranked(errors, min)[0] == ranked(accuracy)[0] == "movenet-thunder"
    assert min(accuracy.values()) > 0.9
