"""The skeleton in 3D: its data, and whose it is."""

from __future__ import annotations

import numpy as np
from fakes import pose_at, result_of

from pose_demo.skeletons import BLAZEPOSE_33
from pose_demo.ui.components.skeleton_3d import skeleton_data
from pose_demo.ui.panels.world_view import first_person

NOSE, EYE = BLAZEPOSE_33.index("nose"), BLAZEPOSE_33.index("left_eye_inner")


def in_space(track_id=1):
    """A person whose nose and left eye are visible."""
    world = np.full((33, 3), 0.5, np.float32)
    world[NOSE] = 0.12345, -0.6, -0.2
    return pose_at((1, 2), (3, 4), skeleton=BLAZEPOSE_33, world=world, track_id=track_id)


def test_points_are_in_meters_and_null_where_not_visible():
    data = skeleton_data(in_space(), 0.3)
    assert data["points"] == [[0.123, -0.6, -0.2], [0.5, 0.5, 0.5], *[None] * 31]
    assert data["edges"] == [(NOSE, EYE, "center")]


def test_edges_have_the_side_of_the_person():
    sides = {side for _, _, side in skeleton_data(in_space(), 0.0)["edges"]}
    assert sides == {"left", "right", "center"}


def test_without_world_keypoints_there_is_no_skeleton():
    assert skeleton_data(None, 0.3) == skeleton_data(pose_at((1, 2)), 0.3) == {"points": [], "edges": []}


def test_it_shows_the_lowest_track_id_with_world_keypoints():
    result = result_of(pose_at(track_id=1), in_space(5), in_space(2))
    assert first_person(result) is result.estimate.poses[2]
    assert first_person(result_of(pose_at(track_id=1))) is None and first_person(None) is None
