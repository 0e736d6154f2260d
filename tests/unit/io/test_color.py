"""Colors of video: read as tagged or by size, HDR tone-mapped, and written with tags."""

import av
import numpy as np
import pytest
from color_frames import BARS, COLORS, LUMA, as_displayed, fill, image_of, pq, tagged, to_hdr, yuv_frame

from pose_demo import sample
from pose_demo.io.color import BT601, BT709, to_image
from pose_demo.io.video import VideoReader
from pose_demo.io.video_writer import VideoWriter

PQ, HLG = 16, 18


def difference(image, expected):
    """The largest difference inside the bars: chroma is interpolated over their edges."""
    inside = np.arange(image.shape[1]) % 16 // 4 % 3 != 0
    return np.abs(image.astype(float) - expected)[:, inside].max()


@pytest.mark.parametrize("matrix", LUMA)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bits", [8, 10])
def test_a_frame_is_read_as_tagged(matrix, full, bits):
    frame = tagged(yuv_frame(BARS / 255, matrix, full=full, bits=bits), matrix, 2 if full else 1)
    assert difference(to_image(frame), BARS) <= 3


@pytest.mark.parametrize(
    ("size", "matrix"), [((640, 480), 6), ((1024, 576), 6), ((1280, 720), 1), ((720, 1280), 1), ((1280, 544), 1)]
)
def test_an_untagged_frame_is_read_by_its_size(size, matrix):
    image = image_of(size)
    assert difference(to_image(tagged(yuv_frame(image / 255, matrix))), image) <= 3


@pytest.mark.parametrize("matrix", [3, 8, 0])
def test_an_unknown_or_wrong_matrix_is_read_by_size(matrix):
    assert difference(to_image(tagged(yuv_frame(BARS / 255, 6), matrix)), BARS) <= 3


def test_the_matrix_of_untagged_frames_may_be_given():
    image = image_of((1280, 720))
    assert difference(to_image(tagged(yuv_frame(image / 255, 6)), untagged=BT601), image) <= 3
    assert difference(to_image(tagged(yuv_frame(image / 255, 1), matrix=1), untagged=BT601), image) <= 3


def test_jpeg_pixel_formats_have_the_full_range():
    frame = yuv_frame(BARS / 255, 6, full=True, pixel_format="yuvj420p")
    assert difference(to_image(tagged(frame)), BARS) <= 3


@pytest.mark.parametrize("color_range", [0, 1, 2])
def test_rgb_coded_video_has_no_matrix(color_range):
    frame = av.VideoFrame(BARS.shape[1], BARS.shape[0], "gbrp")
    for plane, channel in zip(frame.planes, (1, 2, 0), strict=True):
        fill(plane, BARS[..., channel])
    assert difference(to_image(tagged(frame, 0, color_range)), BARS) <= 1


def test_gray_video():
    frame = av.VideoFrame(256, 16, "gray")
    fill(frame.planes[0], np.arange(256)[None].repeat(16, axis=0))
    image = to_image(tagged(frame, color_range=2))
    assert np.abs(image - np.arange(256)[None, :, None]).max() <= 1


def test_a_frame_keeps_its_tags():
    frame = tagged(yuv_frame(BARS / 255, 1), 1, 1, 1, 1)
    to_image(frame)
    assert (frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries) == (1, 1, 1, 1)


@pytest.mark.parametrize("transfer", [PQ, HLG])
@pytest.mark.parametrize("tags", [(9, 1, 9), (2, 0, 2)], ids=["all tags", "transfer only"])
def test_hdr_looks_like_the_sdr_image(transfer, tags):
    image = sample.frame(0, size=(640, 480)).image[::2, ::2].repeat(2, 0).repeat(2, 1)
    matrix, color_range, primaries = tags
    frame = tagged(yuv_frame(to_hdr(image, transfer), 9, bits=10), matrix, color_range, transfer, primaries)
    shown = to_image(frame)
    assert np.abs(shown.astype(float) - image).mean() < 3
    assert shown.std() == pytest.approx(image.std(), rel=0.04)


def test_light_above_sdr_white_is_compressed_not_clipped():
    light = np.array([0, 1, 10, 50, 100, 170, 203, 300, 500, 1000, 4000]).repeat(16)
    codes = pq(np.stack([light] * 3, axis=-1).astype(float))[None].repeat(16, axis=0)
    shown = to_image(tagged(yuv_frame(codes, 9, bits=10), 9, 1, PQ, 9))[8, 8::16]
    assert np.ptp(shown, axis=1).max() <= 1
    levels = shown[:, 0].astype(int)
    assert levels[:6] == pytest.approx([0, 15, 62, 135, 185, 235], abs=3)
    assert all(np.diff(levels[:9]) > 0) and levels[-1] == levels[-2] == 255


@pytest.mark.parametrize("primaries", [9, 12])
def test_wide_gamut_sdr_is_converted(primaries):
    gray = np.full((16, 32, 3), 120.0)
    skin = np.full((16, 32, 3), (200.0, 150.0, 120.0))
    shown = [
        to_image(tagged(yuv_frame(image / 255, 9), 9, 1, 1, primaries))[8, 8].astype(int) for image in (gray, skin)
    ]
    assert shown[0] == pytest.approx([120, 120, 120], abs=2)
    assert shown[1][0] > 203 and shown[1][2] < 120  # the same numbers are a stronger color in a wider gamut


def test_colors_of_an_encoded_file_are_read_as_tagged(tmp_path):
    write_h264(tmp_path / "clip.mp4", yuv_frame(image_of((640, 480)) / 255, 1), BT709)
    with VideoReader(tmp_path / "clip.mp4") as reader:
        assert difference(next(iter(reader)).image, image_of((640, 480))) <= 4


def write_h264(path, frame, matrix):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, 1
        container.mux([*stream.encode(tagged(frame, matrix, 1)), *stream.encode()])


@pytest.mark.parametrize(("size", "matrix"), [((640, 480), BT601), ((1280, 720), BT709), ((720, 1280), BT709)])
def test_written_video_is_tagged_and_has_the_same_colors(tmp_path, size, matrix):
    image = image_of(size)
    with VideoWriter(tmp_path / "out.mp4") as writer:
        writer.write(image, 0.0)
    with av.open(str(tmp_path / "out.mp4")) as container:
        context = container.streams.video[0].codec_context
        tags = context.colorspace, context.color_range, context.color_trc, context.color_primaries
        frame = next(container.decode(video=0))
    assert tags == (matrix, 1, BT709, BT709)
    assert (frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries) == tags
    assert difference(as_displayed(frame), image) <= 6
    with VideoReader(tmp_path / "out.mp4") as reader:
        assert difference(next(iter(reader)).image, image) <= 6


def test_the_container_has_the_tags_too(tmp_path):
    with VideoWriter(tmp_path / "out.mp4") as writer:
        writer.write(image_of((1280, 720)), 0.0)
    assert b"colrnclx\x00\x01\x00\x01\x00\x01\x00" in (tmp_path / "out.mp4").read_bytes()


def test_all_colors_are_tested():
    assert len(np.unique(image_of((640, 480))[0], axis=0)) == len(COLORS)
