"""The outputs of the networks for every frame of a clip: computed once, stored as Parquet, then replayed.

A file has one row per frame. Its metadata hold the format, the model and the memory it took.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # PyArrow has no type stubs
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from pose_demo.io.atomic import AtomicFile
from pose_demo.io.images import decode_mask, encode_mask
from pose_demo.messages import message
from pose_demo.skeletons import BLAZEPOSE_33, COCO_17, Skeleton
from pose_demo.types import Box, Estimate, InputError, Mask, Pose

FORMAT = "pose_demo.outputs/2"  # since 2, scores of MediaPipe Pose include presence
_METADATA = ("model", "detector", "skipped", "memory_mb")
_SKELETONS: dict[str, Skeleton] = {skeleton.name: skeleton for skeleton in (COCO_17, BLAZEPOSE_33)}
_BOX = pa.struct(
    [*((side, pa.float64()) for side in ("x0", "y0", "x1", "y1", "score")), pa.field("label", pa.string())]
)
_POSE = pa.struct(
    [
        ("skeleton", pa.string()),
        ("xy", pa.list_(pa.float32())),
        ("scores", pa.list_(pa.float32())),
        ("world", pa.list_(pa.float32())),
        ("score", pa.float64()),
        ("box", _BOX),
    ]
)
_SCHEMA = pa.schema(
    [
        ("timestamp", pa.float64()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("poses", pa.list_(_POSE)),
        ("boxes", pa.list_(_BOX)),
        ("mask", pa.binary()),
        ("stage_ms", pa.map_(pa.string(), pa.float64())),
    ]
)


@dataclass(frozen=True)
class FrameOutput:
    """What the networks found in one frame.

    Attributes:
        timestamp: seconds.
        size: (width, height) of the frame in pixels.
        poses, boxes: the estimate, before `OutputFilter.select`.
        mask: the segmentation mask as a PNG file; empty without one.
        stage_ms: milliseconds of the stages of the pipeline.
    """

    timestamp: float
    size: tuple[int, int]
    poses: tuple[Pose, ...]
    boxes: tuple[Box, ...]
    mask: bytes
    stage_ms: dict[str, float]

    @classmethod
    def of(cls, estimate: Estimate, timestamp: float, size: tuple[int, int], stage_ms: dict[str, float]) -> FrameOutput:
        """Keep an estimate, with its mask compressed."""
        mask = b"" if estimate.mask is None else encode_mask(estimate.mask)
        return cls(timestamp, size, estimate.poses, estimate.boxes, mask, stage_ms)

    @property
    def estimate(self) -> Estimate:
        """The estimate without its mask."""
        return Estimate(self.poses, self.boxes)

    def decode_mask(self) -> Mask | None:
        """The segmentation mask; None without one."""
        return decode_mask(self.mask) if self.mask else None


@dataclass(frozen=True)
class ModelOutputs:
    """The outputs for all frames of a clip.

    Attributes:
        model, detector: their names in the registry.
        frames: in order of time.
        skipped: number of frames of the video before the first of ``frames``.
        memory_mb: resident memory that loading the model and processing the frames added to the process.
    """

    model: str
    detector: str
    frames: tuple[FrameOutput, ...]
    skipped: int = 0
    memory_mb: float = 0.0

    @property
    def timestamps(self) -> tuple[float, ...]:
        """Seconds of each frame."""
        return tuple(frame.timestamp for frame in self.frames)


def write_outputs(outputs: ModelOutputs, path: Path) -> None:
    """Write a Parquet file; it appears under its name when it is complete.

    Raises:
        InputError: the file cannot be written, for example because the disk is full.
    """
    about = {"format": FORMAT, **{name: getattr(outputs, name) for name in _METADATA}}
    table = pa.Table.from_pylist([_row(frame) for frame in outputs.frames], _SCHEMA)
    with AtomicFile(path) as temporary:
        pq.write_table(
            table.replace_schema_metadata({"pose_demo": json.dumps(about)}),
            temporary,
            compression="zstd",
            write_page_checksum=True,
        )


def read_outputs(path: Path, indices: Sequence[int] | None = None) -> ModelOutputs:
    """Read the file of `write_outputs`.

    Args:
        path: the file.
        indices: of the frames to convert to poses, which takes most of the time; None for all.

    Raises:
        InputError: it is damaged or was written by another version.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read() if indices is None else file.read().take(list(indices))
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            message(
                "{name}: cannot be read ({error}); delete it, and it is computed again", name=path.name, error=error
            )
        ) from None
    about = json.loads((table.schema.metadata or {}).get(b"pose_demo", b"{}"))
    if about.get("format") != FORMAT:
        raise InputError(
            message(
                "{name}: expected the format {expected}, got {found}; delete it, or choose another folder",
                name=path.name,
                expected=FORMAT,
                found=about.get("format"),
            )
        )
    return ModelOutputs(frames=tuple(_frames(table)), **{name: about[name] for name in _METADATA})


def count_frames(path: Path) -> int:
    """The number of frames in the file of `write_outputs`; raises `InputError` when it cannot be read."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            message("{name}: cannot be read ({error}); compute it again", name=path.name, error=error)
        ) from None


def _row(frame: FrameOutput) -> dict[str, Any]:
    return {
        "timestamp": frame.timestamp,
        "width": frame.size[0],
        "height": frame.size[1],
        "poses": [_pose_row(pose) for pose in frame.poses],
        "boxes": [_box_row(box) for box in frame.boxes],
        "mask": frame.mask,
        "stage_ms": list(frame.stage_ms.items()),
    }


def _pose_row(pose: Pose) -> dict[str, Any]:
    return {
        "skeleton": pose.skeleton.name,
        "xy": np.asarray(pose.xy, np.float32).ravel(),
        "scores": np.asarray(pose.scores, np.float32),
        "world": None if pose.world is None else np.asarray(pose.world, np.float32).ravel(),
        "score": float(pose.score),
        "box": _box_row(pose.box) if pose.box else None,
    }


def _box_row(box: Box) -> dict[str, Any]:
    return {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1, "score": box.score, "label": box.label}


def _frames(table: Any) -> Iterator[FrameOutput]:
    for row in table.to_pylist():
        yield FrameOutput(
            row["timestamp"],
            (row["width"], row["height"]),
            tuple(_pose(item) for item in row["poses"]),
            _boxes(row["boxes"]),
            row["mask"],
            dict(row["stage_ms"]),
        )


def _pose(row: dict[str, Any]) -> Pose:
    world = row.get("world")  # missing in older files
    return Pose(
        _SKELETONS[row["skeleton"]],
        np.array(row["xy"], np.float32).reshape(-1, 2),
        np.array(row["scores"], np.float32),
        row["score"],
        _boxes([row["box"]])[0] if row["box"] else None,
        world=None if world is None else np.array(world, np.float32).reshape(-1, 3),
    )


def _boxes(rows: Sequence[dict[str, Any]]) -> tuple[Box, ...]:
    return tuple(Box(**row) for row in rows)
