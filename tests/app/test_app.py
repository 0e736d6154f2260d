"""The page without a browser: every source, every control, and messages when something is missing."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from models import needs
from pose_demo import sample
from pose_demo.dance import library as dances
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.dance.teacher import Teacher
from pose_demo.effects import EFFECTS
from pose_demo.estimators import MODELS
from pose_demo.estimators.holistic import FACE, HANDS
from pose_demo.estimators.segmentation import SEGMENTATION
from pose_demo.fields import specs
from pose_demo.live.stream import LiveStream
from pose_demo.matching import library
from pose_demo.settings import Settings
from pose_demo.ui.presets import PRESETS
from pose_demo.ui.sources import SOURCES
from pose_demo.ui.state import SPECS, effect_key
from pose_demo.weights import WEIGHTS, MissingWeights, path

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(APP, default_timeout=60).run()


def _choose_source(page: AppTest, name: str) -> AppTest:
    return page.segmented_control(key="source").set_value(name).run()


@pytest.mark.parametrize("source", list(SOURCES))
def test_every_source_opens_without_an_error(page, source):
    page = _choose_source(page, source)
    assert not page.exception
    assert [e.value for e in page.error] == []


def _image_file(file_format: str, *scenes: int) -> bytes:
    file = io.BytesIO()
    first, *others = (Image.fromarray(sample.frame(index).image) for index in scenes)
    first.save(file, file_format, **({"save_all": True, "append_images": others} if others else {}))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "file_format"), [("a.avif", "AVIF"), ("a.jfif", "JPEG"), ("a", "PNG"), ("a.mp4", "JPEG")]
)
def test_a_photo_may_have_any_format_and_name(page, name, file_format):
    page = _choose_source(page, "Photo")
    page.file_uploader(key="photo").set_value((name, _image_file(file_format, 45), "image/jpeg")).run()
    assert not page.exception and not page.error
    assert not [caption for caption in page.caption if "sample dancer" in caption.value]


def test_the_first_picture_of_an_animation_is_a_photo_and_the_page_says_so(page):
    page = _choose_source(page, "Photo")
    page.file_uploader(key="photo").set_value(("a.gif", _image_file("GIF", 45, 60), "image/gif")).run()
    assert not page.exception and [c for c in page.caption if "first picture of an animation" in c.value]


def test_a_video_is_named_where_a_photo_is_expected(page):
    page = _choose_source(page, "Photo")
    data = b"\0\0\0\x18ftypisom" + bytes(99)
    page.file_uploader(key="photo").set_value(("a.jpg", data, "image/jpeg")).run()
    assert not page.exception and "a.jpg: expected an image, got a video (MP4 or MOV)" in page.error[0].value


@pytest.mark.parametrize("name", ["pose.avif", "pose.gif", "pose.json", "pose"])
def test_the_reference_may_have_any_format_and_name(page, name):
    needs("movenet-lightning")
    page.segmented_control(key="match.reference").set_value("own").run()
    data = {
        "pose.avif": lambda: _image_file("AVIF", 45),
        "pose.gif": lambda: _image_file("GIF", 45, 60),
    }.get(name, lambda: library.load("star").to_json().encode())()
    page.file_uploader(key="reference-file").set_value((name, data, "application/octet-stream")).run()
    assert not page.exception and not page.error
    assert page.session_state["session"].uploads.current.reference
    assert bool([widget for widget in page.number_input if widget.key == "reference-second"]) == (name == "pose.gif")


def test_every_control_has_a_help_text(page):
    widgets = [*page.toggle, *page.slider, *page.selectbox]
    assert widgets and all(len(widget.help) > 20 for widget in widgets)


def test_every_setting_has_a_widget(page, monkeypatch):
    monkeypatch.setattr(dances, "_teachers", {"duet": _duet()})
    reached: set[str] = set()
    for choices in (
        {"model": "yolov3-tiny"},
        {"model": "movenet-lightning", "detector": "movenet-multipose", "match.reference": "star", "game.row": "own"},
        {"dance.reference": "duet"},
        *({"background.mode": mode, "background.mask_source": "knn"} for mode in ("blur", "color", "gradient")),
    ):
        for key, value in choices.items():
            _widget(page, key).set_value(value).run()
        assert not page.exception
        reached |= {widget.key for widget in _widgets(page)}
    assert set(SPECS) - {"dance.start", "dance.end"} <= reached and "dance-passage" in reached


def test_the_sidebar_says_what_joint_angles_are_computed_from(page):
    for key, value, expected in (
        ("model", "movenet-lightning", "This model: angles in the image"),
        ("model", "blazepose-lite", "This model: angles in 3D, from world keypoints"),
        ("joint_angles.source", "image", "This model: angles in the image"),
    ):
        _widget(page, key).set_value(value).run()
        assert [it.value for it in page.caption if it.value.startswith(expected)], value


def _duet() -> Teacher:
    times = np.arange(61) / 30
    poses = [sample.ground_truth(index, scene="duo") for index in range(61)]
    parts = (PoseSequence.from_poses(times, (frame[part] for frame in poses), (640, 480)) for part in range(2))
    return Teacher(DanceReference("duet", tuple(parts)))


def _widgets(page: AppTest) -> list:
    kinds = ("toggle", "slider", "selectbox", "segmented_control", "pills", "multiselect", "color_picker")
    return [widget for kind in kinds for widget in page.get(kind)]


def _widget(page: AppTest, key: str):
    return next(widget for widget in _widgets(page) if widget.key == key)


@pytest.mark.parametrize("effect", list(EFFECTS))
def test_every_effect_shows_its_options_and_its_uploader(page, effect):
    page.pills(key="effects").set_value([effect]).run()
    assert not page.exception
    keys = {widget.key for widget in _widgets(page)}
    assert {effect_key(effect, option) for option in specs(EFFECTS[effect])} <= keys
    uploaders = {uploader.label for uploader in page.file_uploader}
    assert EFFECTS[effect].upload is None or EFFECTS[effect].upload.label in uploaders


def test_effects_that_require_keypoints_are_listed_for_a_model_without(page):
    page.selectbox(key="model").set_value("yolov3-tiny")
    page.pills(key="effects").set_value(["glasses", "canny", "trails"]).run()
    (caption,) = [c.value for c in page.caption if "require keypoints" in c.value]
    assert f"{EFFECTS['glasses'].title}, {EFFECTS['trails'].title}." in caption
    assert EFFECTS["canny"].title not in caption


def test_effects_can_be_reordered(page):
    page.pills(key="effects").set_value(["blur", "canny"]).run()
    page.button(key="earlier-canny").click().run()
    assert page.pills(key="effects").value == ["canny", "blur"]


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_opens_without_an_error(page, preset):
    page.button(key=f"preset-{preset}").click().run()
    assert not page.exception
    assert [b.label for b in page.button if b.proto.type == "primary"] == [preset]


def test_a_preset_keeps_what_it_is_not_about_and_can_be_undone(page):
    page.slider(key="confidence").set_value(0.7).run()
    page.button(key="preset-Privacy").click().run()
    assert page.slider(key="confidence").value == 0.7 and page.pills(key="effects").value == ["skeleton-only"]
    page.button(key="preset-undo").click().run()
    assert not page.pills(key="effects").value and page.slider(key="confidence").value == 0.7
    assert not [button for button in page.button if button.key == "preset-undo"]


def test_a_preset_can_be_chosen_again(page):
    page.session_state["share"] = True
    for _ in range(2):
        page.button(key="preset-Party").click().run()
        assert [*page.pills(key="effects").value] == ["trails", "glasses"]
        next(b for b in page.button if b.label == "Reset all settings").click().run()
        assert not page.pills(key="effects").value


def test_a_hidden_control_keeps_its_value(page):
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    page.toggle(key="all_classes").set_value(True).run()
    page.selectbox(key="model").set_value("movenet-lightning").run()
    page.selectbox(key="model").set_value("yolov3-tiny").run()
    assert page.toggle(key="all_classes").value is True


def test_reset_restores_all_defaults(page):
    page.session_state["share"] = True
    page.slider(key="confidence").set_value(0.7).run()
    page.toggle(key="keypoint_names").set_value(True).run()
    next(b for b in page.button if b.label == "Reset all settings").click().run()
    assert page.slider(key="confidence").value == Settings().confidence
    assert page.toggle(key="keypoint_names").value is False


def test_a_missing_model_is_reported_without_details_of_the_server(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    page = _choose_source(AppTest.from_file(APP, default_timeout=60).run(), "Photo")
    page.selectbox(key="model").set_value("movenet-thunder").run()
    assert not page.exception
    (text,) = [error.value for error in page.error]
    assert MODELS["movenet-thunder"].title in text and "administrator" in text
    assert not [word for word in ("/", "POSE_DEMO", "python -m") if word in text]
    assert "models fetch movenet-thunder" in caplog.text


def test_without_the_mediapipe_package_its_models_are_marked_and_refused(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "mediapipe"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    page = _choose_source(AppTest.from_file(APP, default_timeout=60).run(), "Photo")
    menu = page.selectbox(key="model")
    assert f"{MODELS['mediapipe-lite'].title} (not available on this server)" in menu.options
    menu.set_value("mediapipe-lite").run()
    assert not page.exception and "needs the package mediapipe" in page.error[0].value


def test_a_missing_model_shows_the_video_unprocessed(monkeypatch, tmp_path):
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    page = _choose_source(AppTest.from_file(APP, default_timeout=60).run(), "Video file")
    assert not page.exception and "administrator" in page.error[0].value
    assert page.get("bidi_component") and not [b for b in page.button if b.label == "Process all"]


def _with(monkeypatch, tmp_path, *models: str) -> AppTest:
    """The page of a host that has the files of some models only."""
    for name in {name for model in models for name in MODELS[model].weights}:
        needs(name)
        (tmp_path / WEIGHTS[name].file).symlink_to(path(name))
    monkeypatch.setenv("POSE_DEMO_MODELS", str(tmp_path))
    return AppTest.from_file(APP, default_timeout=60).run()


def _camera_frame() -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((240, 320, 3), 200, np.uint8), format="rgb24")


@pytest.mark.parametrize("source", ["Webcam", "Photo", "Video file"])
def test_a_missing_mask_model_is_named_and_nothing_is_shown_that_the_settings_hide(monkeypatch, tmp_path, source):
    images: list = []
    monkeypatch.setattr("pose_demo.ui.components.player.show", images.append)
    page = _choose_source(_with(monkeypatch, tmp_path, "movenet-lightning"), source)
    page.segmented_control(key="background.mode").set_value("blur").run()
    assert not page.exception
    (text,) = [error.value for error in page.error]
    assert SEGMENTATION.title in text and "administrator" in text
    if source in ("Photo", "Video file"):
        assert np.median(images[-1]) < 50
    else:  # the sample, whom everybody may see, stands in for the camera
        assert page.session_state["session"].stream.callback(_camera_frame()).to_ndarray(format="rgb24").mean() < 50


def test_hands_and_face_are_switched_while_the_stream_runs(page):
    for network in (HANDS, FACE):
        needs(network.name)
    page = _choose_source(page, "Sample dancer")
    for key, networks in (("hands", {HANDS.name}), ("face", {HANDS.name, FACE.name}), ("hands", {FACE.name})):
        toggle = page.toggle(key=key)
        toggle.set_value(not toggle.value).run()
        assert not page.exception and not page.error
        assert set(page.session_state["session"].stream.plan.networks) == {"movenet-lightning", *networks}


def test_a_missing_model_of_hands_is_named_and_the_body_is_still_estimated(monkeypatch, tmp_path):
    page = _choose_source(_with(monkeypatch, tmp_path, "movenet-lightning"), "Sample dancer")
    page.toggle(key="hands").set_value(True).run()
    (text,) = [error.value for error in page.error]
    assert not page.exception and HANDS.title in text
    page.toggle(key="boxes").set_value(False).run()  # other settings still take effect
    plan = page.session_state["session"].stream.plan
    assert plan.pose.model == "movenet-lightning" and plan.holistic is None and not plan.settings.boxes


@pytest.fixture
def multi_person(page) -> AppTest:
    """The sample, processed by a model with a variable input size."""
    page.selectbox(key="model").set_value("movenet-multipose")
    return _choose_source(page, "Sample dancer")


def test_degradation_is_displayed_and_active(multi_person, monkeypatch):
    monkeypatch.setattr(LiveStream, "_target_level", lambda *_: 2)
    multi_person.run()
    (message,) = [warning.value for warning in multi_person.warning]
    assert message.startswith("To hold 6 frames per second: network input at 50 % of its size.")
    assert multi_person.session_state["session"].stream.plan.settings.input_size == 0.5
    assert multi_person.slider(key="input_size").value == 1.0  # the user's choice


def test_a_model_chosen_by_the_governor_does_not_replace_the_requested_one(page, monkeypatch):
    page.selectbox(key="model").set_value("blazepose-heavy")
    page.toggle(key="frame_rate.lighter_model").set_value(True)
    page = _choose_source(page, "Sample dancer")
    monkeypatch.setattr(LiveStream, "_target_level", lambda *_: 2)
    page.run()
    stream = page.session_state["session"].stream
    assert stream.plan.pose.model == "blazepose-lite"

    def fail(settings):
        if settings.model == "movenet-thunder":
            raise MissingWeights(WEIGHTS["movenet-thunder"], "not there")

    monkeypatch.setattr("pose_demo.ui.models.fetch_missing", fail)
    page.selectbox(key="model").set_value("movenet-thunder").run()
    assert stream.plan.requested_settings.model == "blazepose-heavy"


def test_degradation_levels_are_listed_in_order(page):
    page.selectbox(key="model").set_value("movenet-thunder").run()
    page.selectbox(key="detector").set_value("movenet-multipose").run()
    page.toggle(key="frame_rate.lighter_model").set_value(True).run()
    (text,) = [c.value for c in page.caption if "Below 6 frames" in c.value]
    assert text.index("every 10") < text.index("75 %") < text.index("50 %") < text.index("MoveNet Lightning")
    page.toggle(key="frame_rate.adapt").set_value(False).run()
    assert not [c for c in page.caption if "frames per second" in c.value]


def _charts(page: AppTest) -> list:
    return page.get("vega_lite_chart")


def test_a_keypoint_can_be_plotted(page):
    needs("movenet-lightning")
    page = _choose_source(page, "Sample dancer")
    assert not _charts(page)
    page.selectbox(key="smooth.plot").set_value("left_wrist").run()
    assert not page.exception and len(_charts(page)) == 2
    assert [c for c in page.caption if "Left wrist of person 1" in c.value]
    assert "left_wrist" in page.query_params["smooth.plot"]
    page.selectbox(key="smooth.plot").set_value("none").run()
    assert not _charts(page)


def test_a_plot_without_smoothing_says_so(page):
    needs("movenet-lightning")
    page.toggle(key="smooth.on").set_value(False)
    page.selectbox(key="smooth.plot").set_value("nose").run()
    page = _choose_source(page, "Sample dancer")
    assert [c for c in page.caption if "smoothing is off" in c.value]


def test_joint_angles_can_be_plotted(page):
    needs("movenet-lightning")
    page = _choose_source(page, "Sample dancer")
    page.selectbox(key="joint_angles.plot").set_value("all").run()
    page.run()
    assert not page.exception and len(_charts(page)) == 4  # MoveNet's skeleton has no feet
    shown = " ".join(markdown.value for markdown in page.markdown)
    assert "**Knees** :blue-badge[left **" in shown and "**Ankles** this model has no keypoints of the feet" in shown
    assert [c for c in page.caption if "angles in the image" in c.value]


def test_the_similarity_of_each_person_is_displayed(page):
    needs("movenet-multipose")
    page.segmented_control(key="source").set_value("Sample dancer").run()
    page.segmented_control(key="scene").set_value("duo")
    page.selectbox(key="model").set_value("movenet-multipose")
    page.segmented_control(key="match.reference").set_value("star").run()
    for _ in range(2):
        page.run()
    first, second = (metric.label for metric in page.metric)
    assert first != second and first.startswith("Person ")
    assert all(0 <= float(metric.value.removesuffix(" %")) <= 100 for metric in page.metric)
    assert {metric.proto.delta_description for metric in page.metric} == {"needs 80 %"}
    assert len(_charts(page)) == 2
