"""The four places pictures come from. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from pose_demo.settings import Settings
from pose_demo.ui.session import Session
from pose_demo.ui.sources.photo import photo
from pose_demo.ui.sources.sample import dancer
from pose_demo.ui.sources.video import video
from pose_demo.ui.sources.webcam import webcam

STAGES: dict[str, Callable[[Session, Settings], None]] = {
    "Webcam": webcam,
    "Sample dancer": dancer,
    "Video file": video,
    "Photo": photo,
}
