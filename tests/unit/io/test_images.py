"""Image files: all formats are read as RGB, damaged files are refused, and writes are atomic."""

import numpy as np
import pytest
from files import as_unprivileged_user, names
from image_files import animation, file_of
from PIL import Image as Pillow

from pose_demo.io.atomic import AtomicFile
from pose_demo.io.images import encode_image, read_image, write_image
from pose_demo.types import InputError

RED, WHITE = [255, 0, 0], [255, 255, 255]
NOISE = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
EXIF_ORIENTATION = 0x0112


def png(array):
    return file_of(Pillow.fromarray(array))


def palette_with_transparency():
    image = Pillow.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    return file_of(image, transparency=1)


def rgb_with_transparent_color():
    image = Pillow.fromarray(np.array([[RED, [0, 0, 255]]], np.uint8))
    return file_of(image, transparency=(0, 0, 255))


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        (png(np.array([[RED, WHITE]], np.uint8)), [RED, WHITE]),
        (png(np.array([[[255, 0, 0, 255], [0, 0, 255, 0]]], np.uint8)), [RED, WHITE]),
        (png(np.array([[[255, 0, 0, 128]]], np.uint8)), [[255, 127, 127]]),
        (png(np.array([[0, 90]], np.uint8)), [[0, 0, 0], [90, 90, 90]]),
        (file_of(Pillow.merge("LA", [Pillow.new("L", (1, 1), v) for v in (0, 0)])), [WHITE]),
        (png(np.array([[0, 32768, 65535]], np.uint16)), [[0] * 3, [127] * 3, WHITE]),
        (file_of(Pillow.new("1", (2, 1), 1)), [WHITE, WHITE]),
        (palette_with_transparency(), [RED, WHITE]),
        (rgb_with_transparent_color(), [RED, WHITE]),
        (file_of(Pillow.new("CMYK", (1, 1), (0, 255, 255, 0)), "TIFF"), [RED]),
        (file_of(Pillow.fromarray(np.array([[0.0, 90.0, 255.0]], np.float32)), "TIFF"), [[0] * 3, [90] * 3, WHITE]),
        (file_of(Pillow.new("RGB", (1, 1), "red"), "BMP"), [RED]),
        (file_of(Pillow.new("RGB", (1, 1), "red"), "WEBP", lossless=True), [RED]),
    ],
    ids=[
        "rgb", "transparent", "half transparent", "gray", "gray with alpha", "16 bits", "black and white", "palette",
        "one transparent color", "cmyk", "float", "bmp", "webp",
    ],
)  # fmt: skip
def test_all_color_modes_become_rgb_on_white(data, pixels):
    image = read_image(data)
    assert image.dtype == np.uint8 and image[0].tolist() == pixels


def test_cmyk_jpeg_keeps_its_colors():
    data = file_of(Pillow.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    assert np.abs(read_image(data)[8, 8].astype(int) - RED).max() < 12


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_first_image_of_an_animation_is_read(file_format):
    assert read_image(animation(file_format)).max() <= 2


def test_a_video_is_named_where_an_image_is_expected(make_clip):
    for source, name in ((make_clip(2), ""), (make_clip(2).read_bytes(), "clip.mp4")):
        with pytest.raises(InputError, match=r"^clip.mp4: expected an image, got a video \(MP4 or MOV\); choose"):
            read_image(source, name)


def test_a_text_is_named_where_an_image_is_expected():
    with pytest.raises(InputError, match=r"expected an image, got a text file \(JSON\)"):
        read_image(b'{"format": 1}', "pose.json")


# The stored pixels for each EXIF orientation, if the rotated image is 1 2 / 3 4 / 5 6.
STORED_PIXELS = {
    1: [[1, 2], [3, 4], [5, 6]],
    2: [[2, 1], [4, 3], [6, 5]],
    3: [[6, 5], [4, 3], [2, 1]],
    4: [[5, 6], [3, 4], [1, 2]],
    5: [[1, 3, 5], [2, 4, 6]],
    6: [[2, 4, 6], [1, 3, 5]],
    7: [[6, 4, 2], [5, 3, 1]],
    8: [[5, 3, 1], [6, 4, 2]],
}


@pytest.mark.parametrize("orientation", STORED_PIXELS)
def test_exif_orientation_is_applied(orientation):
    stored, exif = Pillow.fromarray(np.array(STORED_PIXELS[orientation], np.uint8) * 40), Pillow.Exif()
    exif[EXIF_ORIENTATION] = orientation
    image = read_image(file_of(stored.convert("RGB"), exif=exif))
    assert (image[:, :, 0] // 40).tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("size", [(1, 1), (7680, 4320)], ids=["1x1", "8K"])
def test_smallest_and_8k_images_are_read(size):
    assert read_image(file_of(Pillow.new("RGB", size, "red"), "JPEG")).shape == (size[1], size[0], 3)


COMPLETE_JPEG = file_of(Pillow.fromarray(NOISE), "JPEG")
COMPLETE_PNG = file_of(Pillow.fromarray(NOISE))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html><body>404</body></html>", "not an image"),
        (b"\x00" * 1000, "not an image"),
        (COMPLETE_JPEG[: len(COMPLETE_JPEG) // 2], "damaged"),
        (COMPLETE_PNG[: len(COMPLETE_PNG) // 2], "damaged"),
        (COMPLETE_PNG[:20], "damaged|not an image"),
        (b"\x00" * 64_000_001, "under 64 MB"),
    ],
    ids=["0 bytes", "html", "zeros", "half a jpeg", "half a png", "png header", "too many bytes"],
)
def test_invalid_file_is_refused_with_its_name(tmp_path, data, reason):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    for source, label in ((path, "holiday.jpg"), (data, "upload.jpg")):
        with pytest.raises(InputError, match=rf"^{label}: .*({reason})"):
            read_image(source, "" if source is path else label)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(20_000, 20_000), (10_001, 10_001), (16_385, 1)])
def test_small_file_with_too_many_pixels_is_refused(size):
    bomb = file_of(Pillow.new("1", size), "PNG")
    with pytest.raises(InputError, match="pixels"):
        read_image(bomb, "bomb.png")


@pytest.mark.filterwarnings("ignore:.*:UserWarning")  # Pillow warns about invalid metadata
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "file_format", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", "HEIF", "AVIF", "JPEG2000", "PPM"]
)
def test_random_bytes_give_an_image_or_an_input_error(file_format, seed):
    data, random = bytearray(file_of(Pillow.fromarray(NOISE), file_format)), np.random.default_rng(seed)
    for position in random.integers(0, min(len(data), 400), 6):
        data[position] = random.integers(256)
    try:
        assert read_image(bytes(data)).ndim == 3
    except InputError as error:
        assert "image:" in str(error)


@pytest.mark.parametrize("name", [".", "missing.png", "n" * 300 + ".png", "photo.png/inside.png", "nul\0.png"])
def test_path_that_is_not_a_file_is_refused(tmp_path, photo, name):
    with pytest.raises(InputError, match=r"not a file|cannot be opened"):
        read_image(tmp_path / name)


def test_file_without_read_permission_is_refused(photo):
    photo.chmod(0)
    with as_unprivileged_user(), pytest.raises(InputError, match=r"no read permission|Permission denied"):
        read_image(photo)


def test_png_is_lossless(tmp_path):
    write_image(tmp_path / "a.png", NOISE)
    assert np.array_equal(read_image(tmp_path / "a.png"), NOISE)
    assert names(tmp_path) == ["a.png"]


def test_jpeg_is_close(tmp_path):
    write_image(tmp_path / "a.JPG", np.full((16, 16, 3), (200, 40, 90), np.uint8))
    assert np.abs(read_image(tmp_path / "a.JPG").astype(int) - (200, 40, 90)).max() < 6


def test_written_images_are_readable_by_all_users(tmp_path):
    write_image(tmp_path / "a.png", NOISE)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)], ids=["gray", "rgba"])
def test_only_rgb_is_encoded(image):
    with pytest.raises(InputError, match="RGB"):
        encode_image(image)


def test_other_file_formats_are_refused_for_writing(tmp_path):
    with pytest.raises(InputError, match=r"\.png or \.jpg"):
        write_image(tmp_path / "a.gif", NOISE)
    assert not names(tmp_path)


def test_writing_to_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_image(tmp_path / "missing" / "a.png", NOISE)


def test_writing_over_a_folder_is_refused_and_leaves_no_file(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_image(tmp_path / "a.png", NOISE)
    assert names(tmp_path) == ["a.png"]


def test_writing_to_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with as_unprivileged_user(), pytest.raises(InputError, match="cannot be written"):
        write_image(tmp_path / "a.png", NOISE)


def test_full_disk_leaves_no_file(full_disk):
    with pytest.raises(InputError, match="No space left"):
        write_image(full_disk / "a.png", np.random.default_rng(0).integers(0, 256, (600, 600, 3), np.uint8))
    assert not names(full_disk)


def test_after_an_error_the_previous_file_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyError), AtomicFile(path) as temporary:
        temporary.write_text("new")
        raise KeyError
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]
