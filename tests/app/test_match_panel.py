"""What the page says about a person of whom too little is in the image."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _match_panel(visible: int) -> None:
    from dataclasses import replace

    from fakes import result_of
    from matching_body import reference, t_pose, with_score

    from pose_demo.matching.matcher import PoseMatcher
    from pose_demo.matching.options import MatchOptions
    from pose_demo.skeletons import COCO_17
    from pose_demo.ui.panels import match

    pose = with_score(t_pose(), 0.1, *COCO_17.keypoints[visible:])
    states = PoseMatcher().update(reference(), (replace(pose, track_id=1),), MatchOptions(), 0.3, 0.0)
    match.show(replace(result_of(pose), matches=states), 0.8)


def test_step_back_is_said_when_too_little_of_a_person_is_in_the_image():
    (text,) = [it.value for it in AppTest.from_function(_match_panel, kwargs={"visible": 9}).run().warning]
    assert text.startswith("**Step back.** Too little of the body is in the picture to tell")


def test_limbs_outside_the_image_are_named_beside_the_score():
    page = AppTest.from_function(_match_panel, kwargs={"visible": 13}).run()
    assert page.metric and not page.warning
    (text,) = [it.value for it in page.caption]
    assert text.startswith("Not visible: left thigh") and text.endswith("Step back if they are outside the image.")
