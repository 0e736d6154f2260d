"""Bundling of the two BlazePose models into the .task file that MediaPipe's PoseLandmarker loads.

A .task file is an uncompressed zip archive of ``pose_detector.tflite`` and ``pose_landmarks_detector.tflite``. The
models of the npm package lack the input normalization metadata that PoseLandmarker requires.

Source: mediapipe/tasks/metadata/metadata_schema.fbs (field numbers), and the official .task files.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from pose_demo.weights.convert.tflite import AlignedBuffer, pack

# Field numbers of the tables in the metadata schema, and the number of NormalizationOptions in ProcessUnitOptions.
NORMALIZATION_MEAN, NORMALIZATION_STD = 0, 1
NORMALIZATION_OPTIONS = 1
PROCESS_UNIT_OPTIONS_TYPE, PROCESS_UNIT_OPTIONS = 0, 1
TENSOR_NAME, TENSOR_PROCESS_UNITS = 0, 4
SUBGRAPH_INPUT_TENSOR_METADATA = 2
MODEL_SUBGRAPH_METADATA, MODEL_MIN_PARSER_VERSION = 3, 7

ALIGNMENT = 16  # bytes; required to memory-map the models inside the archive
LOCAL_HEADER = 30  # bytes of a zip local file header before the member name


def bundle(landmarks: bytes, detector: bytes) -> bytes:
    """Build the .task file from the landmark and detector models, both .tflite; deterministic."""
    return task_file(
        {
            "pose_detector.tflite": with_normalization(detector, mean=127.5, std=127.5),
            "pose_landmarks_detector.tflite": with_normalization(landmarks, mean=0.0, std=255.0),
        }
    )


def task_file(members: Mapping[str, bytes]) -> bytes:
    """A .task file of these models by name; deterministic."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, model in members.items():
            archive.writestr(_entry(name, file.tell()), model)
    return file.getvalue()


def with_normalization(model: bytes, mean: float, std: float) -> bytes:
    """Add metadata to a .tflite model: its input is (value - mean) / std of pixel values 0..255."""
    parsed = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0))
    data = [None if buffer.data is None else bytes(buffer.data) for buffer in parsed.buffers]
    parsed.buffers = [AlignedBuffer(part) for part in [*data, _metadata(mean, std)]]
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(parsed.buffers) - 1
    parsed.metadata = [*(parsed.metadata or []), entry]
    return pack(parsed)


def _entry(name: str, offset: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # fixed for a reproducible checksum
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    gap = -(offset + LOCAL_HEADER + len(name)) % ALIGNMENT
    padding = gap if gap >= 4 or not gap else gap + ALIGNMENT  # an extra field has a header of 4 bytes
    entry.extra = b"" if not padding else b"\xfe\xca" + (padding - 4).to_bytes(2, "little") + bytes(padding - 4)
    return entry


def _metadata(mean: float, std: float) -> bytes:
    """Build the ModelMetadata flatbuffer: model, subgraph, first input tensor, process unit, NormalizationOptions."""
    builder = flatbuffers.Builder(256)
    mean_offset, std_offset = _floats(builder, mean), _floats(builder, std)
    options_offset = _table(builder, {NORMALIZATION_MEAN: mean_offset, NORMALIZATION_STD: std_offset})
    unit = _add_process_unit(builder, options_offset)
    tensor = _table(builder, {TENSOR_NAME: builder.CreateString("image"), TENSOR_PROCESS_UNITS: _vector(builder, unit)})
    graph = _table(builder, {SUBGRAPH_INPUT_TENSOR_METADATA: _vector(builder, tensor)})
    graphs, version = _vector(builder, graph), builder.CreateString("1.0.0")
    model = _table(builder, {MODEL_SUBGRAPH_METADATA: graphs, MODEL_MIN_PARSER_VERSION: version})
    builder.Finish(model, file_identifier=b"M001")
    return bytes(builder.Output())


def _table(builder: Any, fields: dict[int, int]) -> int:
    builder.StartObject(max(fields) + 1)
    for slot, offset in fields.items():
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(builder.EndObject())


def _add_process_unit(builder: Any, options_offset: int) -> int:
    """Add a ProcessUnit, a table of TFLite's metadata schema, with NormalizationOptions; returns its offset."""
    builder.StartObject(2)
    builder.PrependUint8Slot(PROCESS_UNIT_OPTIONS_TYPE, NORMALIZATION_OPTIONS, 0)
    builder.PrependUOffsetTRelativeSlot(PROCESS_UNIT_OPTIONS, options_offset, 0)
    return int(builder.EndObject())


def _vector(builder: Any, item: int) -> int:
    builder.StartVector(4, 1, 4)
    builder.PrependUOffsetTRelative(item)
    return int(builder.EndVector())


def _floats(builder: Any, value: float) -> int:
    builder.StartVector(4, 1, 4)
    builder.PrependFloat32(value)
    return int(builder.EndVector())
