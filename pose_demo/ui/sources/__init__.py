"""Sources of images: a registry. A new source is one file and one entry here."""

from __future__ import annotations

from collections.abc import Callable

from pose_demo.settings import Settings
from pose_demo.ui.session import Session
from pose_demo.ui.sources import explore, photo, sample, video, webcam

SOURCES: dict[str, Callable[[Session, Settings], None]] = {
    "Webcam": webcam.show,
    "Sample dancer": sample.show,
    "Video file": video.show,
    "Photo": photo.show,
    "Explore": explore.show,
}
