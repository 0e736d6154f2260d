"""Small valid files of every kind."""

from __future__ import annotations

import io
import json
from functools import cache

import av
import numpy as np
from image_files import ANIMATED_FORMATS, animation, file_of
from PIL import Image as Pillow

from pose_demo import sample
from pose_demo.dance.reference import DanceReference
from pose_demo.dance.sequence import PoseSequence
from pose_demo.io.keypoints import COLUMNS, JSON_FORMAT, csv_rows, json_frame
from pose_demo.matching import library
from pose_demo.pipeline import Result
from pose_demo.settings import Settings
from pose_demo.skeletons import COCO_17
from pose_demo.types import Estimate

_CODECS = {
    "mp4": ("libx264", "aac"),
    "matroska": ("libx264", "flac"),
    "mov": ("png", None),
    "avi": ("mpeg4", "mp3"),
    "mpegts": ("mpeg2video", "mp2"),
    "mpeg": ("mpeg1video", None),
    "flv": ("flv", None),
    "webm": ("libvpx", None),
    "asf": ("wmv2", None),
    "yuv4mpegpipe": ("wrapped_avframe", None),
}


@cache
def images() -> dict[str, bytes]:
    """Image files."""
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    seeds = {name: file_of(pixels, name) for name in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "PPM", "GIF", "JPEG2000")}
    upright = Pillow.Exif()
    upright[0x0112] = 6
    seeds["JPEG, progressive"] = file_of(pixels, "JPEG", progressive=True, exif=upright)
    seeds["PNG, palette"] = file_of(Pillow.fromarray(pixels).convert("P"), transparency=3)
    seeds["PNG, 16 bits"] = file_of(Pillow.fromarray(pixels[..., 0].astype(np.uint16) * 257))
    seeds["TIFF, float"] = file_of(Pillow.fromarray(pixels[..., 0].astype(np.float32)), "TIFF")
    seeds["TIFF, deflate"] = file_of(pixels, "TIFF", compression="tiff_deflate")
    seeds["AVIF"], seeds["HEIF"] = file_of(pixels, "AVIF"), file_of(pixels, "HEIF")
    return seeds


@cache
def animations() -> dict[str, bytes]:
    """Animated images."""
    return {name: animation(name, (50,) * 4, (32, 24), noise=True) for name in ANIMATED_FORMATS}


@cache
def videos() -> dict[str, bytes]:
    """Video files, some with sound."""
    return {name: _video(name, *codecs) for name, codecs in _CODECS.items()}


def _video(file_format: str, codec: str, sound: str | None) -> bytes:
    buffer, noise = io.BytesIO(), np.random.default_rng(0)
    with av.open(buffer, "w", format=file_format) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "rgb24" if codec == "png" else "yuv420p"
        audio = container.add_stream(sound, rate=44_100) if sound else None
        for index in range(8):
            frame = av.VideoFrame.from_ndarray(noise.integers(0, 256, (48, 64, 3), np.uint8), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        container.mux(stream.encode())
        if audio:
            _add_sound(container, audio)
    return buffer.getvalue()


def _add_sound(container: av.container.OutputContainer, stream: av.AudioStream) -> None:
    samples = av.AudioFrame.from_ndarray(np.zeros((1, 2 * 4608), np.int16), format="s16", layout="stereo")
    samples.rate, samples.pts = 44_100, 0
    container.mux(stream.encode(samples))
    container.mux(stream.encode())


@cache
def texts() -> dict[str, bytes]:
    """Settings and reference poses as JSON."""
    settings = Settings.from_texts({"model": "yolov3-tiny", "effects": "canny(low=20)+trails", "confidence": "0.4"})
    pose = next(iter(library.NAMES))
    return {
        "settings": json.dumps(settings.changes()).encode(),
        "all settings": json.dumps(settings.to_dict()).encode(),
        "reference": library.load(pose).to_json().encode(),
    }


@cache
def dances() -> dict[str, bytes]:
    """A dance file, and keypoint files as CSV and JSON."""
    poses = [sample.ground_truth(index)[0] for index in range(3)]
    sequence = PoseSequence.from_poses((0.0, 0.1, 0.2), poses, (640, 480))
    image = np.zeros((480, 640, 3), np.uint8)
    results = [Result(image=image, estimate=Estimate((pose,)), timestamp=0.0, stage_ms={}, model="") for pose in poses]
    rows = [",".join(map(str, row)) for index, result in enumerate(results[:1]) for row in csv_rows(index, result)]
    frames = {"format": JSON_FORMAT, "width": 640, "height": 480, "frames": [json_frame(0, results[0])]}
    return {
        "dance": DanceReference("dance", (sequence,)).to_json().encode(),
        "csv": "\n".join([",".join(COLUMNS), *rows]).encode(),
        "json": json.dumps(frames).encode(),
    }


@cache
def annotations() -> dict[str, bytes]:
    """COCO keypoint annotations of four frames of 64 x 48 pixels."""
    images = [{"id": index, "frame": index, "width": 64, "height": 48} for index in range(4)]
    persons = [
        {"id": index, "image_id": index, "category_id": 1, "keypoints": [20, 20, 2] * 17, "bbox": [1, 1, 40, 40]}
        for index in range(4)
    ]
    categories = [{"id": 1, "name": "person", "keypoints": list(COCO_17.keypoints)}]
    return {"coco": json.dumps({"images": images, "annotations": persons, "categories": categories}).encode()}


@cache
def specs() -> dict[str, bytes]:
    """Specifications of sweeps."""
    return {
        "sweep": b'[sweep]\nmodel = ["movenet-lightning", "yolov3-tiny"]\nconfidence = [0.2, 0.3]\nthreads = [1, 2]\n'
        b'[fixed]\nsmooth.on = true\neffects = "canny(low=20)"\n'
    }
