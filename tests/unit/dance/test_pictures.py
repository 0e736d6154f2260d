"""Pictures of a teacher: which ones are kept, and which one is shown."""

import numpy as np
import pytest

from pose_demo.dance.library import NAMES, drawn, load
from pose_demo.dance.pictures import PictureEncoder, Pictures
from pose_demo.sample import CHOREOGRAPHIES, Choreography
from pose_demo.types import Frame, InputError


def encoded(count, fps=30.0, size=(64, 48), max_bytes=10**6):
    """Frames whose red channel is their number."""
    encoder = PictureEncoder(max_bytes)
    for index in range(count):
        image = np.zeros((size[1], size[0], 3), np.uint8)
        image[..., 0] = index
        encoder.add(Frame(image, index / fps))
    return encoder.pictures


def test_fifteen_pictures_a_second():
    assert encoded(60).timestamps == pytest.approx(np.arange(30) / 15)


def test_a_slower_video_keeps_all_its_frames():
    assert len(encoded(20, fps=10.0).timestamps) == 20


def test_a_picture_is_360_pixels_high():
    assert encoded(1, size=(1280, 720)).at(0).shape == (360, 640, 3)
    assert encoded(1, size=(64, 48)).at(0).shape == (48, 64, 3)


@pytest.mark.parametrize(("timestamp", "shown"), [(-9, 0), (0.03, 0), (0.04, 2), (1.0, 30), (99, 58)])
def test_the_nearest_picture_in_rgb(timestamp, shown):
    red, green, blue = encoded(60).at(timestamp)[20, 30].tolist()
    assert abs(red - shown) <= 3 and max(green, blue) <= 3


def test_too_many_pictures_are_thinned_out_evenly():
    pictures = encoded(240, max_bytes=encoded(1).byte_count * 40)
    assert pictures.byte_count <= encoded(1).byte_count * 42
    steps = np.diff(pictures.timestamps)
    assert len(pictures.timestamps) == 30 and steps == pytest.approx(np.full(29, 4 / 15))


def test_nothing_to_show():
    assert PictureEncoder().pictures is None
    with pytest.raises(InputError, match="a picture for each timestamp"):
        Pictures(np.zeros(0), ())


def test_the_library_has_all_choreographies():
    assert tuple(CHOREOGRAPHIES) == NAMES
    with pytest.raises(InputError, match="no choreography 'waltz'"):
        load("waltz")


def test_a_drawn_teacher():
    whole = CHOREOGRAPHIES["duet"]
    short = Choreography("short", "Short", 240, tuple(part[:8] for part in whole.parts))
    teacher = drawn(short)
    assert teacher.reference.name == "short" and len(teacher.reference.dancers) == 2
    assert teacher.reference.duration == pytest.approx(2.0) and len(teacher.pictures.timestamps) == 30
    assert teacher.pictures.at(1).shape == (360, 720, 3) and teacher.reference.size == (720, 360)
