"""Animated images are videos with their own frame times, decoded with bounded memory."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from image_files import ANIMATED_FORMATS, animation, file_of
from PIL import Image as Pillow

from pose_demo.io.animation import Animation, is_animation
from pose_demo.io.limits import COMMAND_LINE
from pose_demo.types import InputError

LEVELS = [0, 30, 60, 90, 120, 150]


def times(frames):
    return [frame.timestamp for frame in frames]


def levels(frames):
    return [round(float(frame.image.mean()) / 30) * 30 for frame in frames]


@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_frames_have_their_own_times(tmp_path, file_format):
    data = animation(file_format, (40, 100, 20, 250, 60, 90))
    path = tmp_path / "dance"
    path.write_bytes(data)
    for source in (data, path, io.BytesIO(data)):
        assert is_animation(source)
        with Animation(source) as frames:
            assert frames.timestamps == pytest.approx([0, 0.04, 0.14, 0.16, 0.41, 0.47], abs=1e-6)
            assert times(frames) == list(frames.timestamps) and levels(frames) == LEVELS
            assert frames.duration == pytest.approx(0.56) and frames.fps == pytest.approx(6 / 0.56)
            assert frames.frame(0).size == (64, 48) and not frames.read_error


@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_durations_up_to_10_ms_are_100_ms_as_in_browsers(file_format):
    frames = Animation(animation(file_format, (0, 10, 20, 10, 0, 50)))
    assert frames.timestamps == pytest.approx([0, 0.1, 0.2, 0.22, 0.32, 0.42], abs=1e-6)


def test_a_gif_without_durations_has_ten_frames_per_second():
    images = [Pillow.new("L", (8, 8), level) for level in (0, 100, 200)]
    frames = Animation(file_of(images[0], "GIF", save_all=True, append_images=images[1:]))
    assert frames.timestamps == pytest.approx([0, 0.1, 0.2]) and frames.fps == pytest.approx(10)


def test_times_of_avif_do_not_drift():
    images = [Pillow.new("RGB", (16, 16), (5 * index,) * 3) for index in range(31)]
    data = file_of(images[0], "AVIF", save_all=True, append_images=images[1:], duration=33)
    frames = Animation(data)
    assert frames.timestamps[-1] == pytest.approx(0.99, abs=1e-3)


def test_picture_of_a_png_for_programs_without_animations_is_not_a_frame():
    data = animation("PNG", (100, 100, 100), default_image=True)
    frames = Animation(data)
    assert levels(frames) == [30, 60]


@pytest.mark.parametrize("cache_bytes", [0, 64_000_000])
@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_frames_in_random_order_are_those_in_sequence(file_format, cache_bytes):
    data = animation(file_format, (50,) * 8, noise=True)
    expected, frames = list(Animation(data)), Animation(data, cache_bytes=cache_bytes)
    for index in [7, 6, 5, 0, *np.random.default_rng(0).integers(0, 8, 30).tolist()]:
        frame = frames.frame(index)
        assert np.array_equal(frame.image, expected[index].image) and frame.timestamp == expected[index].timestamp


def test_memory_is_bounded():
    frames = Animation(animation("GIF", (50,) * 8, noise=True), cache_bytes=4 * 64 * 48 * 3)
    assert frames.capacity == 4 and len(list(frames)) == 8
    assert len(frames._frames) == 4


def test_transparency_is_white_and_earlier_frames_stay():
    dots = [Pillow.new("RGBA", (4, 2), (0, 0, 0, 0)) for _ in range(3)]
    for index, dot in enumerate(dots):
        dot.putpixel((index, 0), (255, 0, 0, 255))
    data = file_of(dots[0], "PNG", save_all=True, append_images=dots[1:], duration=50, blend=1)
    last = Animation(data).frame(2).image
    assert last[0].tolist() == [[255, 0, 0]] * 3 + [[255] * 3] and (last[1] == 255).all()


def test_a_larger_frame_of_a_gif_is_cut_off():
    small, large = (file_of(Pillow.new("L", size, 90), "GIF") for size in ((32, 32), (40, 36)))
    blocks = 13 + 3 * 2 ** ((large[10] & 7) + 1)  # after the header and the palette
    frames = Animation(small[:-1] + large[blocks:])
    assert [frame.size for frame in frames] == [(32, 32), (32, 32)]


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "HEIF", "MPO"])
def test_one_picture_is_no_animation(file_format):
    assert not is_animation(file_of(Pillow.new("RGB", (64, 48), "red"), file_format))


@pytest.mark.parametrize("file_format", ["TIFF", "HEIF"])
def test_pages_and_collections_are_no_animations(file_format):
    pages = [Pillow.new("RGB", (64, 48), color) for color in ("red", "blue")]
    assert not is_animation(file_of(pages[0], file_format, save_all=True, append_images=pages[1:]))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"text", animation("WEBP")[:60]])
def test_damaged_files_are_no_animations(data):
    assert not is_animation(data)


@pytest.mark.parametrize("part", [0.3, 0.5, 0.7, 0.99])
@pytest.mark.parametrize("file_format", ["GIF", "PNG"])
def test_a_truncated_file_has_the_frames_up_to_its_end(file_format, part):
    data = animation(file_format, (50,) * 8, noise=True)
    complete, frames = Animation(data), Animation(data[: int(part * len(data))], "dance")
    assert 1 <= len(frames.timestamps) < 8 and "incomplete" in frames.read_error
    for index in (len(frames.timestamps) - 1, 0):
        assert np.array_equal(frames.frame(index).image, complete.frame(index).image)


@pytest.mark.parametrize("file_format", ["WEBP", "AVIF"])
def test_a_truncated_file_that_cannot_be_read_in_part_is_refused(file_format):
    data = animation(file_format, (50,) * 8, noise=True)
    with pytest.raises(InputError, match=r"^dance: the image is damaged"):
        Animation(data[: len(data) // 2], "dance")


def test_a_small_file_with_too_many_pixels_is_refused():
    with pytest.raises(InputError, match="pixels"):
        Animation(animation("GIF", (50, 50), size=(16_400, 8)))
    limits = replace(COMMAND_LINE, animation_pixels=5 * 64 * 48)
    with pytest.raises(InputError, match=r"^dance: 6 frames of 64 x 48 pixels are too many .* convert it to MP4"):
        Animation(animation("GIF"), "dance", limits=limits)


@pytest.mark.filterwarnings("ignore:.*:UserWarning")  # Pillow warns about invalid metadata
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("file_format", ANIMATED_FORMATS)
def test_random_bytes_give_frames_or_an_input_error(file_format, seed):
    data, random = bytearray(animation(file_format, noise=True)), np.random.default_rng(seed)
    for position in random.integers(0, len(data), 6):
        data[position] = random.integers(256)
    try:
        frames = Animation(bytes(data), "dance")
        for index in (len(frames.timestamps) - 1, 0):
            assert frames.frame(index).timestamp == frames.timestamps[index]
    except InputError as error:
        assert "dance: " in str(error)
