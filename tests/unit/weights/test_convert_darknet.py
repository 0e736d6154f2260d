"""Converted darknet networks compute the same values as OpenCV's importer and as hand-computed layers."""

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from models import needs
from pose_demo import sample, weights
from pose_demo.estimators.yolo import DarknetFiles
from pose_demo.weights.convert.darknet import convert, read_heads

RNG = np.random.default_rng(3)
NET = "[net]\nwidth=64\nheight=64\n"
HEAD = "[yolo]\nmask = 0\nanchors = 10,20\nclasses=1\n"  # one anchor, one class: 6 channels


def convolution(filters, *options):
    return "\n".join(("[convolutional]", f"filters={filters}", "size=1", "stride=1", *options)) + "\n"


def weights_file(*values):
    return bytes(20) + np.concatenate([np.ravel(each) for each in values]).astype("<f4").tobytes()


def run(model, image):
    interpreter = Interpreter(model_content=model, num_threads=1)
    index = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(index, (1, *image.shape))
    return interpreter.get_signature_runner("serving_default")(input=image[None])["output_0"][0]


def test_a_leaky_convolution_with_batch_normalization():
    """Pixel (255, 0, 51) is (1, 0, .2): kernel 1, 2, 3 gives 1.6; (1.6 - 1) / sqrt(4) * 3 + .5 = 1.4; another -.14."""
    scale, mean, variance = [3] * 6, [1] * 6, [4] * 6
    bias = [0.5] * 5 + [-2.3]  # the last one: .9 - 2.3 = -1.4, times .1
    model = convert(
        NET + convolution(6, "batch_normalize=1", "activation=leaky") + HEAD,
        weights_file(bias, scale, mean, variance, np.tile([1, 2, 3], 6)),
    )
    image = np.full((32, 64, 3), (255, 0, 51), np.uint8)
    rows = run(model, image)
    assert rows.shape == (32 * 64, 6)
    assert np.allclose(rows, [1.4] * 5 + [-0.14], atol=1e-4)


def test_upsampling_repeats_cells_and_a_route_joins_layers():
    """The red channel at half the size and back, beside the green channel: four equal cells and the pixels."""
    cfg = (
        NET
        + convolution(2, "activation=linear")  # 0: red, green
        + "[maxpool]\nsize=2\nstride=2\n"  # 1
        + "[upsample]\nstride=2\n"  # 2
        + "[route]\nlayers = -1, 0\n"  # 3: maximum of red and of green, red, green
        + convolution(6, "activation=linear")
        + HEAD
    )
    select = np.zeros((6, 4))
    select[0, 0] = select[1, 2] = select[2, 3] = 1
    model = convert(cfg, weights_file([0, 0], [[1, 0, 0], [0, 1, 0]], [0] * 6, select))
    image = np.zeros((4, 4, 3), np.uint8)
    image[0, 0, 0], image[3, 3, 1] = 255, 51
    rows = run(model, image).reshape(4, 4, 6)
    assert np.allclose(rows[:2, :2, 0], 1) and not rows[2:, :, 0].any() and not rows[:, 2:, 0].any()
    assert rows[..., 1].sum() == rows[0, 0, 1] == pytest.approx(1) and rows[3, 3, 2] == pytest.approx(0.2)


def test_a_max_pool_of_stride_one_keeps_the_size_and_looks_right_and_down():
    cfg = NET + "[maxpool]\nsize=2\nstride=1\n" + convolution(6, "activation=linear") + HEAD
    model = convert(cfg, weights_file([0] * 6, np.tile([1 / 255, 0, 0], 6)))
    image = np.zeros((4, 4, 3), np.uint8)
    image[1, 2, 0] = 255
    found = run(model, image).reshape(4, 4, 6)[..., 0] > 0.5
    assert np.argwhere(found).tolist() == [[0, 1], [0, 2], [1, 1], [1, 2]]


def test_the_heads_have_the_stride_of_their_layer():
    cfg = NET + convolution(6, "activation=linear") + "[maxpool]\nsize=2\nstride=2\n" * 2 + HEAD
    cfg += "[route]\nlayers = -3\n" + HEAD.replace("10,20", "30,40")
    coarse, fine = read_heads(cfg)
    assert (coarse.stride, fine.stride) == (4, 2)
    assert coarse.anchors.tolist() == [[10, 20]] and fine.anchors.tolist() == [[30, 40]]


@pytest.mark.parametrize(
    ("cfg", "error"),
    [
        ("hello", ValueError),
        ("", ValueError),
        (NET + "[shortcut]\nfrom=-1\n", NotImplementedError),
        (NET + convolution(6, "activation=mish") + HEAD, NotImplementedError),
        (NET + convolution(7, "activation=linear") + HEAD, ValueError),  # a head of one anchor has 6 channels
        (NET + convolution(5, "activation=linear"), ValueError),  # fewer weights than the file has
        (NET + convolution(60, "activation=linear"), ValueError),  # more
    ],
)
def test_other_files_are_refused(cfg, error):
    with pytest.raises(error):
        convert(cfg, weights_file(RNG.normal(size=6 + 18 + 3)))


@pytest.fixture(scope="module")
def yolo():
    needs("yolov3-tiny")
    return DarknetFiles(weights.path("yolov3-tiny-cfg"), weights.path("yolov3-tiny"))


@pytest.fixture(scope="module")
def image():
    return np.ascontiguousarray(cv2.resize(sample.frame(0, scene="duo").image, (416, 416)))


def test_yolo_equals_the_importer_of_opencv(yolo, image):
    """Objectness, the only value that OpenCV neither cuts off nor scales."""
    cfg, data = yolo.read_cfg(), yolo.weights.read_bytes()
    rows = run(convert(cfg, data), image)
    net = cv2.dnn.readNetFromDarknet(np.frombuffer(cfg.encode(), np.uint8), np.frombuffer(data, np.uint8))
    net.setInput(cv2.dnn.blobFromImage(image, 1 / 255))
    expected = np.vstack(net.forward(net.getUnconnectedOutLayersNames()))
    assert np.allclose(1 / (1 + np.exp(-rows[:, 4])), expected[:, 4], atol=1e-5) and expected[:, 4].max() > 0.5


def test_the_second_head_has_the_anchors_that_it_was_trained_with(yolo):
    published = yolo.cfg.read_text()
    assert read_heads(published)[1].anchors.tolist() == [[10, 14], [23, 27], [37, 58]]
    assert read_heads(yolo.read_cfg())[1].anchors.tolist() == [[23, 27], [37, 58], [81, 82]]


def test_int8_weights_change_the_scores_little(yolo, image):
    exact, quantized = (
        run(convert(yolo.read_cfg(), yolo.weights.read_bytes(), quantized=each), image) for each in (False, True)
    )
    likely = exact[:, 4] > 0  # objectness over .5
    assert likely.any() and np.abs(exact - quantized)[likely, 4].max() < 0.6
    assert len(yolo.read()) < 0.26 * yolo.weights.stat().st_size


def test_the_conversion_is_deterministic(yolo):
    assert yolo.read() == yolo.read()
