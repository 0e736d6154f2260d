"""Real models on real videos and photos, where the test data is present.

Baseline over whole clips: talmo_dance PCK@0.2 torso thunder .998, lightning .985, mediapipe-full .986;
p2s_single_cam01, lightning within 5 % of the body height of mediapipe-heavy: .92 of all keypoints that both score above
.5, .98 of the keypoints from the shoulders down (the person faces away, so the face is not visible). COCO, 46 images:
mean OKS thunder .77, mediapipe-full .51 (.73, .50 on images with one person).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models import needs
from pose_demo.io.images import read_image
from pose_demo.io.sources import open_source
from pose_demo.offline.evaluate import evaluate
from pose_demo.offline.run import results
from pose_demo.offline.stream_evaluation import StreamEvaluation
from pose_demo.oks import torso_length
from pose_demo.plan import prepare
from pose_demo.settings import Settings

FIRST_BODY_KEYPOINT = 5


def poses(clip: Path, model: str, count: int):
    """The first person of each frame; None without a person."""
    if not clip.is_file():
        pytest.skip(f"needs {clip}, which is not part of the project")
    needs(model)
    with open_source(clip, count) as source:
        found = [result.estimate.poses for result in results(source, Settings(model=model))]
    assert len(found) == count
    return [persons[0] if persons else None for persons in found]


@pytest.mark.parametrize("model", ["movenet-thunder", "movenet-lightning", "mediapipe-full"])
def test_the_dance_agrees_with_its_reference_keypoints(shared, model):
    scipy_io = pytest.importorskip("scipy.io")
    clips, count = shared / "data" / "clips", 75
    (file,) = (clips / "talmo_reference").glob("*.mat")
    reference = scipy_io.loadmat(file)
    points, confidence = reference["points"][:count], reference["scores"][:count]
    hits = []
    for pose, xy, scores in zip(poses(clips / "talmo_dance.mp4", model, count), points, confidence, strict=True):
        confident = scores > 0.5
        distances = np.linalg.norm(pose.as_coco().xy - xy, axis=1) if pose else np.full(17, np.inf)
        hits.extend(distances[confident] <= 0.2 * torso_length(xy))
    assert len(hits) > 900 and np.mean(hits) >= 0.98


def test_lightning_agrees_with_mediapipe_heavy_on_a_small_person(shared):
    clip, count = shared / "data" / "clips" / "p2s_single_cam01.mp4", 24
    all_keypoints, body_keypoints = [], []
    for heavy, light in zip(
        *(poses(clip, model, count) for model in ("mediapipe-heavy", "movenet-lightning")), strict=True
    ):
        height, expected = np.ptp(heavy.xy[:, 1]), heavy.as_coco()
        near = np.linalg.norm(expected.xy - light.xy, axis=1) <= 0.05 * height
        confident = (expected.scores > 0.5) & (light.scores > 0.5)
        all_keypoints.extend(near[confident])
        body_keypoints.extend(near[confident][np.flatnonzero(confident) >= FIRST_BODY_KEYPOINT])
    assert np.mean(all_keypoints) >= 0.9 and np.mean(body_keypoints) >= 0.95


@pytest.mark.long
def test_the_oks_on_coco_images(shared):
    """Of MoveNet Thunder it is in tests/contract/test_top_down_contract.py."""
    pytest.importorskip("pycocotools")
    needs("mediapipe-full")
    coco = shared / "data" / "coco"
    figures = evaluate(coco / "person_keypoints.json", coco / "images", Settings(model="mediapipe-full"))
    assert figures["mean_oks_single"] >= 0.45 and figures["mean_oks"] >= 0.45
    assert figures["false_persons_on_empty"] <= 1 and figures["empty_images"] == 12


def test_nobody_appears_in_videos_of_images_without_a_person(shared):
    """Before a new pose had to be repeated: .47 of the frames with movenet-lightning."""
    needs("movenet-lightning")
    images = shared / "data" / "coco" / "images"
    with prepare(Settings(model="movenet-lightning")) as plan:
        evaluation = StreamEvaluation(plan)
        for name in ("000000255165.jpg", "000000460229.jpg"):
            evaluation.add(read_image(images / name), [])
    assert evaluation.summary()["stream_false_persons"] <= 0.05
