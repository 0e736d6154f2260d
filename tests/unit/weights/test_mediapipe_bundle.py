"""The .task bundle is uncompressed and aligned, has metadata, and PoseLandmarker loads it."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from pose_demo import sample, weights
from pose_demo.weights.convert.mediapipe_bundle import bundle, with_normalization
from pose_demo.weights.convert.tflite import ModelWriter

DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"


def tiny_model(factor: float) -> bytes:
    """Build a model that multiplies four numbers by ``factor``."""
    writer = ModelWriter({})
    numbers, factors = writer.add_tensor("in", np.float32, (4,)), writer.add_constant(np.float32([factor]), "factor")
    product = writer.add_tensor("out", np.float32, (4,))
    writer.add_operator("MUL", [numbers, factors], [product], "MulOptions")
    return writer.finish(numbers, product, "tiny")


def run(model: bytes) -> list[float]:
    interpreter = Interpreter(model_content=model)
    values = interpreter.get_signature_runner("serving_default")(input=np.float32([1, 2, 3, 4]))["output_0"]
    return [float(value) for value in values]


def normalization(model: bytes) -> tuple[list[float], list[float]]:
    """Read (mean, std) with the metadata schema of MediaPipe."""
    tflite = pytest.importorskip("mediapipe.tasks.metadata.schema_py_generated")
    metadata = pytest.importorskip("mediapipe.tasks.metadata.metadata_schema_py_generated")
    parsed = tflite.ModelT.InitFromObj(tflite.Model.GetRootAsModel(model, 0))
    (entry,) = parsed.metadata
    assert entry.name == b"TFLITE_METADATA"
    data = bytes(parsed.buffers[entry.buffer].data)
    assert metadata.ModelMetadata.ModelMetadataBufferHasIdentifier(data, 0)
    described = metadata.ModelMetadataT.InitFromObj(metadata.ModelMetadata.GetRootAsModelMetadata(data, 0))
    (unit,) = described.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert unit.optionsType == metadata.ProcessUnitOptions.NormalizationOptions
    return [float(value) for value in unit.options.mean], [float(value) for value in unit.options.std]


def test_metadata_have_the_normalization() -> None:
    assert normalization(with_normalization(tiny_model(3), mean=127.5, std=64.0)) == ([127.5], [64.0])


def test_model_computes_the_same_values_with_metadata() -> None:
    assert run(with_normalization(tiny_model(3), mean=0.0, std=255.0)) == [3, 6, 9, 12]


def test_bundle_is_an_uncompressed_aligned_zip_of_both_models() -> None:
    data = bundle(landmarks=tiny_model(2), detector=tiny_model(3))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [DETECTOR, LANDMARKS]
        assert archive.testzip() is None
        for entry in archive.infolist():
            model = archive.read(entry)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert data.index(model) % 16 == 0
        detector, landmarks = archive.read(DETECTOR), archive.read(LANDMARKS)
    assert (run(detector), normalization(detector)) == ([3, 6, 9, 12], ([127.5], [127.5]))
    assert (run(landmarks), normalization(landmarks)) == ([2, 4, 6, 8], ([0.0], [255.0]))


def test_bundle_is_deterministic(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bundle(tiny_model(2), tiny_model(3))
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert bundle(tiny_model(2), tiny_model(3)) == first


# --- the MediaPipe models -------------------------------------------------------------------------------------------


def bundle_file(name: str) -> Path:
    try:
        return weights.path(f"mediapipe-{name}")
    except weights.MissingWeights as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", ["lite", "full", "heavy"])
def test_pose_landmarker_detects_the_sample_person(name: str) -> None:
    file = bundle_file(name)
    mediapipe = pytest.importorskip("mediapipe")
    tasks = pytest.importorskip("mediapipe.tasks.python")
    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=sample.frame(0, size=(480, 480)).image)
    options = tasks.vision.PoseLandmarkerOptions(base_options=tasks.BaseOptions(model_asset_path=str(file)))
    with tasks.vision.PoseLandmarker.create_from_options(options) as landmarker:
        (pose,) = landmarker.detect(image).pose_landmarks
    xy = np.float32([(point.x * 480, point.y * 480) for point in pose])
    (truth,) = sample.ground_truth(0, size=(480, 480))
    coco_from_blazepose = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
    assert np.median(np.linalg.norm(xy[coco_from_blazepose] - truth.xy, axis=1)) < 15
