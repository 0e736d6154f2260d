"""The tools of the Explore page: a registry. A new tool is one file and one entry here."""

from __future__ import annotations

from collections.abc import Callable

from pose_demo.explore.footage.store import FootageStore
from pose_demo.messages import message
from pose_demo.settings import Settings
from pose_demo.ui.explore import calibrate, compare, sweep, tune
from pose_demo.ui.session import Session

TOOLS: dict[str, Callable[[Session, Settings, FootageStore], None]] = {
    message("Tune"): tune.show,
    message("Sweep"): sweep.show,
    message("Compare"): compare.show,
    message("Calibrate"): calibrate.show,
}
