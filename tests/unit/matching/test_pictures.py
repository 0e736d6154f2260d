"""Pictures of reference poses: of the library, of a visitor's photo, of a file without a photo."""

import numpy as np
import pytest

from pose_demo.matching import library
from pose_demo.matching.pictures import picture
from pose_demo.matching.reference import Reference

POSE = library.load("star").pose


@pytest.mark.parametrize("name", ["star", "lunge"])
def test_the_drawn_dancer_fills_the_picture(name):
    image = picture(library.load(name), (120, 120))
    shirt = (image[..., 0] > 150) & (image[..., 1] < 80)
    whole = library.image(name, (120, 120))
    assert image.shape == (120, 120, 3) and not image.flags.writeable
    assert shirt.sum() > 1.1 * ((whole[..., 0] > 150) & (whole[..., 1] < 80)).sum()


def test_a_photo_is_cut_to_the_proportions_and_not_distorted():
    photo = np.zeros((100, 300, 3), np.uint8)
    photo[:, 100:200] = 200
    image = picture(Reference.from_pose(POSE, (300, 300), "photo", thumbnail=photo), (50, 50))
    assert image.shape == (50, 50, 3) and (image == 200).all()


def test_a_pose_without_a_photo_is_a_stick_figure_within_the_picture():
    image = picture(Reference.from_pose(POSE, (480, 480), "star"), (200, 100))  # the name of one of the library
    rows, columns = np.nonzero((image != 245).any(axis=2))
    assert rows.min() > 0 and rows.max() < 99 and abs(columns.mean() - 100) < 5 and np.ptp(rows) > 60
