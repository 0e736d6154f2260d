"""Video files: rotation and timestamps, atomic writes, and errors for damaged files."""

import io
import shutil

import numpy as np
import pytest
from files import as_unprivileged_user, names
from video_files import DISPLAY_MATRICES, INVALID_VIDEOS, with_display_matrix

from pose_demo.io.video import VideoReader
from pose_demo.io.video_writer import VideoWriter
from pose_demo.types import InputError


def read(source):
    with VideoReader(source) as reader:
        return list(reader)


def levels(frames):
    return [round(float(frame.image.mean()) / 8) for frame in frames]


def times(frames):
    return [frame.timestamp for frame in frames]


def test_written_frames_are_read_in_order_with_their_timestamps(make_clip):
    frames = read(make_clip(10, fps=10))
    assert levels(frames) == list(range(10))
    assert times(frames) == pytest.approx([i / 10 for i in range(10)])
    assert frames[0].image.shape == (48, 64, 3) and frames[0].image.dtype == np.uint8


def test_reader_has_size_frame_rate_and_frame_count(make_clip):
    with VideoReader(make_clip(12, size=(32, 80), fps=5)) as reader:
        assert (reader.width, reader.height, reader.frame_count, reader.read_error) == (32, 80, 12, "")
        assert reader.fps == pytest.approx(5)


def test_open_file_is_read_like_a_path(make_clip):
    assert levels(read(io.BytesIO(make_clip(4).read_bytes()))) == [0, 1, 2, 3]


def test_channel_order_is_rgb(tmp_path):
    with VideoWriter(tmp_path / "red.mp4") as writer:
        writer.write(np.full((48, 64, 3), (230, 20, 20), np.uint8), 0.0)
    red, green, blue = read(tmp_path / "red.mp4")[0].image[24, 32].astype(int)
    assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("size", [(641, 481), (1, 1), (3, 5), (64, 47)])
def test_odd_sizes_are_padded_with_the_last_row_and_column(tmp_path, size):
    image = np.full((size[1], size[0], 3), 120, np.uint8)
    with VideoWriter(tmp_path / "odd.mp4") as writer:
        writer.write(image, 0.0)
    (frame,) = read(tmp_path / "odd.mp4")
    assert frame.size == tuple(max(2, side + side % 2) for side in size)
    assert np.abs(frame.image.astype(int) - 120).max() < 12  # no black border


@pytest.mark.parametrize("second", [(32, 24), (128, 96), (48, 64), (63, 47)])
def test_frames_of_another_size_are_letterboxed_to_the_first(tmp_path, second):
    with VideoWriter(tmp_path / "sizes.mp4") as writer:
        for index, (width, height) in enumerate([(64, 48), second]):
            writer.write(np.full((height, width, 3), 200, np.uint8), index / 10)
    first, second_frame = read(tmp_path / "sizes.mp4")
    assert first.size == second_frame.size == (64, 48)
    assert abs(int(second_frame.image[24, 32, 0]) - 200) < 12


def test_timestamps_that_do_not_increase_are_corrected(tmp_path):
    with VideoWriter(tmp_path / "clock.mp4", fps=10) as writer:
        for timestamp in (0.0, 0.1, 0.1, 0.05, 0.4):
            writer.write(np.zeros((48, 64, 3), np.uint8), timestamp)
    written = times(read(tmp_path / "clock.mp4"))
    assert len(written) == 5 and all(np.diff(written) > 0)
    assert written[1] == pytest.approx(0.1) and written[-1] == pytest.approx(0.4)


CORNERS = ("top left", "top right", "bottom right", "bottom left")  # clockwise


@pytest.mark.parametrize("clockwise", DISPLAY_MATRICES)
def test_display_matrix_of_a_phone_video_is_applied(tmp_path, clockwise):
    image = np.zeros((48, 64, 3), np.uint8)
    image[:24, :32] = 255  # the bright corner is top left
    path = tmp_path / "phone.mp4"
    with VideoWriter(path) as writer:
        writer.write(image, 0.0)
    path.write_bytes(with_display_matrix(path.read_bytes(), DISPLAY_MATRICES[clockwise]))
    (frame,) = read(path)
    assert frame.size == ((64, 48) if clockwise in (0, 180) else (48, 64))
    assert brightest_corner(frame.image) == CORNERS[clockwise // 90]


def brightest_corner(image):
    corners = [image[5, 5], image[5, -5], image[-5, -5], image[-5, 5]]
    return CORNERS[int(np.argmax([int(corner.sum()) for corner in corners]))]


@pytest.mark.parametrize("case", INVALID_VIDEOS)
def test_invalid_video_is_refused_with_its_name(tmp_path, case):
    name, make, reason = INVALID_VIDEOS[case]
    make(tmp_path / name)
    with pytest.raises(InputError, match=rf"{name}: .*{reason}"):
        VideoReader(tmp_path / name)


@pytest.mark.parametrize("case", ["0 bytes", "text", "html", "playlist", "audio in an mp4"])
def test_invalid_open_file_is_refused_with_its_name(tmp_path, case):
    name, make, _ = INVALID_VIDEOS[case]
    make(tmp_path / name)
    with pytest.raises(InputError, match=r"^upload: "):
        VideoReader(io.BytesIO((tmp_path / name).read_bytes()), "upload")


def test_mp4_truncated_before_its_index_is_refused(make_clip):
    path = make_clip()
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov")])
    with pytest.raises(InputError, match="not a video"):
        VideoReader(path)


@pytest.mark.parametrize("rest", [b"", bytes(100_000)], ids=["truncated", "overwritten"])
def test_damaged_mp4_is_read_up_to_the_error(noise_clip, rest):
    noise_clip.write_bytes(noise_clip.read_bytes()[: noise_clip.stat().st_size // 2] + rest)
    with VideoReader(noise_clip) as reader:
        frames = list(reader)
    assert 1 <= len(frames) < 30 and frames[0].size == (128, 96) and reader.read_error


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_give_frames_or_an_input_error(make_clip, seed):
    path, random = make_clip(), np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for position in random.integers(0, len(data), 12):
        data[position] = random.integers(256)
    path.write_bytes(data)
    try:
        assert all(np.diff(times(read(path))) > 0)
    except InputError as error:
        assert "clip.mp4: " in str(error)


def test_file_appears_only_when_it_is_complete(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
        assert not (tmp_path / "a.mp4").exists()
    assert names(tmp_path) == ["a.mp4"]


def test_no_file_appears_without_a_frame(tmp_path):
    VideoWriter(tmp_path / "a.mp4").close()
    assert not names(tmp_path)


@pytest.mark.parametrize(("exception", "kept"), [(KeyboardInterrupt, True), (GeneratorExit, True), (ValueError, False)])
def test_file_is_kept_after_an_interrupt_and_deleted_after_an_error(tmp_path, exception, kept):
    with pytest.raises(exception), VideoWriter(tmp_path / "a.mp4") as writer:
        for index in range(3):
            writer.write(np.zeros((48, 64, 3), np.uint8), index / 30)
        raise exception
    assert names(tmp_path) == (["a.mp4"] if kept else [])
    assert not kept or len(read(tmp_path / "a.mp4")) == 3


def test_full_disk_while_writing_leaves_no_file(full_disk):
    noise = np.random.default_rng(0)
    with pytest.raises(InputError, match="No space left"), VideoWriter(full_disk / "a.mp4") as writer:
        for index in range(60):
            writer.write(noise.integers(0, 256, (240, 320, 3), np.uint8), index / 30)
    assert not names(full_disk)


def test_full_disk_on_close_leaves_no_file(full_disk):
    writer = VideoWriter(full_disk / "a.mp4")
    writer.write(np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8), 0.0)
    (full_disk / "rest").write_bytes(b"x" * (shutil.disk_usage(full_disk).free))
    with pytest.raises(InputError, match="No space left"):
        writer.close()
    assert names(full_disk) == ["rest"]


@pytest.mark.parametrize("name", ["a.avi", "a", "missing-folder/a.mp4"])
def test_path_that_cannot_be_written_is_refused_on_creation(tmp_path, name):
    with pytest.raises(InputError, match=r"expected a name ending in \.mp4|cannot be written"):
        VideoWriter(tmp_path / name)


def test_read_only_folder_is_refused_on_creation(tmp_path):
    tmp_path.chmod(0o555)
    with as_unprivileged_user(), pytest.raises(InputError, match="cannot be written"):
        VideoWriter(tmp_path / "a.mp4")
