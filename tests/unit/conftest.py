"""Small image and video files, and a function that runs commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pose_demo import cli
from pose_demo.io.images import write_image
from pose_demo.io.video_writer import VideoWriter

ClipMaker = Callable[..., Path]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pose_demo(capsys: pytest.CaptureFixture[str]) -> Command:
    """``pose_demo("run", "sample")`` runs a command: (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:  # raised by argparse
            code = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


@pytest.fixture
def make_clip(tmp_path: Path) -> ClipMaker:
    """``make_clip(count, size, fps)`` writes an MP4 whose frame i has the gray level 8 * i."""

    def make(count: int = 10, size: tuple[int, int] = (64, 48), fps: float = 10.0, name: str = "clip.mp4") -> Path:
        path, (width, height) = tmp_path / name, size
        with VideoWriter(path, fps) as writer:
            for index in range(count):
                writer.write(np.full((height, width, 3), 8 * index, np.uint8), index / fps)
        return path

    return make


@pytest.fixture
def noise_clip(tmp_path: Path) -> Path:
    """An MP4 of 30 frames of noise, about 4 kB each: noise cannot be compressed."""
    path, noise = tmp_path / "noise.mp4", np.random.default_rng(0)
    with VideoWriter(path) as writer:
        for index in range(30):
            writer.write(noise.integers(0, 256, (96, 128, 3), np.uint8), index / 30)
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small gray PNG without a person."""
    path = tmp_path / "photo.png"
    write_image(path, np.full((48, 64, 3), 90, np.uint8))
    return path


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB."""
    folder = tmp_path / "full-disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
