"""Still images: independent of each other, static image mode everywhere, and poses of the unmirrored image."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeEstimator, plan_of, pose_at, result_of

from pose_demo.io.images import write_image
from pose_demo.offline import evaluate, run, still
from pose_demo.offline.compare import read_reference
from pose_demo.offline.still import advice_without_person, best_pose, process_still
from pose_demo.settings import Settings
from pose_demo.types import Estimate, InputError

IMAGE = np.full((48, 64, 3), 90, np.uint8)
BODY = [(20 + k, 2 * k) for k in range(17)]


def test_images_are_processed_independently():
    estimator = FakeEstimator()
    plan = plan_of(estimator)
    for offset in (0, 30):
        estimator.result = Estimate((pose_at((10 + offset, 10)),))
        (pose,) = process_still(IMAGE, plan).estimate.poses
        assert pose.xy[0] == pytest.approx((10 + offset, 10)) and pose.track_id == 1


@pytest.mark.parametrize("effects", [[], [{"name": "side-by-side"}]], ids=["same width", "wider output"])
def test_poses_are_those_of_the_unmirrored_image(effects):
    plan = plan_of(FakeEstimator(Estimate((pose_at((10, 20)),))), mirror="on", effects=effects)
    result = process_still(IMAGE, plan)
    assert result.estimate.poses[0].xy[0] == pytest.approx((54, 20))
    assert result.unmirrored_poses[0].xy[0] == pytest.approx((10, 20))
    assert best_pose(result, "photo").xy[0] == pytest.approx((10, 20))


def test_best_pose_has_the_highest_score():
    poses = (replace(pose_at((1, 1)), score=0.4), replace(pose_at((5, 5)), score=0.7))
    assert best_pose(result_of(*poses), "photo") is poses[1]


def test_image_without_a_pose_is_refused_with_its_name_and_the_model():
    with pytest.raises(InputError, match=r"photo\.png: fake found no pose"):
        best_pose(result_of(), "photo.png")


@pytest.mark.parametrize("use", ["run", "reference", "evaluate"])
def test_static_image_mode_is_used_everywhere(use, tmp_path, monkeypatch):
    options = []

    def prepare(settings, **given):
        options.append(given["static_image_mode"])
        return plan_of(FakeEstimator(Estimate((pose_at(*BODY),))))

    for module in (run, still, evaluate):
        monkeypatch.setattr(module, "prepare", prepare)
    write_image(tmp_path / "photo.png", IMAGE)
    if use == "run":
        list(run.process(tmp_path / "photo.png", Settings()))
    elif use == "reference":
        read_reference(tmp_path / "photo.png", Settings())
    else:
        pytest.importorskip("pycocotools")
        annotations = tmp_path / "a.json"
        annotations.write_text('{"images": [{"id": 1, "file_name": "photo.png"}], "annotations": [], "categories": []}')
        evaluate.evaluate(annotations, tmp_path, Settings())
    assert options == [True]


def test_the_best_pose_is_not_somebody_in_the_background():
    near, far, unsure = pose_at((0, 0), (40, 40)), pose_at((0, 0), (4, 4)), pose_at((0, 0), (60, 60))
    poses = replace(near, score=0.7), replace(far, score=0.8), replace(unsure, score=0.3)
    assert best_pose(result_of(*poses), "photo") is poses[0]


@pytest.mark.parametrize(
    ("settings", "still", "named"),
    [
        ({}, True, ["larger", "another model", "MediaPipe Pose"]),
        ({"detector": "none"}, True, ['detector "auto"']),
        ({}, False, ["choose a person detector"]),
        ({"model": "blazepose-lite"}, True, ["larger", "another model"]),
    ],
    ids=str,
)
def test_the_message_without_a_person_names_what_helps(settings, still, named):
    advice = advice_without_person(Settings.from_dict(settings), still=still)
    assert all(text in advice for text in named)
    assert ("MediaPipe" in advice) == ("model" not in settings)
