"""Plans: when models are reused, when they are loaded again, and which sources are mirrored."""

import dance_streams
import pytest
from fakes import FakeEstimator, plan_of

from models import needs
from pose_demo.dance.live_options import DanceAlongOptions
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.estimators.segmentation import SEGMENTATION, PersonSegmenter
from pose_demo.matching import library
from pose_demo.matching.options import OWN
from pose_demo.plan import Uploads, dance_for, prepare, required_networks
from pose_demo.settings import Settings
from pose_demo.types import InputError
from pose_demo.weights import MissingWeights


@pytest.mark.parametrize(
    ("mirror", "live", "expected"),
    [("auto", True, True), ("auto", False, False), ("on", False, True), ("off", True, False)],
)
def test_auto_mirrors_the_webcam_only(mirror, live, expected):
    assert plan_of(FakeEstimator(), live, mirror=mirror).mirrored == expected


@pytest.mark.parametrize(
    ("settings", "problem"),
    [({"confidence": 5}, "confidence"), ({"model": "x"}, "model"), ({"effects": "canny"}, "effects")],
)
def test_a_value_outside_its_limits_is_refused(settings, problem):
    with pytest.raises(InputError, match=problem):
        prepare(Settings(**settings))


def test_options_of_drawing_and_detection_reuse_the_model():
    needs("movenet-lightning")
    first = prepare(Settings())
    assert prepare(Settings(keypoint_names=True, confidence=0.9, person_confidence=0.7), first).pose is first.pose


@pytest.mark.parametrize(
    ("settings", "options"),
    [({}, {"static_image_mode": True}), ({}, {"threads": 2}), ({"model": "movenet-thunder"}, {})],
    ids=["static image mode", "threads", "model"],
)
def test_load_options_load_a_new_model(settings, options):
    needs("movenet-lightning")
    needs("movenet-thunder")
    first = prepare(Settings())
    assert prepare(Settings.from_dict(settings), first, **options).pose.estimator is not first.pose.estimator


def test_mediapipe_is_not_loaded_again_for_another_person_confidence():
    needs("mediapipe-lite")
    with prepare(Settings(model="mediapipe-lite")) as first:
        second = prepare(Settings(model="mediapipe-lite", person_confidence=0.6), first)
        assert second.pose is first.pose


def test_a_missing_file_raises_an_error_that_says_how_to_fetch_it(tmp_path, monkeypatch):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    with pytest.raises(MissingWeights, match="models fetch movenet-thunder"):
        prepare(Settings(model="movenet-thunder"))


@pytest.mark.parametrize(
    ("settings", "networks"),
    [
        ({}, ("movenet-lightning",)),
        ({"background.mode": "blur"}, ("movenet-lightning", SEGMENTATION.name)),
        ({"background.mode": "blur", "background.mask_source": "knn"}, ("movenet-lightning",)),
        ({"background.mode": "blur", "model": "blazepose-full"}, ("blazepose-full",)),
        (
            {"background.mode": "blur", "model": "blazepose-full", "background.mask_source": "selfie"},
            ("blazepose-full", SEGMENTATION.name),
        ),
        ({"detector": "yolov3-tiny"}, ("movenet-lightning", "yolov3-tiny")),
        ({"detector": "yolov3-tiny", "model": "movenet-multipose"}, ("movenet-multipose",)),
        ({"hands": True}, ("movenet-lightning", HANDS.name)),
        ({"face": True, "background.mode": "blur"}, ("movenet-lightning", FACE.name, SEGMENTATION.name)),
        ({"hands": True, "face": True, "model": "blazepose-full"}, ("blazepose-full", HANDS.name, FACE.name)),
        ({"hands": True, "face": True, "model": "yolov3-tiny"}, ("yolov3-tiny",)),  # boxes only
    ],
    ids=str,
)
def test_further_networks_are_loaded_when_they_are_needed(settings, networks, monkeypatch):
    loads = []
    monkeypatch.setattr("pose_demo.estimators.load", lambda *arguments: loads.append(arguments) or FakeEstimator())
    monkeypatch.setattr("pose_demo.estimators.segmentation.load", lambda *_: PersonSegmenter(None))
    for network in ("hands", "face"):
        monkeypatch.setattr(f"pose_demo.estimators.holistic.load_{network}", lambda *_: object())
    chosen = Settings.from_dict(settings)
    plan = prepare(chosen)
    assert required_networks(chosen) == networks == plan.networks
    ((model, options, detector),) = loads
    assert model == chosen.model and (detector in networks or detector == "none")
    assert options.enable_segmentation == (chosen.background.mode == "blur" and networks == ("blazepose-full",))


def test_the_reference_comes_from_the_library_or_from_an_upload(monkeypatch):
    monkeypatch.setattr("pose_demo.estimators.load", lambda *_: FakeEstimator())
    uploads = Uploads(reference=library.load("t-pose"))
    assert prepare(Settings(), uploads=uploads).reference is None
    assert prepare(Settings.from_dict({"match.reference": OWN}), uploads=uploads).reference is uploads.reference
    named = prepare(Settings.from_dict({"match.reference": "star"}), uploads=uploads).reference
    assert named is not uploads.reference and (named.xy == library.load("star").xy).all()


def test_the_calibration_dances_the_claps_whatever_is_chosen(monkeypatch):
    claps = dance_streams.teacher()
    monkeypatch.setattr("pose_demo.dance.library.claps", lambda: claps)
    chosen = Settings.from_dict({"dance.reference": "own", "dance.count_in": 0, "dance.speed": 0.5})
    for settings in (Settings(), chosen):
        dance = dance_for(settings, Uploads(take=3, delay=0.2, calibration=True), live=True)
        assert dance.teacher is claps and dance.take == 3 and dance.calibration and dance.mirrored
        assert (dance.delay, dance.options) == (0.0, DanceAlongOptions())
    assert dance_for(Settings(), Uploads(take=3), live=True) is None
    assert not dance_for(chosen, Uploads(teacher=claps), live=True).calibration


def test_a_plan_closes_its_models_as_a_context_manager():
    estimator = FakeEstimator()
    with pytest.raises(ZeroDivisionError), plan_of(estimator):
        raise ZeroDivisionError
    assert estimator.closes == 1


@pytest.mark.parametrize(
    ("settings", "smoothed_by"),
    [
        ({}, "filter"),
        ({"smooth.on": False}, "none"),
        ({"model": "mediapipe-full"}, "model"),
        ({"model": "mediapipe-full", "smooth.on": False}, "model"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny"}, "filter"),
        ({"model": "mediapipe-full", "detector": "yolov3-tiny", "smooth.on": False}, "none"),
    ],
    ids=str,
)
def test_keypoints_are_smoothed_by_the_filter_or_by_the_model(settings, smoothed_by):
    assert plan_of(FakeEstimator(), **settings).smoothed_by == smoothed_by


@pytest.mark.parametrize(
    ("detector", "still", "ready", "expected"),
    [
        ("auto", True, True, "movenet-multipose"),
        ("auto", True, False, "none"),
        ("auto", False, True, "none"),
        ("none", True, True, "none"),
        ("movenet-multipose", True, False, "movenet-multipose"),  # the error says how to fetch it
    ],
)
def test_photos_find_everybody_by_default_and_one_person_without_the_detector(
    detector, still, ready, expected, monkeypatch, caplog
):
    monkeypatch.setattr("pose_demo.estimators.load", lambda *_: FakeEstimator())
    monkeypatch.setattr("pose_demo.estimators.is_ready", lambda name: ready)
    plan = prepare(Settings(detector=detector), static_image_mode=still)
    assert Settings().detector == "auto" and plan.pose.detector == expected
    assert plan.lacks_detector == ("models fetch movenet-multipose" in caplog.text)
    assert plan.lacks_detector == (detector == "auto" and still and not ready)
