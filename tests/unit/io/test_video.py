"""Video files: rotation and timestamps, atomic writes, and errors for damaged files."""

import io
import shutil
from fractions import Fraction

import numpy as np
import pytest
from av.stream import Disposition
from clips import BURSTS_MS, CLIPS, clip, data_of, song, still
from files import as_unprivileged_user, names
from video_files import INVALID_VIDEOS, MATRICES, with_display_matrix

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


def test_only_the_frames_that_an_edit_list_shows_are_expected_and_read():
    with VideoReader(io.BytesIO(data_of("trimmed"))) as reader:
        frames = list(reader)
        assert (reader.frame_count, reader.end, reader.read_error) == (15, 0.5, "")
    assert times(frames) == pytest.approx([i / 30 for i in range(15)], abs=1e-3)
    assert [round(float(frame.image[40, 50, 0]) / 4) for frame in frames] == list(range(45, 60))


def test_frame_rate_of_a_browser_recording_is_measured():
    with VideoReader(io.BytesIO(data_of("browser's recording"))) as reader:
        frames = list(reader)
        seconds = sum(BURSTS_MS[:59]) / 1000
        assert reader.fps == pytest.approx(59 / seconds, rel=0.01) and reader.read_error == ""
        assert len(frames) == 60 and reader.frame_count == pytest.approx(60, abs=2)
        assert frames[-1].timestamp == pytest.approx(seconds, abs=1e-3)
        assert reader.end == pytest.approx(seconds, abs=0.05)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("AVI with H.264", 2 / 30),  # as ffprobe's best effort: the decoder puts it out two frames late
        ("AVI", 1 / 30),
        ("AVI with H.264 without B-frames", 0),
        ("negative start", 0),
        ("MPEG with H.264", 0),  # only its first frame has a time
        ("transport stream", 0),  # it starts late, but nothing starts earlier
        ("late picture", 0.5),
        ("late picture in AVI", 0.5),
        ("thumbnail first", 0),
        ("joined", 0),
    ],
)
def test_frames_have_even_steps_on_the_clock_of_a_player(name, start):
    data = data_of(name)
    with VideoReader(io.BytesIO(data)) as reader:
        frames = list(reader)
        assert reader.read_error == "" and reader.fps == pytest.approx(30, rel=0.01)
        assert reader.start == frames[0].timestamp == pytest.approx(start, abs=1e-3)
    assert len(frames) == (120 if name == "joined" else 60)
    assert np.diff(times(frames)) == pytest.approx(1 / 30, abs=1.1e-3)


def test_times_are_rebuilt_when_presentation_times_are_in_decoding_order():
    frames = read(io.BytesIO(data_of("without presentation times")))
    assert len(frames) > 55 and np.diff(times(frames))[2:] == pytest.approx(1 / 30, abs=1e-3)


@pytest.mark.parametrize(("name", "start_time"), [("transport stream", 2 / 30), ("negative start", -0.7), ("AVI", 0)])
def test_reader_has_the_time_of_the_file_at_which_its_timestamps_start(name, start_time):
    with VideoReader(io.BytesIO(data_of(name))) as reader:
        list(reader)
        assert reader.start_time == pytest.approx(start_time, abs=1e-3)


@pytest.mark.parametrize("matrix", MATRICES, ids=str)
def test_display_matrix_is_applied(tmp_path, matrix):
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    path = tmp_path / "phone.mp4"
    with VideoWriter(path) as writer:
        writer.write(image, 0.0)
    (stored,) = read(path)
    path.write_bytes(with_display_matrix(path.read_bytes(), matrix))
    (frame,) = read(path)
    assert np.array_equal(frame.image, shown(stored.image, matrix))


def shown(image, matrix):
    """Move every pixel by a display matrix."""
    a, b, c, d = matrix
    y, x = np.indices(image.shape[:2])
    new_x, new_y = a * x + c * y, b * x + d * y
    result = np.empty((*image.shape[1::-1], 3) if a == 0 else image.shape, np.uint8)
    result[new_y - new_y.min(), new_x - new_x.min()] = image
    return result


@pytest.mark.parametrize(
    ("ratio", "size"),
    [((4, 3), (85, 48)), ((3, 4), (64, 64)), ((2, 1), (128, 48)), ((1, 1000), (64, 48)), ((1000, 1), (64, 48))],
)
def test_pixels_become_square_and_implausible_ratios_are_ignored(ratio, size):
    with VideoReader(io.BytesIO(clip("mp4", "libx264", frames=2, aspect_ratio=Fraction(*ratio)))) as reader:
        assert (reader.width, reader.height) == size
        assert {frame.size for frame in reader} == {size}


def test_the_pixel_shape_is_that_before_rotation():
    data = clip("mp4", "libx264", frames=1, aspect_ratio=Fraction(2, 1))
    (frame,) = read(io.BytesIO(with_display_matrix(data, (0, 1, -1, 0))))
    assert frame.size == (48, 128)


@pytest.mark.parametrize("format", ["mp4", "matroska"])
@pytest.mark.parametrize("disposition", [None, Disposition.default, Disposition.attached_pic], ids=str)
def test_a_picture_beside_the_video_is_not_read(format, disposition):
    frames = read(io.BytesIO(clip(format, "libx264", frames=20, before=still(disposition))))
    assert len(frames) == 20 and frames[0].size == (64, 48)


def test_song_with_a_cover_is_refused():
    with pytest.raises(InputError, match="song: the file has sound and a cover picture but no video; choose a video"):
        VideoReader(io.BytesIO(song()), "song")


@pytest.mark.parametrize("name", ["AVI with H.264", "AVI", "Matroska", "WebM", "browser's recording"])
def test_half_a_file_is_reported_as_truncated(name):
    data = data_of(name)
    header = max(0, data.find(b"movi"))
    with VideoReader(io.BytesIO(data[: header + (len(data) - header) // 2])) as reader:
        assert 0 < len(list(reader)) < 60 and reader.read_error


def test_mp4_without_its_last_frames_is_truncated(noise_clip):
    data = noise_clip.read_bytes()
    with VideoReader(io.BytesIO(data[: len(data) * 97 // 100])) as reader:
        assert 25 < len(list(reader)) < 30 and reader.read_error


@pytest.mark.parametrize("name", CLIPS)
def test_a_whole_file_is_not_called_damaged(name):
    with VideoReader(io.BytesIO(data_of(name))) as reader:
        assert list(reader) and reader.read_error == ""


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
