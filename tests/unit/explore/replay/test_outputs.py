"""Stored outputs of networks: exact round trips, and damaged files."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from files import names
from made_outputs import frame_output, outputs_of, walkers

from pose_demo.explore.replay import outputs as outputs_module
from pose_demo.explore.replay.outputs import FrameOutput, ModelOutputs, read_outputs, write_outputs
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17
from pose_demo.types import Box, Estimate, InputError, Pose


def random_pose(skeleton, random, box=None, world=False):
    count = len(skeleton.keypoints)
    xy = (random.normal(0, 1, (count, 2)) * 10.0 ** random.integers(-20, 20)).astype(np.float32)
    pose = Pose(skeleton, xy, random.random(count).astype(np.float32), float(random.random()), box)
    return replace(pose, world=random.normal(0, 1, (count, 3)).astype(np.float32)) if world else pose


def random_outputs(seed=0):
    random = np.random.default_rng(seed)
    box = Box(*random.normal(0, 300, 4), score=float(random.random()), label="dining table")
    frames = [
        FrameOutput.of(Estimate(), 0.0, (1, 1), {}),
        FrameOutput.of(
            Estimate(
                (random_pose(COCO_17, random, box), random_pose(BLAZEPOSE_33, random, world=True)),
                (box, replace(box, label="Ünïcode")),
                random.integers(0, 256, (48, 64), np.uint8),
            ),
            1 / 3,
            (64, 48),
            {"pose": 1 / 3, "mask": 1e-9, "draw": 0.0},
        ),
    ]
    return ModelOutputs("blazepose-lite", "yolov3-tiny", tuple(frames), skipped=7, memory_mb=12.3)


def assert_equal(a, b):
    """Equal to the last bit."""
    assert replace(a, frames=()) == replace(b, frames=())
    for x, y in zip(a.frames, b.frames, strict=True):
        assert (x.timestamp, x.size, x.boxes, x.mask, x.stage_ms) == (y.timestamp, y.size, y.boxes, y.mask, y.stage_ms)
        assert list(x.stage_ms) == list(y.stage_ms)
        for p, q in zip(x.poses, y.poses, strict=True):
            assert p.skeleton is q.skeleton and (p.score, p.box, p.track_id) == (q.score, q.box, q.track_id)
            assert (p.world is None) == (q.world is None)
            worlds = [(p.world, q.world)] if p.world is not None else []
            for first, second in ((p.xy, q.xy), (p.scores, q.scores), *worlds):
                assert (
                    second.dtype == np.float32 and first.tobytes() == second.tobytes() and first.shape == second.shape
                )


@pytest.mark.parametrize("outputs", [random_outputs(), random_outputs(1), walkers(20), outputs_of(frame_output(0))])
def test_a_file_contains_the_outputs_to_the_last_bit(tmp_path, outputs):
    write_outputs(outputs, tmp_path / "a.parquet")
    assert names(tmp_path) == ["a.parquet"]
    assert_equal(outputs, read_outputs(tmp_path / "a.parquet"))


def test_a_file_from_before_world_keypoints_is_read(tmp_path, monkeypatch):
    outputs = random_outputs()
    old = [field for field in outputs_module._POSE if field.name != "world"]
    schema = outputs_module._SCHEMA
    poses = pa.field("poses", pa.list_(pa.struct(old)))
    monkeypatch.setattr(outputs_module, "_SCHEMA", schema.set(schema.get_field_index("poses"), poses))
    write_outputs(outputs, tmp_path / "a.parquet")
    monkeypatch.undo()
    assert "world" not in str(pq.read_schema(tmp_path / "a.parquet"))
    frames = [
        replace(frame, poses=tuple(replace(pose, world=None) for pose in frame.poses)) for frame in outputs.frames
    ]
    assert_equal(replace(outputs, frames=tuple(frames)), read_outputs(tmp_path / "a.parquet"))


def test_the_mask_is_kept_exactly(tmp_path):
    mask = np.random.default_rng(0).integers(0, 256, (48, 64), np.uint8)
    frame = FrameOutput.of(Estimate(mask=mask), 0.0, (64, 48), {})
    write_outputs(outputs_of(frame), tmp_path / "a.parquet")
    found = read_outputs(tmp_path / "a.parquet").frames[0]
    np.testing.assert_array_equal(found.decode_mask(), mask)
    assert found.estimate.mask is None and frame_output(0).decode_mask() is None


def test_any_parquet_reader_reads_a_file(tmp_path):
    write_outputs(walkers(5), tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.num_rows == 5 and table.column("timestamp").to_pylist() == [index / 30 for index in range(5)]
    assert len(table.column("poses")[0][0]["xy"]) == 34
    assert json.loads(table.schema.metadata[b"pose_demo"])["format"] == "pose_demo.outputs/2"


def test_folders_with_an_equals_sign_are_no_columns(tmp_path):
    folder = tmp_path / "model=thunder"
    folder.mkdir()
    write_outputs(walkers(2), folder / "a.parquet")
    assert_equal(walkers(2), read_outputs(folder / "a.parquet"))


# ---- damaged files


@pytest.mark.parametrize("damage", ["empty", "text", "truncated", "zeros"])
def test_a_damaged_file_is_refused_with_advice(tmp_path, damage):
    path = tmp_path / "a.parquet"
    write_outputs(walkers(20), path)
    content = path.read_bytes()
    middle = content[: len(content) // 2]
    path.write_bytes({"empty": b"", "text": b"hello", "truncated": middle, "zeros": bytes(len(content))}[damage])
    with pytest.raises(InputError, match=r"a.parquet: cannot be read .*delete it, and it is computed again"):
        read_outputs(path)


def test_a_changed_byte_is_noticed(tmp_path):
    """Checksums of the pages find what the decoder would accept."""
    path = tmp_path / "a.parquet"
    write_outputs(walkers(20), path)
    content = bytearray(path.read_bytes())
    for position in range(100, len(content) // 2, len(content) // 20):
        changed = bytearray(content)
        changed[position] ^= 0xFF
        path.write_bytes(changed)
        try:
            assert_equal(walkers(20), read_outputs(path))  # a byte of the statistics, which are not used
        except InputError as error:
            assert "delete it" in str(error)


def test_a_file_of_another_version_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("pose_demo.explore.replay.outputs.FORMAT", "pose_demo.outputs/999")
    write_outputs(walkers(2), tmp_path / "a.parquet")
    monkeypatch.undo()
    with pytest.raises(InputError, match=r"expected the format pose_demo.outputs/2, got pose_demo.outputs/999; delete"):
        read_outputs(tmp_path / "a.parquet")


def test_a_parquet_file_of_another_program_is_refused(tmp_path):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"expected the format .*, got None"):
        read_outputs(tmp_path / "a.parquet")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a.parquet: cannot be read"):
        read_outputs(tmp_path / "a.parquet")


def test_nothing_is_left_of_a_file_on_a_full_disk(full_disk):
    noise = np.random.default_rng(0).integers(0, 256, (480, 640), np.uint8)
    outputs = outputs_of(FrameOutput.of(Estimate(mask=noise), 0.0, (640, 480), {}))
    with pytest.raises(InputError, match=r"No space left on device.*no partial file is left"):
        write_outputs(outputs, full_disk / "a.parquet")
    assert names(full_disk) == []
