"""What one visitor's browser tab owns on the server, given back when the tab is gone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from pose_demo.job import VideoJob
from pose_demo.live import Live
from pose_demo.plan import Assets, Plan
from pose_demo.recording import Recording


@dataclass
class Session:
    """Models, streams and files of one visitor."""

    live: Live = field(default_factory=Live)
    still_plan: Plan | None = None
    assets: Assets = field(default_factory=Assets)
    job: VideoJob | None = None
    began: float = field(default_factory=time.monotonic)
    wanted_since: float | None = None  # when START was pressed
    in_vain: bool = False  # the last connection ended without a picture
    recording: Recording | None = None
    capture_at: float | None = None  # when the live picture becomes the reference
    read: dict[str, object] = field(default_factory=dict)  # which upload each asset was read from
    problems: dict[str, str] = field(default_factory=dict)  # what was wrong with it

    def use_still(self, plan: Plan) -> None:
        """Keep the model for photos, closing the one it replaces."""
        old, self.still_plan = self.still_plan, plan
        for loaded in old.not_in(plan) if old else ():
            loaded.estimator.close()

    def replace_job(self, job: VideoJob | None) -> None:
        """Keep the video being processed, closing the one before."""
        old, self.job = self.job, job
        if old:
            old.close()

    def record(self, recording: Recording | None) -> None:
        """Record the live stream from now on, deleting the recording before."""
        old, self.recording = self.recording, recording
        self.live.recording = recording
        if old:
            old.close()

    def close(self) -> None:
        """Give everything back."""
        self.live.close()
        self.record(None)
        self.replace_job(None)
        if self.still_plan:
            self.still_plan.close()
            self.still_plan = None


@st.cache_resource(scope="session", on_release=Session.close, show_spinner=False)
def current() -> Session:
    """This visitor's session. Streamlit closes it when the browser tab is gone."""
    return Session()
